"""The `cresset` command on files that are made to harm it.

hostile_test.py CRESSET SEED... [--command C] [--any] [--only NAME]

Every file ends within 2 s of the processor and 256 MiB of memory, with the
exit code that its damage has, one message that names the file, and nothing on
the standard output unless the file is sound. SEED are sound files, of which
changed copies are read as well. `--command` takes another one than `info --json`,
and `--any` lets that one end as it likes, but in time; `--only` takes the files
with NAME in their names.
"""

import argparse
import ast
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading

import faults
import hostile_files

SECONDS = 2.0
MEBIBYTES = 256
MESSAGE = 1500  # characters


class Reader:
    """Runs the command and counts what is wrong with how it ends."""

    def __init__(self, cresset, command, folder, wrong):
        self._words = [os.path.abspath(cresset)] + command
        self._folder, self._wrong = folder, wrong
        self.runs = 0
        self.slowest = self.largest = (0, "")

    def read(self, path, expected, name):
        """`expected`: exit codes; 0 may print, the others must not."""
        child = subprocess.Popen(
            self._words + [path], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, cwd=self._folder)
        # Both at once, or one of the pipes fills.
        errors = []
        reader = threading.Thread(
            target=lambda: errors.append(child.stderr.read()))
        reader.start()
        printed = 0
        while block := child.stdout.read(1 << 20):
            printed += len(block)
        reader.join()
        child.stdout.close()
        child.stderr.close()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = status
        self.judge(name, expected, os.waitstatus_to_exitcode(status), printed,
                   errors[0].decode("utf-8", "replace"), usage)

    def judge(self, name, expected, code, printed, message, usage):
        self.runs += 1
        seconds = usage.ru_utime + usage.ru_stime
        memory = usage.ru_maxrss / 1024
        self.slowest = max(self.slowest, (seconds, name))
        self.largest = max(self.largest, (memory, name))
        def require(holds, *what):
            self._wrong.require(holds, name + ":", *what, repr(message[:200]))
        require(code in expected, "exit", code, "instead of", expected)
        require(seconds <= SECONDS, "%.2f s" % seconds)
        require(memory <= MEBIBYTES, "%.0f MiB" % memory)
        if code == 0:
            require(message == "" and printed > 0, printed, "bytes printed")
            return
        require(printed == 0, printed, "bytes on the standard output")
        require(message.startswith("cresset: ") and
                message.count("\n") == 1 and message.endswith("\n") and
                len(message) < MESSAGE and message.isascii() and
                not re.search(r"[\x00-\x08\x0b-\x1f]", message),
                "the message is not one line of text")
        require("file" in message or name.split()[0] in message,
                "the message does not name the file")


def written(path, options):
    """(name, expected exit codes) of one file after the other at `path`.

    Another process makes them: the memory of a program that starts the reader
    would count as the reader's own.
    """
    names, turns = os.pipe(), os.pipe()
    if os.fork() == 0:
        for name, expected, data in hostile_files.files(options.seeds):
            if options.only not in name:
                continue
            with open(path, "wb") as file:
                file.write(data)
            os.write(names[1], repr((name, expected)).encode() + b"\n")
            os.read(turns[0], 1)
        os._exit(0)
    os.close(names[1])
    with os.fdopen(names[0]) as lines:
        for line in lines:
            yield ast.literal_eval(line)
            os.write(turns[1], b"x")
    os.wait()


def odd_places(reader, folder):
    """What is no file at all."""
    os.mkdir(os.path.join(folder, "a file that is a folder"))
    os.mkfifo(os.path.join(folder, "a file that is a pipe"))
    os.symlink("a file that is a link", os.path.join(
        folder, "a file that is a link"))
    os.symlink("nowhere, no file", os.path.join(folder, "a file of nowhere"))
    reader.read("a file that is a folder", {3}, "folder")
    reader.read("a file that is a pipe", {4}, "pipe without a writer")
    reader.read("a file that is a link", {3}, "link to itself")
    reader.read("a file of nowhere", {3}, "link to nowhere")
    reader.read("no file", {3}, "missing")
    reader.read("file" * 100, {3}, "name too long")
    reader.read("/dev/../dev/zero", {4}, "/dev/zero file")
    reader.read("/dev/null", {4}, "/dev/null file")
    reader.read("/proc/self/mem", {3, 4}, "/proc/self/mem file")
    reader.read("/proc/self/status", {4}, "/proc/self/status file")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cresset")
    parser.add_argument("seeds", nargs="*")
    parser.add_argument("--command", default="info --json")
    parser.add_argument("--only", default="")
    parser.add_argument("--any", action="store_true",
                        help="for other commands: any exit code but a signal")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    folder = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
    wrong = faults.Findings()
    reader = Reader(options.cresset, options.command.split(), folder, wrong)
    path = os.path.join(folder, "file.pt")
    for name, expected in written(path, options):
        reader.read("file.pt", set(range(7)) if options.any else expected,
                    name)
    if not options.only and not options.any:
        odd_places(reader, folder)
    print("hostile: %s: %d files; the slowest took %.2f s (%s), the largest "
          "%.0f MiB (%s)" % (options.command, reader.runs, *reader.slowest,
                             *reader.largest))
    wrong.finish()


if __name__ == "__main__":
    main()
