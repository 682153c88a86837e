"""A folder with a checkpoint in it, and programs that save over it.

Every test starts from a whole file of generation OLD, lets the saver write
generation NEW under some fault, and asks which of the two the file holds.
"""

import argparse
import collections
import os
import re
import shutil
import subprocess
import sys
import tempfile

OLD, NEW, LATER = 1, 2, 3
CANNOT_WRITE = 6
TEMPORARY = re.compile(r"\.cresset-save-[0-9a-f]{16}\.tmp$")

Call = collections.namedtuple("Call", "name number text")
Run = collections.namedtuple("Run", "status message output")


def need(program, package):
    """The path of a program, or the end of the test."""
    path = shutil.which(program)
    if path is None:
        sys.exit("this test needs %s: apt-get install %s" % (program, package))
    return path


class Server:
    """One process that loads and saves on request."""

    def __init__(self, saver):
        self._process = subprocess.Popen(
            [saver, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True)

    def ask(self, *words):
        """The generation, or the text of the error."""
        print(*words, file=self._process.stdin, flush=True)
        kind, _, rest = self._process.stdout.readline().strip().partition(" ")
        return int(rest) if kind == "ok" else rest

    def close(self):
        self._process.stdin.close()
        assert self._process.wait() == 0


class Place:
    """A folder that holds one checkpoint."""

    def __init__(self, saver, folder=None):
        self.saver = os.path.abspath(saver)
        self.server = Server(self.saver)
        self.folder = folder or tempfile.mkdtemp(
            dir=os.environ.get("TEST_TMPDIR"))
        self.path = os.path.join(self.folder, "last.pt")
        assert self.server.ask("save", self.path, OLD) == OLD
        with open(self.path, "rb") as file:
            self._old = file.read()

    def reset(self):
        """Nothing but the old file."""
        for name in os.listdir(self.folder):
            os.unlink(os.path.join(self.folder, name))
        with open(self.path, "wb") as file:
            file.write(self._old)

    def holds(self):
        """The generation that the file holds, or why it is damaged."""
        return self.server.ask("load", self.path)

    def leftovers(self):
        return [name for name in os.listdir(self.folder) if name != "last.pt"]

    def sweeps(self):
        """Whether one more save leaves its own file and no other."""
        return (self.server.ask("save", self.path, LATER) == LATER
                and self.holds() == LATER and not self.leftovers())

    def save(self, strace=(), **options):
        """Runs the saver, under strace if that has arguments."""
        return self.run(["save", self.path, str(NEW)], strace, **options)

    def run(self, words, strace=(), **options):
        command = [self.saver] + words
        if strace:
            command = ["strace", "-f", "-qq", "-o", "/dev/null",
                       *strace] + command
        done = subprocess.run(command, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=60,
                              check=False, **options)
        return Run(done.returncode, done.stderr.strip(), done.stdout.strip())

    def trace_save(self):
        """The system calls of one undisturbed save."""
        calls = self.trace(["save", self.path, str(NEW)])
        assert self.holds() == NEW
        return calls

    def trace(self, words):
        """The system calls of one undisturbed run: name, how many of that
        name the process has made by then, and the line of the trace.

        Without brk, whose failure strace cannot imitate: the kernel says no
        to it by the old end of the heap, never by an error number.
        """
        log = os.path.join(os.path.dirname(self.folder), "trace")
        command = ["strace", "-f", "-y", "-s", "0", "-o", log, self.saver]
        subprocess.run(command + words, stdout=subprocess.DEVNULL, check=True)
        with open(log) as file:
            lines = file.read().splitlines()
        counts = collections.Counter()
        saving, calls = False, []
        for line in lines:
            match = re.match(r"\d+ +(\w+)\(", line)
            if not match:
                continue
            name = match.group(1)
            counts[name] += 1
            if name == "getppid":
                saving = not saving
            elif saving and name != "brk":
                calls.append(Call(name, counts[name], line))
        assert calls
        return calls


def main(name, test, **numbers):
    """A test's main: `test(place, wrong)` of the saver that the command line
    names, after the programs it needs were found; what it returns is told.

    `numbers` are options with numbers, passed on by name.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("saver")
    for option, default in numbers.items():
        parser.add_argument("--" + option, type=int, default=default)
    options = vars(parser.parse_args())
    need("strace", "strace")
    place = Place(options.pop("saver"))
    wrong = Findings()
    summary = test(place, wrong, **options)
    print("%s: %s" % (name, summary))
    place.server.close()
    wrong.finish()


class Findings:
    """What went wrong, to be told at the end."""

    def __init__(self):
        self._lines = []

    def require(self, holds, *parts):
        if not holds:
            self._lines.append(" ".join(str(part) for part in parts))

    def finish(self):
        for line in self._lines[:40]:
            print("WRONG:", line)
        sys.exit("%d findings" % len(self._lines) if self._lines else 0)
