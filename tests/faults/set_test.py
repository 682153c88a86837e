"""Kills saves of several files before each of their system calls.

set_test.py SAVER

A set of shards with an index, and a folder of CheckpointManager that keeps one
checkpoint: after every kill the set is the old or the new one, whole, and the
next save leaves its own files and no other.
"""

import os
import signal
import sys

import faults

SHARDS = "model.safetensors.index.json"


class SetPlace(faults.Place):
    """A folder that holds one set of files of generation OLD."""

    def __init__(self, saver, name):
        super().__init__(saver)
        os.unlink(self.path)
        self.path = os.path.join(self.folder, name)
        assert self.server.ask("save", self.path, faults.OLD) == faults.OLD
        self._files = self.files()

    def files(self):
        found = {}
        for name in os.listdir(self.folder):
            with open(os.path.join(self.folder, name), "rb") as file:
                found[name] = file.read()
        return found

    def reset(self):
        for name in os.listdir(self.folder):
            os.unlink(os.path.join(self.folder, name))
        for name, contents in self._files.items():
            with open(os.path.join(self.folder, name), "wb") as file:
                file.write(contents)

    def next_save_cleans(self):
        """Whether one more save leaves as many files as it should."""
        later = faults.OLD + 2  # as many shards as OLD
        return (self.server.ask("save", self.path, later) == later
                and self.holds() == later
                and len(self.files()) == len(self._files))


def kill_everywhere(place, what, wrong):
    calls = place.trace(["set", place.path, str(faults.NEW)])
    wrong.require(place.holds() == faults.NEW, what, "was not saved")
    killed = 0
    seen = {faults.OLD: 0, faults.NEW: 0}
    for call in calls:
        place.reset()
        run = place.run(["set", place.path, str(faults.NEW)],
                        ["-e", "trace=" + call.name, "-e",
                         "inject=%s:signal=KILL:when=%d"
                         % (call.name, call.number)])
        killed += run.status == -signal.SIGKILL
        found = place.holds()
        if found in seen:
            seen[found] += 1
        else:
            wrong.require(False, what, "killed before %s %d lost both:"
                          % call[:2], found)
        wrong.require(place.next_save_cleans(), what, "killed before %s %d left"
                      % call[:2], sorted(os.listdir(place.folder)))
    print("set: %s: %d system calls, killed before %d of them: %d kept the old "
          "set, %d had the new one" % (what, len(calls), killed,
                                       seen[faults.OLD], seen[faults.NEW]))
    wrong.require(killed >= 0.9 * len(calls), "only", killed, "kills of",
                  len(calls))
    wrong.require(seen[faults.OLD] > 10 and seen[faults.NEW] > 0,
                  "the kills did not come on both sides of the change", seen)


def main():
    faults.need("strace", "strace")
    wrong = faults.Findings()
    for name, what in ((SHARDS, "shards"), ("", "CheckpointManager")):
        place = SetPlace(sys.argv[1], name)
        kill_everywhere(place, what, wrong)
        place.server.close()
    wrong.finish()


if __name__ == "__main__":
    main()
