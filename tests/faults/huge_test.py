"""`cresset ls` of files of 100 GB, which are holes but for their structure.

huge_test.py CRESSET

Names, shapes and dtypes come at once and in little memory, because no element
is touched: bool, big-endian, sparse and transposed ones neither.
"""

import os
import struct
import subprocess
import sys
import tempfile

import faults
from hostile_files import (P, local_header, name_of, number, record, tensor,
                           text)

SIZE = 100 * 10**9
SECONDS, MEBIBYTES = 0.5, 40


def write(path, pieces):
    """Bytes one after the other; an int is a hole of that size."""
    with open(path, "wb") as file:
        for piece in pieces:
            if isinstance(piece, int):
                file.seek(piece, os.SEEK_CUR)
            else:
                file.write(piece)
        file.truncate()


def huge_zip(pickled, *extra):
    """The pieces of a zip whose storage "0" is a hole."""
    wide = struct.pack("<HHQQ", 1, 16, SIZE, SIZE)
    small = [("a/data.pkl", pickled), ("a/version", b"3\n"), *extra]
    entries = [(record(name, data), data) for name, data in small] + [
            (record("a/data/0", b"", crc=0, size=2**32 - 1, packed=2**32 - 1,
                    extra=wide), SIZE)]
    pieces, places, at = [], [], 0
    for entry, data in entries:
        head = local_header(entry)
        places.append(at)
        pieces += [head, data]
        at += len(head) + (data if isinstance(data, int) else len(data))
    directory = b""
    for (entry, _), place in zip(entries, places):
        directory += b"PK\1\2" + struct.pack(
            "<HHHHHHIIIHHHHHII", 45, 45, entry["flags"], 0, 0, 33,
            entry["crc"], entry["packed"], entry["size"],
            len(entry["name"]), len(entry["extra"]), 0, 0, 0, 0, place)
        directory += entry["name"].encode() + entry["extra"]
    count = len(entries)
    return pieces + [directory, b"PK\6\6" + struct.pack(
        "<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, len(directory), at),
        b"PK\6\7" + struct.pack("<IQI", 0, at + len(directory), 1),
        b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count,
                                len(directory), 2**32 - 1, 0)]


def state(*tensors):
    return P + b"}(" + b"".join(
        text("layer.%d" % i) + made for i, made in enumerate(tensors)) + b"u."


def plain(kind, itemsize):
    numel = SIZE // itemsize
    return [tensor((numel // 1000, 1000), (1000, 1), kind=kind, numel=numel),
            tensor((1000, numel // 1000), (1, 1000), kind=kind, numel=numel)]


def sparse():
    """Indices of 8-byte integers that nobody may look at."""
    numel = SIZE // 8
    return P + name_of("torch._utils", "_rebuild_sparse_tensor") + name_of(
        "torch.serialization", "_get_layout") + text("torch.sparse_coo") + \
        b"\x85R(" + tensor((1, numel), (numel, 1), kind="LongStorage",
                           numel=numel) + tensor(
                               (numel,), (1,), kind="LongStorage",
                               numel=numel) + name_of("torch", "Size") + \
        b"(" + number(2**40) + b"t\x85Rt\x86R."


def legacy():
    numel = SIZE
    obj = P + name_of("torch._utils", "_rebuild_tensor_v2") + b"((" + text(
        "storage") + name_of("torch", "BoolStorage") + text("5") + text(
            "cpu") + number(numel) + b"NtQ" + number(0) + number(
                numel) + b"\x85" + number(1) + b"\x85\x89NtR."
    head = b"".join(P + number(n) + b"." for n in (
        0x1950a86a20f9469cfc6c, 1001)) + P + b"}."
    return [head + obj + P + b"]" + text("5") + b"a." + struct.pack(
        "<q", numel), SIZE]


def safetensors():
    head = (b'{"mask":{"dtype":"BOOL","shape":[%d],"data_offsets":[0,%d]}}' %
            (SIZE, SIZE))
    return [struct.pack("<Q", len(head)) + head, SIZE]


def array():
    head = "{'descr': '>f8', 'fortran_order': True, 'shape': (%d, 1000)}" % (
        SIZE // 8000)
    return [b"\x93NUMPY\1\0" + struct.pack("<H", len(head)) + head.encode(),
            SIZE]


FILES = {
    "zip": (huge_zip(state(*plain("FloatStorage", 4))), "(25000000, 1000)"),
    "zip of bools": (huge_zip(state(*plain("BoolStorage", 1))), "bool"),
    "big-endian zip": (huge_zip(state(*plain("DoubleStorage", 8)),
                                ("a/byteorder", b"big")), "f64"),
    "sparse zip": (huge_zip(sparse()), "i64"),
    "legacy": (legacy(), "(100000000000)"),
    "safetensors": (safetensors(), "mask"),
    "npy": (array(), "(12500000, 1000)"),
}


def main():
    wrong = faults.Findings()
    path = os.path.join(tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR")),
                        "huge")
    slowest = largest = 0
    for name, (pieces, shown) in FILES.items():
        write(path, pieces)
        wrong.require(os.stat(path).st_size >= SIZE, name, "is no huge file")
        child = subprocess.Popen([sys.argv[1], "ls", path],
                                 stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, text=True)
        printed = child.stdout.read()
        _, child.returncode, usage = os.wait4(child.pid, 0)
        seconds = usage.ru_utime + usage.ru_stime
        slowest = max(slowest, seconds)
        largest = max(largest, usage.ru_maxrss / 1024)
        wrong.require(child.returncode == 0 and shown in printed, name,
                      printed)
        wrong.require(seconds <= SECONDS, name, "%.2f s" % seconds)
        wrong.require(usage.ru_maxrss <= MEBIBYTES * 1024, name,
                      "%d KiB" % usage.ru_maxrss)
        os.unlink(path)
    print("huge: %d files of 100 GB: listed within %.2f s and %.0f MiB" % (
        len(FILES), slowest, largest))
    wrong.finish()


if __name__ == "__main__":
    main()
