"""What a loss of power may leave of a save, state by state.

The system calls of one save are replayed on a model of a disk that keeps what
fsync has promised and no more: of bytes written since, any part may be there,
whole sectors of them torn, and a rename is on the disk or not until the folder
is synced. Every state that the model allows is made in a folder and loaded.
"""

import os
import re

import faults


class Disk:
    """The temporary file and the name, as far as they may be on the disk."""

    def __init__(self):
        self.written = 0  # bytes
        self.synced = 0
        self.renamed = False
        self.folder_synced = False

    def lengths(self):
        """How much of the file may be there: all that is synced, and more."""
        if self.synced == self.written:
            return [self.written]
        between = range(self.synced, self.written, 512)
        step = max(1, len(between) // 12)
        torn = [n for at in between[::step] for n in (at, at + 100)]
        return sorted({self.synced, self.written, *torn})


def replay(calls, wrong):
    """The disk after each call, and every rule the calls must keep."""
    disk = Disk()
    temporary = None
    for call in calls:
        text = call.text
        result = int(re.search(r"= (-?\d+)", text).group(1))
        if result < 0:
            continue
        file = re.search(r"\w+\(\d+<([^>]*)>", text)
        on_temporary = file and faults.TEMPORARY.search(file.group(1))
        if call.name == "openat" and "O_CREAT" in text:
            wrong.require("O_EXCL" in text and "O_TRUNC" not in text,
                          "a file is opened over another:", text)
            temporary = text
        elif call.name in ("write", "pwrite64") and on_temporary:
            wrong.require(not disk.renamed, "written after the rename:", text)
            disk.written += result
        elif call.name in ("fsync", "fdatasync") and on_temporary:
            disk.synced = disk.written
        elif call.name == "fsync":
            disk.folder_synced = disk.renamed
        elif call.name.startswith("rename"):
            wrong.require(disk.synced == disk.written,
                          "renamed before the bytes are on the disk")
            disk.renamed = True
        elif call.name in ("unlink", "unlinkat", "ftruncate", "truncate"):
            wrong.require(False, "a call that loses bytes:", text)
        else:
            continue
        yield call, disk
    wrong.require(temporary is not None and disk.folder_synced,
                  "the save ended before its name was on the disk")


def states(disk, old, new):
    """(contents of last.pt, contents of the temporary file or None)."""
    for renamed in {disk.renamed, disk.folder_synced}:
        for length in disk.lengths():
            whole = new[:length]
            # Blocks may arrive out of order: the first ones are still holes.
            hole = bytes(min(4096, length)) + whole[4096:]
            unsure = disk.synced < disk.written
            for bytes_there in ([whole, hole] if unsure else [whole]):
                if renamed:
                    yield bytes_there, None
                else:
                    yield old, bytes_there


def every_state(place, wrong):
    with open(place.path, "rb") as file:
        old = file.read()
    calls = place.trace_save()
    with open(place.path, "rb") as file:
        new = file.read()
    tried = 0
    seen = {faults.OLD: 0, faults.NEW: 0}
    for call, disk in replay(calls, wrong):
        for target, temporary in states(disk, old, new):
            place.reset()
            with open(place.path, "wb") as file:
                file.write(target)
            if temporary is not None:
                name = ".cresset-save-0123456789abcdef.tmp"
                with open(os.path.join(place.folder, name), "wb") as file:
                    file.write(temporary)
            tried += 1
            found = place.holds()
            wrong.require(found in seen, "power lost at", call.text, found)
            seen[found] = seen.get(found, 0) + 1
            if tried % 5 == 0:
                wrong.require(place.sweeps(), "left", place.leftovers())
    wrong.require(seen[faults.OLD] and seen[faults.NEW], "both sides", seen)
    return ("%d states of the disk: %d with the old file, %d with the new"
            % (tried, seen[faults.OLD], seen[faults.NEW]))


if __name__ == "__main__":
    faults.main("power", every_state)
