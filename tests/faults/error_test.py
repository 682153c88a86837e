"""Makes each system call of a save fail, once and from then on, in every way.

error_test.py SAVER
"""

import faults

ERRORS = ["ENOSPC", "EIO", "EDQUOT", "EACCES", "EINTR", "ENOMEM", "EFBIG",
          "EMFILE", "EPERM", "EXDEV"]
# What the file's bytes and its name depend on: no save succeeds without it.
NEEDED = {"write", "fsync", "renameat", "renameat2", "rename"}
MEMORY = {"mmap", "munmap", "mprotect", "madvise", "mremap"}
REMOVE = {"unlink", "unlinkat"}


class Errors:
    def __init__(self, place, wrong):
        self.place, self.wrong = place, wrong
        self.runs = self.refused = 0

    def inject(self, call, fault, forever=False):
        self.place.reset()
        when = "%d%s" % (call.number, "+" if forever else "")
        run = self.place.save(["-e", "trace=" + call.name, "-e", "inject=%s:%s:"
                               "when=%s" % (call.name, fault, when)])
        self.runs += 1
        what = "%s %s %s: status %d, %r:" % (call.name, when, fault, run.status,
                                             run.message)
        self.check(call, fault.partition("=")[2], forever, run, what)

    def check(self, call, error, forever, run, what):
        wrong, place = self.wrong, self.place
        found = place.holds()
        if run.status == 0:
            wrong.require(found == faults.NEW, what, "but the file has", found)
            wrong.require(call.name not in NEEDED or error == "EINTR", what,
                          "went unnoticed")
        else:
            self.refused += 1
            wrong.require(run.status == faults.CANNOT_WRITE, what,
                          "wrong exit status")
            complete = "the file is complete" in run.message
            wrong.require(found == (faults.NEW if complete else faults.OLD),
                          what, "but the file has", found)
            self.check_message(call, error, forever, run, what)
        left = place.leftovers()
        wrong.require(not left or (call.name in REMOVE), what, "left", left)
        if left:
            wrong.require(place.sweeps(), what, "left what is not swept:",
                          place.leftovers())

    def check_message(self, call, error, forever, run, what):
        names = run.message.startswith(self.place.path + ": ")
        self.wrong.require(names, what, "the message does not name the file")
        # Bytes that never came are an I/O error; a lack of memory is one of
        # the allocator, whatever the system called it.
        if call.name in MEMORY:
            return
        expected = error if error.isalpha() else "EIO"
        self.wrong.require(run.message.count("\n") == 0 and
                           "(%s)" % expected in run.message, what,
                           "the message does not name the cause")


def every_call(place, wrong):
    errors = Errors(place, wrong)
    calls = place.trace_save()
    for call in calls:
        for error in ERRORS:
            errors.inject(call, "error=" + error)
            if error != "EINTR":  # "try again", for ever
                errors.inject(call, "error=" + error, forever=True)
        if call.name == "write":
            for lie in (100, 4096):  # a disk that says it wrote, but did not
                errors.inject(call, "retval=%d" % lie)
    return ("%d runs with a failing call out of %d: %d saves refused, %d "
            "succeeded all the same" % (errors.runs, len(calls), errors.refused,
                                        errors.runs - errors.refused))


if __name__ == "__main__":
    faults.main("error", every_call)
