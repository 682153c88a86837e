"""Kills trainings again and again; each must go on as if nothing had been.

resume_test.py TRAINER [--kills N]: N kills for each of the eight trainings.
"""

import argparse
import itertools
import os
import random
import subprocess
import tempfile
import time

import faults

STEPS = 200
OPTIMIZERS = ["sgd", "adam", "adamw", "rmsprop"]
SCHEDULERS = ["step", "cosine"]


class Training:
    def __init__(self, trainer, optimizer, scheduler):
        self._words = [trainer], [optimizer, scheduler, str(STEPS)]
        self.folder = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))

    def start(self, threads):
        before, after = self._words
        return subprocess.Popen(before + [self.folder] + after + [str(threads)])

    def hashes(self):
        """(step, hash) of every line that is whole, in order."""
        path = os.path.join(self.folder, "hashes")
        if not os.path.exists(path):
            return []
        with open(path) as file:
            return [tuple(line.split()) for line in file if line[-1:] == "\n"]


def killed_training(training, kills, duration, choice, wrong, name):
    """How many kills it took until the training was through."""
    done = 0
    while True:
        child = training.start(choice.choice([1, 2, 4]))
        if done < kills:
            time.sleep(choice.uniform(0, duration))
            child.kill()
        status = child.wait()
        done += status < 0
        wrong.require(status in (0, -9), name, "ended with status", status)
        if status >= 0:
            return done


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("trainer")
    parser.add_argument("--kills", type=int, default=4)
    options = parser.parse_args()
    choice = random.Random(3)
    wrong = faults.Findings()
    killed = lines = 0
    for optimizer, scheduler in itertools.product(OPTIMIZERS, SCHEDULERS):
        name = optimizer + " " + scheduler
        whole = Training(options.trainer, optimizer, scheduler)
        begin = time.monotonic()
        assert whole.start(threads=2).wait() == 0
        duration = time.monotonic() - begin
        reference = dict(whole.hashes())
        assert len(reference) == STEPS and len(set(reference.values())) == STEPS
        count = 0
        while count < options.kills:
            parts = Training(options.trainer, optimizer, scheduler)
            count += killed_training(parts, options.kills - count,
                                     0.5 * duration, choice, wrong, name)
            hashes = parts.hashes()
            lines += len(hashes)
            for step, value in hashes:
                wrong.require(reference[step] == value, name, "differs at step",
                              step)
            wrong.require(set(dict(hashes)) == set(reference), name,
                          "left out a step")
        killed += count
    print("resume: %d trainings of %d steps, killed %d times in all and resumed "
          "with 1, 2 or 4 threads: %d lines compared with runs that were never "
          "killed" % (len(OPTIMIZERS) * len(SCHEDULERS), STEPS, killed, lines))
    wrong.finish()


if __name__ == "__main__":
    main()
