"""Writes tests/golden/nodes: files of PyTorch and their node lists.

    /usr/bin/python3 tools/golden/nodes.py

Each case becomes NAME.pt and NAME.json; cases of another format end in its
name. The node list is taken from the object that PyTorch loads back.
"""

import argparse
import collections
import os
import pathlib
import sys
import types

import numpy as np
import torch

import node_writer

_FOLDER = os.path.join(os.path.dirname(__file__), "../../tests/golden/nodes")
_CASES = {}


class Thing:
    """A class that no reader knows."""

    def __init__(self):
        self.name = "thing"
        self.parts = [1, {"weight": torch.ones(2)}]


class Slotted:
    __slots__ = ("left", "right")

    def __init__(self):
        self.left, self.right = 1, torch.zeros(1)


def case(build):
    _CASES[build.__name__] = build
    return build


@case
def scalars():
    return [None, True, False, 0, -1, 255, 256, 65536, -2**31, 2**31, 2**63,
            -2**63, -2**63 - 1, 2**64, 10**40, -(3**200), 0.0, -0.0, 1.5, 0.1,
            5e-324, 2.2250738585072014e-308, 1.7976931348623157e308,
            float("inf"), float("-inf"), float("nan"), 1 + 2j,
            complex(-0.0, float("inf"))]


@case
def texts():
    return ["", "plain", "quote \" back \\ slash /", "tab\tnew\nline\r\b\f\0",
            "\x7f\x80\xff", "grüße", "日本語", "\U0001f600", "\ud800 alone",
            "x" * 200, "x" * 201, "é" * 200, "é" * 201, "\U0001f600" * 201,
            b"", b"ab\0\xff", bytes(range(200)), bytes(201), bytearray(b"xy"),
            bytearray(b""), bytearray(300)]


@case
def keys():
    return {"k": 1, "a.b[0]\"": 2, "ü\n": 3, 3: 4, -7: 5, 2**70: 6, 1.5: 7,
            float("inf"): 8, True: 9, None: 10, b"ab": 11, (1, "a"): 12,
            (): 13, ((1.0, None), b"", (False,)): 14,
            frozenset({2, "z"}): 15, "": 16}


@case
def containers():
    ordered = collections.OrderedDict(a=1, b=[])
    ordered._metadata = collections.OrderedDict([("", {"version": 1})])
    ordered.note = "attribute"
    default = collections.defaultdict(list, {"x": [1]})
    return {
        "dict": {}, "ordered": ordered, "default": default,
        "counter": collections.Counter("hello"), "list": [[], [1, [2]]],
        "tuple": ((), (1,), (1, 2, 3, 4)),
        "set": {3, 1, "b", "a", None, 2.5, (1, "x"), b"q"}, "empty": set(),
        "frozen": frozenset({1, 2}), "no_factory": collections.defaultdict(),
    }


@case
def shared():
    inner = [1]
    pair = (inner, "x")
    table = {"inner": inner, "again": inner, "pair": pair, "pair2": pair,
             "sets": [{1, 2}] * 2}
    table["self"] = table
    inner.append(inner)
    return [table, table, pair]


@case
def torch_objects():
    return [torch.Size([2, 3]), torch.Size([]), torch.float32, torch.bfloat16,
            torch.bool, torch.qint8, torch.device("cpu"),
            torch.device("cuda", 1), torch.strided, torch.sparse_coo,
            torch.nn.Linear, torch.nn.functional.relu, int,
            collections.OrderedDict]


@case
def dtypes():
    tensors = {}
    for dtype in (torch.uint8, torch.int8, torch.int16, torch.int32,
                  torch.int64):
        tensors[str(dtype)] = torch.tensor([0, 1, 100, 127]).to(dtype)
    for dtype in (torch.float16, torch.bfloat16, torch.float32,
                  torch.float64):
        tensors[str(dtype)] = torch.tensor(
            [0.0, -0.0, 0.1, 1e30, float("inf"), float("nan")]).to(dtype)
    tensors["bool"] = torch.tensor([True, False])
    for dtype in (torch.complex64, torch.complex128):
        tensors[str(dtype)] = torch.tensor([1 + 2j, -0.5j]).to(dtype)
    return tensors


@case
def views():
    base = torch.arange(24.0)
    grid = base.view(2, 3, 4)
    return collections.OrderedDict([
        ("base", base), ("grid", grid), ("turned", grid.permute(2, 0, 1)),
        ("part", grid[1, :, 1:3]), ("expanded", torch.ones(1, 3).expand(4, 3)),
        ("overlap", base.as_strided((3, 4), (2, 1), 5)),
        ("scalar", torch.tensor(3)), ("empty", torch.empty(0, 3)),
        ("empty2", torch.empty(2, 0)), ("other", torch.arange(17)),
        ("channels_last", torch.arange(16.).reshape(1, 2, 2, 4).contiguous(
            memory_format=torch.channels_last)),
        ("wants_grad", torch.ones(2, requires_grad=True)),
        ("parameter", torch.nn.Parameter(torch.ones(2))),
        ("frozen", torch.nn.Parameter(torch.ones(2), requires_grad=False)),
        ("storage", base.storage()), ("again", grid),
    ])


@case
def odd_tensors():
    values = torch.tensor([[0.0, 1.5], [-2.0, 3.25]])
    sparse = torch.sparse_coo_tensor([[0, 1], [1, 0]], [3.0, 4.0], (2, 3))
    return {
        "quint8": torch.quantize_per_tensor(values, 0.1, 10, torch.quint8),
        "qint8": torch.quantize_per_tensor(values, 0.25, 0, torch.qint8),
        "qint32": torch.quantize_per_tensor(values, 0.5, -3, torch.qint32),
        "channels": torch.quantize_per_channel(
            values, torch.tensor([0.1, 0.2]), torch.tensor([0, 5]), 0,
            torch.qint8),
        "coo": sparse,
        "csr": torch.eye(3).to_sparse_csr(),
        "meta": torch.empty(2, 3, device="meta"),
    }


@case
def numpy_values():
    return {
        "arrays": [np.arange(6).astype(code).reshape(2, 3) for code in
                   ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4",
                    "u8", "c8", "c16", "?")],
        "fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        "big": np.arange(4, dtype=">i4"), "scalar_array": np.array(2.5),
        "empty": np.zeros((0, 2)), "text": np.array(["ab", "ü"]),
        "bytes": np.array([b"ab", b"c"]),
        "objects": np.array([1, "x", None], dtype=object),
        "scalars": [np.float32(1.5), np.float64(0.1), np.int64(-3),
                    np.uint8(7), np.bool_(True), np.complex64(1 - 2j),
                    np.float16(0.1), np.str_("aü")],
        "rng": ("MT19937", np.arange(624, dtype=np.uint32), 5, 0, 0.0),
    }


@case
def objects():
    thing = Thing()
    return {
        "thing": thing, "same": thing, "slots": Slotted(),
        "namespace": argparse.Namespace(lr=0.1, name="run"),
        "simple": types.SimpleNamespace(a=[1]),
        "path": pathlib.PurePosixPath("/tmp/x"), "range": range(1, 9, 2),
        "slice": slice(None, 5, None), "deque": collections.deque([1, "b"]),
        "bounded": collections.deque([3], maxlen=4),
    }


@case
def module():
    torch.manual_seed(1)
    model = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3),
                                torch.nn.BatchNorm2d(2), torch.nn.ReLU())
    model[0].weight.requires_grad_(False)
    return model


@case
def checkpoint():
    torch.manual_seed(2)
    model = torch.nn.Linear(3, 2)
    optimizer = torch.optim.Adam([{"params": [model.weight]},
                                  {"params": [model.bias], "lr": 0.1}])
    model(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    return {"epoch": 3, "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "rng": torch.get_rng_state()}


def write_text(name, text):
    with open(os.path.join(_FOLDER, name + ".json"), "w") as file:
        file.write(text)


def write(name, value, format_name, **options):
    path = os.path.join(_FOLDER, name + ".pt")
    torch.save(value, path, **options)
    loaded = torch.load(path)
    write_text(name, node_writer.node_list(loaded, format_name))
    return loaded


def main():
    # Classes of this file are those of any program.
    for cls in (Thing, Slotted):
        cls.__module__ = "__main__"
    os.makedirs(_FOLDER, exist_ok=True)
    for name, build in _CASES.items():
        value = build()
        loaded = write(name, value, "zip")
        if name == "views":
            write_text("views_all", node_writer.node_list(loaded, "zip", True))
        if name in ("containers", "views", "checkpoint", "module", "shared"):
            write(name + "_legacy", value, "legacy",
                  _use_new_zipfile_serialization=False)
        if name in ("texts", "containers", "numpy_values"):
            write(name + "_protocol5", value, "zip", pickle_protocol=5)
    write("memory_format", [torch.channels_last, torch.contiguous_format],
          "zip", pickle_protocol=4)


if __name__ == "__main__":
    sys.exit(main())
