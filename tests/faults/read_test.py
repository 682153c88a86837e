"""Makes each system call of a load fail, and gives it files that are none.

read_test.py SAVER
"""

import os
import subprocess

import faults

ERRORS = ["EIO", "EINTR", "ENOMEM", "EACCES", "EMFILE", "ESTALE"]
SHORT = ["retval=0", "retval=1", "retval=4096"]
READS = {"read", "pread64"}
MEMORY = {"mmap", "munmap", "mprotect", "madvise", "mremap"}


def failing_calls(place, wrong, how):
    """Every call of a load, with every error, once and from then on."""
    words = ["load", place.path, how]
    runs = refused = 0
    calls = place.trace(words)
    for call in calls:
        faults_here = ["error=" + error for error in ERRORS]
        if call.name in READS:  # said to be read, and not
            faults_here += SHORT
        for fault in faults_here:
            for ever in ("", "+"):
                # "Try again", for ever, and a byte at a time, take too long.
                if ever and fault in ("error=EINTR", "retval=1"):
                    continue
                run = place.run(words, [
                    "-e", "trace=" + call.name, "-e", "inject=%s:%s:when=%d%s"
                    % (call.name, fault, call.number, ever)])
                runs += 1
                refused += run.status != 0
                check(place, wrong, call, fault, run,
                      "%s, %s %d%s %s:" % (how, call.name, call.number, ever,
                                           fault))
    wrong.require(refused > 0, how, "nothing was refused")
    return runs, refused


def check(place, wrong, call, fault, run, what):
    if run.status == 0:
        wrong.require(run.output == str(faults.OLD), what, "loaded", run)
        return
    # 6 for what the system refused, 4 for bytes that are not right.
    wrong.require(run.status in (4, 6), what, run)
    wrong.require(run.message.count("\n") == 0 and
                  (run.message.startswith(place.path + ": ")
                   or call.name in MEMORY), what, run)
    if fault.startswith("error=") and call.name not in MEMORY:
        wrong.require(fault[6:] in run.message, what, run)


def odd_files(place, wrong):
    """Folders, devices, pipes that end, files that are not there."""
    pipe = os.path.join(place.folder, "pipe")
    os.mkfifo(pipe)
    gone = os.path.join(place.folder, "gone")
    for path, text in ((place.folder, "EISDIR"), ("/dev/null", "empty"),
                       ("/dev/zero", "no PyTorch file"), (pipe, "empty"),
                       ("/proc/self/status", ""), (gone, "ENOENT"),
                       (place.path + "/x", "ENOTDIR"), ("/proc/self/mem", "")):
        for how in ("map", "read"):
            run = place.run(["load", path, how])
            wrong.require(run.status in (4, 6) and text in run.message and
                          run.message.startswith(path + ": "), path, how, run)
    for how in ("map", "read"):
        with open(place.path, "rb") as file:
            whole = file.read()
        for content, status in ((whole, 0), (whole[:5000], 4), (b"", 4)):
            child = subprocess.Popen(["sh", "-c", "cat > " + pipe],
                                     stdin=subprocess.PIPE)
            feeder = child.stdin
            run = subprocess.Popen([place.saver, "load", pipe, how],
                                   stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
            feeder.write(content)
            feeder.close()
            child.wait()
            message = run.communicate()[1]
            wrong.require(run.returncode == status, "pipe", how, len(content),
                          run.returncode, message)
    os.unlink(pipe)


def every_read(place, wrong):
    mapped = failing_calls(place, wrong, "map")
    read = failing_calls(place, wrong, "read")
    odd_files(place, wrong)
    return ("%d loads with a failing call, %d refused; the others had the "
            "right values" % (mapped[0] + read[0], mapped[1] + read[1]))


if __name__ == "__main__":
    faults.main("read", every_read)
