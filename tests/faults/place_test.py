"""Saves to places that are full, read-only, absent, linked to or shared.

place_test.py SAVER [--seconds N]: N seconds of writers and readers on one path.
"""

import argparse
import ctypes
import os
import resource
import stat
import subprocess
import sys
import time

import faults

PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2


def refused(place, wrong, what, run, cause, keeps_old=True):
    """A save that must have ended in a message, with the old file in place."""
    wrong.require(run.status == faults.CANNOT_WRITE and
                  run.message.startswith(place.path + ": ") and
                  "(%s)" % cause in run.message, what, run)
    if keeps_old:
        wrong.require(place.holds() == faults.OLD, what, place.holds())
        wrong.require(not place.leftovers(), what, place.leftovers())


def full_disk(saver, wrong):
    """A file system of 1.5 MiB, which the old file and a half fill."""
    # The mount is one of a process of its own and goes with it.
    if os.environ.get("CRESSET_MOUNTED") is None:
        if subprocess.run(["unshare", "-rm", "true"], check=False).returncode:
            print("place: NOT TRIED: a full file system, since this machine "
                  "forbids mounts; error_test makes every call end in ENOSPC")
            return
        done = subprocess.run(
            ["unshare", "-rm", sys.executable, "-B", __file__, saver, "--full"],
            env=dict(os.environ, CRESSET_MOUNTED="1"), check=False)
        wrong.require(done.returncode == 0, "full disk: status",
                      done.returncode)
        return
    folder = os.path.join(os.environ.get("TEST_TMPDIR", "/tmp"), "disk")
    os.makedirs(folder, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1536k", "tmpfs",
                    folder], check=True)
    place = faults.Place(saver, folder)
    refused(place, wrong, "full disk", place.save(), "ENOSPC")
    # Not even room for a name's first page.
    with open(os.path.join(folder, "rest"), "wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            pass
    run = place.save()
    os.unlink(os.path.join(folder, "rest"))
    refused(place, wrong, "no page left", run, "ENOSPC")
    place.server.close()


def size_limit(place, wrong):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    place.reset()
    refused(place, wrong, "size limit", place.save(preexec_fn=limit), "EFBIG")


def no_descriptors(place, wrong):
    """The folder's descriptor is the last one that may be had."""
    def limit():
        resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))

    place.reset()
    refused(place, wrong, "4 descriptors", place.save(preexec_fn=limit),
            "EMFILE")


def wrong_places(place, wrong):
    place.reset()
    targets = [(place.folder, "EISDIR"), (place.folder + "/", "EISDIR"),
               (place.path + "/x.pt", "ENOTDIR"),
               (place.folder + "/none/x.pt", "ENOENT"), ("", "ENOENT"),
               ("/dev/full", "EINVAL"), ("/proc/x.pt", "ENOENT"),
               (place.folder + "/" + "n" * 256, "ENAMETOOLONG"),
               (place.folder + "/./" * 1500 + "x.pt", "ENAMETOOLONG")]
    for target, cause in targets:
        done = subprocess.run([place.saver, "save", target, str(faults.NEW)],
                              stderr=subprocess.PIPE, text=True, check=False)
        message = done.stderr.strip()
        wrong.require(done.returncode == faults.CANNOT_WRITE and
                      message.startswith(target or "(empty path)") and
                      "(%s)" % cause in message,
                      "target", target[:60], done.returncode, message[-200:])
    wrong.require(place.holds() == faults.OLD and not place.leftovers(),
                  "wrong places:", place.holds(), place.leftovers())


def without_permission(place, wrong):
    """Root may do everything, unless it gives that up."""
    libc = ctypes.CDLL(None, use_errno=True)

    def give_up():
        for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)

    place.reset()
    os.chmod(place.folder, 0o555)
    refused(place, wrong, "folder without write permission",
            place.save(preexec_fn=give_up), "EACCES")
    os.chmod(place.folder, 0o755)
    os.chmod(place.path, 0o444)
    refused(place, wrong, "file without write permission",
            place.save(preexec_fn=give_up), "EACCES")
    os.chmod(place.path, 0o644)


def links_and_modes(place, wrong):
    place.reset()
    real = os.path.join(place.folder, "real.pt")
    twin = os.path.join(place.folder, "twin.pt")
    os.rename(place.path, real)
    os.link(real, twin)
    os.symlink("real.pt", place.path)
    os.chmod(real, 0o640)
    run = place.save()
    wrong.require(run.status == 0 and os.path.islink(place.path) and
                  place.server.ask("load", real) == faults.NEW,
                  "the link's target was not replaced", run)
    wrong.require(place.server.ask("load", twin) == faults.OLD,
                  "the other hard link has", place.server.ask("load", twin))
    mode = stat.S_IMODE(os.stat(real).st_mode)
    wrong.require(mode == 0o640, "the mode became %o" % mode)
    wrong.require(sorted(place.leftovers()) == ["real.pt", "twin.pt"], "left",
                  place.leftovers())
    for umask, expected in ((0o022, 0o644), (0o077, 0o600)):
        for name in os.listdir(place.folder):
            os.unlink(os.path.join(place.folder, name))
        place.save(preexec_fn=lambda umask=umask: os.umask(umask))
        mode = stat.S_IMODE(os.stat(place.path).st_mode)
        wrong.require(mode == expected, "a new file's mode is %o" % mode)


def side_by_side(place, wrong, seconds):
    """Writers that are killed now and then, and readers, on one path."""
    place.reset()
    readers = [subprocess.Popen(
        [place.saver, "watch", place.path, str(seconds)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
               for _ in range(4)]
    end = time.monotonic() + seconds
    turn = 0
    kills = 0
    writers = []
    while time.monotonic() < end:
        while len(writers) < 4:
            turn += 1
            writers.append(subprocess.Popen(
                [place.saver, "loop", place.path, str(10 * turn), "5",
                 str(50_000 * (1 + turn % 3))],
                stderr=subprocess.PIPE, text=True))
        time.sleep(0.02)
        if turn % 3 == 0:
            writers[0].kill()
        writer = writers.pop(0)
        message = writer.communicate()[1]
        kills += writer.returncode < 0
        wrong.require(writer.returncode in (0, -9), "a writer ended with",
                      writer.returncode, message)
    for writer in writers:
        wrong.require(writer.wait() == 0, "a writer failed:",
                      writer.stderr.read())
    loads = 0
    for reader in readers:
        text = reader.communicate()[0].strip()
        wrong.require(reader.returncode == 0, "a reader saw", text)
        loads += int(text) if reader.returncode == 0 else 0
    wrong.require(place.sweeps(), "writers left", place.leftovers())
    wrong.require(loads > 0, "no file was read")
    print("place: %d writers, 4 at a time, %d of them killed; 4 readers loaded "
          "%d whole files and no torn one" % (turn, kills, loads))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("saver")
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args()
    wrong = faults.Findings()
    if options.full:
        full_disk(options.saver, wrong)
        wrong.finish()
    place = faults.Place(options.saver)
    full_disk(options.saver, wrong)
    size_limit(place, wrong)
    no_descriptors(place, wrong)
    wrong_places(place, wrong)
    without_permission(place, wrong)
    links_and_modes(place, wrong)
    side_by_side(place, wrong, options.seconds)
    place.server.close()
    wrong.finish()


if __name__ == "__main__":
    main()
