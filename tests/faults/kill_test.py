"""Kills a save before each of its system calls and at random moments.

kill_test.py SAVER [--kills N]: 100 random kills, or N.
"""

import random
import signal
import subprocess
import time

import faults

NUMEL = 4 << 20  # 16 MiB, so that the moments fall into the writing


def before_every_call(place, wrong):
    calls = place.trace_save()
    killed = 0
    seen = {faults.OLD: 0, faults.NEW: 0}
    for call in calls:
        place.reset()
        run = place.save(["-e", "trace=" + call.name, "-e",
                          "inject=%s:signal=KILL:when=%d"
                          % (call.name, call.number)])
        killed += run.status == -signal.SIGKILL
        after_kill(place, wrong, seen, "killed before %s %d" % call[:2])
    # A call that moves memory may be missing in another run.
    wrong.require(killed >= 0.9 * len(calls), "only", killed, "kills of",
                  len(calls))
    wrong.require(seen[faults.OLD] > 10 and seen[faults.NEW] > 0,
                  "the kills did not come on both sides of the rename", seen)
    return ("%d system calls of a save, killed before %d of them: %d kept the "
            "old file, %d had the new one" %
            (len(calls), killed, seen[faults.OLD], seen[faults.NEW]))


def at_random_moments(place, wrong, kills):
    choice = random.Random(7)
    duration = sorted(time_of_save(place) for _ in range(5))[2]
    seen = {faults.OLD: 0, faults.NEW: 0}
    left = 0
    for number in range(kills):
        place.reset()
        child = start(place)
        time.sleep(choice.uniform(0, 1.2 * duration))
        child.kill()
        child.wait()
        child.stdout.close()
        left += len(place.leftovers())
        after_kill(place, wrong, seen, "random kill %d" % number,
                   sweep=number % 10 == 0)
    wrong.require(seen[faults.OLD] > 0 and seen[faults.NEW] > 0,
                  "the moments did not fall on both sides of the rename", seen)
    return ("%d random moments of a save of %.0f ms: %d kept the old file, "
            "%d had the new one; %d temporary files, all swept by the next "
            "save" % (kills, 1e3 * duration, seen[faults.OLD],
                      seen[faults.NEW], left))


def start(place):
    child = subprocess.Popen(
        [place.saver, "begin", place.path, str(faults.NEW), str(NUMEL)],
        stdout=subprocess.PIPE)
    child.stdout.readline()
    return child


def time_of_save(place):
    child = start(place)
    begin = time.monotonic()
    assert child.wait() == 0
    child.stdout.close()
    return time.monotonic() - begin


def after_kill(place, wrong, seen, what, sweep=True):
    found = place.holds()
    if found in seen:
        seen[found] += 1
    else:
        wrong.require(False, what, "lost both files:", found)
    for name in place.leftovers():
        wrong.require(faults.TEMPORARY.match(name), what, "left", name)
    if sweep:
        wrong.require(place.sweeps(), what, "left what the next save did not "
                      "sweep:", place.leftovers())


def every_kill(place, wrong, kills):
    calls = before_every_call(place, wrong)
    return calls + "; " + at_random_moments(place, wrong, kills)


if __name__ == "__main__":
    faults.main("kill", every_kill, kills=100)
