"""Small files of every kind that torch.save and its neighbours write.

    /usr/bin/python3 tools/golden/checkpoints.py

writes tests/golden/checkpoints/. The tests of tests/serialize read them with
Cresset and hold what they find against the values below.
"""

import argparse
import collections
import io
import json
import os
import pathlib
import pickle
import random
import struct
import tarfile
import types
import warnings
import zipfile

import numpy
import torch

FOLDER = os.path.normpath(
    os.path.join(os.path.dirname(__file__), "../../tests/golden/checkpoints")
)


class Point:
    """An ordinary class; the files name it __main__.Point."""

    def __init__(self, x, y):
        self.x = x
        self.y = y


Point.__module__ = "__main__"


def numbers(*shape, dtype=torch.float32):
    count = 1
    for size in shape:
        count *= size
    return torch.arange(count).reshape(shape).to(dtype)


def dtypes():
    kinds = [torch.float32, torch.float64, torch.float16, torch.bfloat16]
    kinds += [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64]
    kinds += [torch.bool, torch.complex64, torch.complex128]
    return {str(kind): numbers(2, 3, dtype=kind) for kind in kinds}


def views():
    base = numbers(4, 6)
    return {
        "base": base,
        "row": base[1],
        "transposed": base.t(),
        "expanded": base[0:1].expand(3, 6),
        "overlapping": base.flatten().as_strided((3, 4), (1, 2), 2),
        "scalar": base[2, 3],
        "empty": torch.empty(0, 5),
        "channels_last": numbers(1, 2, 3, 2).to(memory_format=torch.channels_last),
    }


def values():
    class_of_its_own = Point(1, [2, 3])
    items = {
        "none": None,
        "bools": [True, False],
        "ints": [0, 255, 256, 65535, 65536, -1, 2**31, -(2**31), 2**40, -(2**63)],
        "big": [2**63, 2**200, -(2**200), 0x1950A86A20F9469CFC6C],
        "floats": [0.0, -0.0, 1.5, 1e300, float("inf"), float("-inf")],
        "nan": float("nan"),
        "complex": 1 - 2j,
        "strings": ["", "text", "h\u00e9", "\u4e16", "\U0001f600", "\ud800", "a\nb"],
        "bytes": [b"", b"a", b"\x00\xff", bytes(range(256))],
        "bytearray": bytearray(b"xyz"),
        "tuple": ((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)),
        "set": {1},
        "frozenset": frozenset([2]),
        "ordered": collections.OrderedDict([("b", 1), ("a", 2)]),
        "default": collections.defaultdict(list, {"k": [1]}),
        "counter": collections.Counter("aab"),
        "keys": {1: "int", 2.5: "float", None: "none", (1, "a"): "tuple", b"b": "bytes"},
        "flags": {True: "bool"},
        "size": torch.Size([2, 3]),
        "dtype": [torch.float32, torch.bfloat16, torch.qint8, torch.complex32],
        "device": [torch.device("cpu"), torch.device("cuda", 1)],
        "layout": torch.strided,
        "scheme": torch.per_tensor_affine,
        "namespace": argparse.Namespace(lr=0.1, name="n"),
        "simple": types.SimpleNamespace(a=1),
        "path": pathlib.PosixPath("/a/b"),
        "range": range(1, 10, 2),
        "slice": slice(1, None, 2),
        "deque": collections.deque([1, 2], maxlen=5),
        "object": class_of_its_own,
        "again": class_of_its_own,
        "function": os.path.join,
    }
    items["ordered"].note = "attribute"
    return items


def recursive():
    items = [1]
    items.append(items)
    table = {}
    table["self"] = table
    pair = ([],)
    pair[0].append(pair)
    point = Point(0, 0)
    point.x = point
    return {"list": items, "dict": table, "tuple": pair, "object": point}


def quantized():
    data = numbers(2, 4) / 4
    per_channel = torch.quantize_per_channel(
        data, torch.tensor([0.1, 0.2]), torch.tensor([1, 2]), 0, torch.qint8
    )
    return {
        "quint8": torch.quantize_per_tensor(data, 0.25, 3, torch.quint8),
        "qint8": torch.quantize_per_tensor(data, 0.5, 0, torch.qint8),
        "qint32": torch.quantize_per_tensor(data, 0.125, 0, torch.qint32),
        "channels": per_channel,
        "turned": per_channel.t() if False else per_channel,
        "quint4x2": torch.quantize_per_channel(
            data,
            torch.tensor([0.1, 0.2]),
            torch.tensor([0.0, 1.0]),
            0,
            torch.quint4x2,
        ),
    }


def sparse():
    dense = torch.tensor([[0.0, 1.0, 0.0], [2.0, 0.0, 3.0]])
    return {
        "coo": dense.to_sparse(),
        "csr": dense.to_sparse_csr(),
        "hybrid": torch.sparse_coo_tensor([[0, 2]], [[1.0, 2.0], [3.0, 4.0]], (4, 2)),
        "none": torch.sparse_coo_tensor(torch.empty(2, 0), torch.empty(0), (3, 3)),
    }


def arrays():
    base = numpy.arange(6).reshape(2, 3)
    return {
        kind: base.astype(kind)
        for kind in "b1 i1 u1 <i2 >i4 i8 u2 u4 u8 f2 f4 >f8 c8 >c16".split()
    } | {
        "fortran": numpy.asfortranarray(base.astype("f4")),
        "zero": numpy.array(5.0),
        "empty": numpy.empty((0, 2), "f4"),
        "text": numpy.array(["a", "bcd"]),
        "bytes": numpy.array([b"a", b"bcd"]),
        "objects": numpy.array([None, [1, 2], "x"], dtype=object),
        "times": numpy.array(["2020-01-01"], dtype="M8[D]"),
        "scalars": [numpy.float32(1.5), numpy.int64(-3), numpy.bool_(True)],
        "random": numpy.random.RandomState(0).get_state(),
    }


def modules():
    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2), torch.nn.Linear(2, 2)
    )
    model[2].bias.requires_grad = False
    return model


def training():
    model = modules()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    model[2](model[1](model[0](torch.ones(2, 1, 5, 5))).mean((2, 3))).sum().backward()
    optimizer.step()
    return {
        "epoch": 3,
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "rng": torch.get_rng_state()[:16].clone(),
        "python": (random.Random(1).getstate()[0], None),
    }


def parameters():
    shared = torch.nn.Parameter(numbers(2, 2))
    return {
        "parameter": shared,
        "same": shared,
        "frozen": torch.nn.Parameter(numbers(2), requires_grad=False),
        "leaf": numbers(3).requires_grad_(),
        "meta": torch.empty(2, 3, device="meta"),
        "storage": numbers(3).storage(),
    }


def conjugated():
    numbers_ = torch.tensor([1 + 2j, 3 - 4j])
    return {"plain": numbers_}


SUBJECTS = {
    "dtypes": dtypes,
    "views": views,
    "values": values,
    "recursive": recursive,
    "quantized": quantized,
    "sparse": sparse,
    "arrays": arrays,
    "module": modules,
    "training": training,
    "parameters": parameters,
}


def newer():
    """What releases from 2.x on save otherwise, or at all."""
    numbers_ = torch.tensor([1 + 2j, 3 - 4j])
    noted = torch.ones(2)
    noted.note = "text"
    tagged = torch.nn.Parameter(torch.ones(2))
    tagged.tag = [5]
    kinds = [torch.float8_e4m3fn, torch.float8_e5m2, torch.float8_e4m3fnuz]
    kinds += [torch.float8_e5m2fnuz, torch.uint16, torch.uint32, torch.uint64]
    result = {str(kind): torch.arange(4).to(torch.float32).to(kind) for kind in kinds}
    return result | {
        "float8_e8m0fnu": torch.ones(3).to(torch.float8_e8m0fnu),
        "complex32": torch.ones(2, dtype=torch.complex32),
        "conj": numbers_.conj(),
        "neg": torch.tensor([1 + 2j, 3 - 4j]).conj().imag,
        "noted": noted,
        "tagged": tagged,
        "coo": torch.eye(3).to_sparse(),
        "csr": torch.eye(3).to_sparse_csr(),
        "csc": torch.eye(3).to_sparse_csc(),
        "bsr": torch.eye(4).to_sparse_bsr((2, 2)),
        "bsc": torch.eye(4).to_sparse_bsc((2, 2)),
    }


def path_of(name):
    return os.path.join(FOLDER, name)


def rezip(source, target, method, root=None, extra=()):
    """The same records in another program's zip."""
    old = zipfile.ZipFile(source)
    with zipfile.ZipFile(target, "w", method) as new:
        for name, data in extra:
            new.writestr(zipfile.ZipInfo(name), data)
        for info in old.infolist():
            name = info.filename
            if root is not None:
                name = root + name[name.index("/") :]
            entry = zipfile.ZipInfo(name)
            entry.compress_type = method
            new.writestr(entry, old.read(info))


def neighbours():
    """Files of other formats around torch.save's."""
    data = {"a": numpy.arange(6, dtype="f4").reshape(2, 3), "b.c": numpy.array(3)}
    numpy.save(path_of("array.npy"), data["a"])
    numpy.save(path_of("fortran.npy"), numpy.asfortranarray(data["a"].astype(">i2")))
    numpy.savez(path_of("arrays.npz"), **data)
    numpy.savez_compressed(path_of("packed.npz"), **data)
    scripted = torch.jit.script(modules())
    torch.jit.save(scripted, path_of("scripted.pt"))


def tar_member(archive, name, data):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    archive.addfile(info, io.BytesIO(data))


class TarPickler(pickle.Pickler):
    """Writes numbers for tensors and storages, as torch.save did before 0.1.10."""

    def __init__(self, file, numbers_of):
        super().__init__(file, protocol=2)
        self.numbers_of = numbers_of

    def persistent_id(self, item):
        return self.numbers_of.get(id(item))


def write_tar(path, value, tensors, storages, views):
    """`tensors`: number -> (tensor, storage's number); `storages`: number -> storage."""
    numbers_of = {id(t): str(number) for number, (t, _) in tensors.items()}
    numbers_of |= {id(s): str(number) for number, s in storages.items()}
    storage_file = io.BytesIO()
    pickle.dump(len(storages), storage_file, protocol=2)
    for number, storage in storages.items():
        names = {torch.float32: "FloatStorage", torch.uint8: "ByteStorage"}
        kind = getattr(torch, names[storage.dtype])
        pickle.dump((number, "cpu", kind), storage_file, protocol=2)
        data = torch.tensor([], dtype=storage.dtype).set_(storage).numpy().tobytes()
        storage_file.write(struct.pack("<q", len(storage)) + data)
    pickle.dump(views, storage_file, protocol=2)
    tensor_file = io.BytesIO()
    pickle.dump(len(tensors), tensor_file, protocol=2)
    for number, (tensor, storage) in tensors.items():
        kind = getattr(torch, tensor.type().split(".")[-1])
        pickle.dump((number, storage, kind), tensor_file, protocol=2)
        rank = tensor.dim()
        tensor_file.write(struct.pack("<ii", rank, 0))
        tensor_file.write(struct.pack(f"<{rank}q", *tensor.size()))
        tensor_file.write(struct.pack(f"<{rank}q", *tensor.stride()))
        tensor_file.write(struct.pack("<q", tensor.storage_offset()))
    object_file = io.BytesIO()
    TarPickler(object_file, numbers_of).dump(value)
    system = {"protocol_version": 1000, "little_endian": True}
    with tarfile.open(path, "w:", format=tarfile.PAX_FORMAT) as archive:
        tar_member(archive, "sys_info", pickle.dumps(system, protocol=2))
        tar_member(archive, "pickle", object_file.getvalue())
        tar_member(archive, "tensors", tensor_file.getvalue())
        tar_member(archive, "storages", storage_file.getvalue())


def tar_file():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        base = torch.FloatStorage([0.0, 1.0, 2.0, 3.0, 4.0, 5.0])
        bytes_ = torch.ByteStorage([7, 8])
    matrix = torch.FloatTensor().set_(base, 0, (2, 3), (3, 1))
    column = torch.FloatTensor().set_(base, 1, (2,), (3,))
    pair = torch.ByteTensor().set_(bytes_, 0, (2,), (1,))
    value = collections.OrderedDict(
        [("matrix", matrix), ("column", column), ("pair", pair), ("same", matrix)]
    )
    value["epoch"] = 3
    tensors = {11: (matrix, 21), 12: (column, 21), 13: (pair, 22)}
    write_tar(path_of("old.tar"), value, tensors, {21: base, 22: bytes_}, [])
    torch.load(path_of("old.tar"))


SAFETENSORS = [
    ("BOOL", torch.bool), ("U8", torch.uint8), ("I8", torch.int8),
    ("I16", torch.int16), ("F16", torch.float16), ("BF16", torch.bfloat16),
    ("I32", torch.int32), ("F32", torch.float32), ("C64", torch.complex64),
    ("F64", torch.float64), ("I64", torch.int64),
]


def raw_bytes(tensor):
    flat = tensor.contiguous().flatten()
    return bytes(flat.view(torch.uint8).numpy()) if flat.numel() else b""


def write_safetensors(path, entries, metadata):
    """`entries`: (name, dtype, shape, bytes) in the order of the data."""
    header = {"__metadata__": metadata} if metadata else {}
    data = b""
    for name, dtype, shape, content in entries:
        offsets = [len(data), len(data) + len(content)]
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": offsets}
        data += content
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def safetensors_files():
    order = {name: -i for i, (name, _) in enumerate(SAFETENSORS)}
    entries = []
    for name, dtype in SAFETENSORS:
        tensor = numbers(2, 3, dtype=dtype)
        entries.append((name.lower(), name, [2, 3], raw_bytes(tensor)))
    entries.append(("scalar", "F32", [], struct.pack("<f", 1.5)))
    entries.append(("empty", "F32", [0, 4], b""))
    entries.append(("rare", "F8_E8M0", [3], b"\x7f\x80\x81"))
    entries.append(("small", "F8_E4M3", [2], b"\x38\x40"))
    order |= {"F8_E8M0": -2.5, "F8_E4M3": -2.4}
    entries.sort(key=lambda entry: (order[entry[1]], entry[0]))
    write_safetensors(path_of("all.safetensors"), entries, {"format": "pt"})
    parts = {"shard-1.safetensors": ["a", "b"], "shard-2.safetensors": ["c"]}
    index = {"metadata": {"total_size": 24}, "weight_map": {}}
    for file, names in parts.items():
        write_safetensors(
            path_of(file),
            [(n, "F32", [2], struct.pack("<2f", ord(n), 1)) for n in names],
            None,
        )
        index["weight_map"] |= {name: file for name in names}
    with open(path_of("shards.safetensors.index.json"), "w") as file:
        json.dump(index, file, indent=1)


def main():
    os.makedirs(FOLDER, exist_ok=True)
    if not torch.__version__.startswith("1."):
        SUBJECTS["newer"] = newer
        for name, make in SUBJECTS.items():
            torch.save(make(), path_of("torch2_" + name + ".pt"))
        return
    for name, make in SUBJECTS.items():
        value = make()
        torch.save(value, path_of(name + ".pt"))
        torch.save(
            value, path_of(name + "_legacy.pt"), _use_new_zipfile_serialization=False
        )
        for protocol in (1, 3, 4, 5):
            torch.save(
                value, path_of(f"{name}_p{protocol}.pt"), pickle_protocol=protocol
            )
    torch.save(
        {"format": torch.channels_last}, path_of("format_p4.pt"), pickle_protocol=4
    )
    rezip(path_of("views.pt"), path_of("views_deflated.pt"), zipfile.ZIP_DEFLATED)
    rezip(
        path_of("views.pt"),
        path_of("views_rezipped.pt"),
        zipfile.ZIP_STORED,
        root="some other root",
        extra=[("__MACOSX/._views", b"junk")],
    )
    neighbours()
    tar_file()
    safetensors_files()


if __name__ == "__main__":
    main()
