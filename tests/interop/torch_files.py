"""The PyTorch side of torch_files_test: writes files, and checks Cresset's.

write FOLDER: one file for each object of CASES.
check FOLDER: loads FOLDER/<case>.<layout>.pt for each layout and compares.
"""

import argparse
import collections
import os
import pathlib
import random
import sys
import warnings

import numpy as np
import torch
from torch import nn

warnings.filterwarnings("ignore")


def network():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, bias=False), nn.BatchNorm2d(8), nn.Flatten(), nn.Linear(8 * 16, 4)
    )


def checkpoint():
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 3)
    model(torch.ones(2, 3, 6, 6)).sum().backward()
    optimizer.step()
    scheduler.step()
    return {
        "epoch": 3,
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "scheduler": scheduler.state_dict(),
        "best": 0.5,
        "rng": torch.get_rng_state(),
    }


def scalars():
    return {
        "none": None,
        "yes": True,
        "bytes": b"\x00\xff\x80abc",
        "no bytes": b"",
        "one byte": b"b",
        "tuple": (1, (2,), (), (1, 2, 3, 4)),
        "list": [1, [2.5, "x", True]],
        "big": 2**100,
        "small": -(2**70),
        "ints": [0, 255, 256, 65535, 65536, -1, -129, 2**31 - 1, 2**31, -(2**31) - 1, 2**40, -(2**40)],
        "floats": [0.1, -0.0, float("inf"), 1e-300],
        "set": {1},
        "complex": 1 + 2j,
        "text": "é€😀",
        7: "int key",
        (1, "a"): "tuple key",
        None: "None key",
        "size": torch.Size([1, 2]),
        "dtype": torch.float16,
        "device": torch.device("cuda", 1),
    }


def tensors():
    base = torch.arange(12.0).reshape(3, 4)
    return {
        "base": base,
        "row": base[1],
        "transposed": base.t(),
        "expanded": base[:1].expand(5, 4),
        "same": base,
        "empty": torch.zeros(0, 3),
        "scalar": torch.tensor(3),
        "bool": torch.tensor([True, False]),
        "half": torch.ones(2).half(),
        "bfloat16": torch.ones(2).bfloat16(),
        "double": torch.ones(2).double(),
        "complex": torch.tensor([1 + 2j]),
        "complex128": torch.tensor([1 + 2j], dtype=torch.complex128),
        "uint8": torch.tensor([1, 255], dtype=torch.uint8),
        "int8": torch.tensor([-1], dtype=torch.int8),
        "int16": torch.tensor([-1], dtype=torch.int16),
        "int32": torch.tensor([-1], dtype=torch.int32),
        "parameter": nn.Parameter(torch.ones(2)),
        "frozen": nn.Parameter(torch.ones(2), requires_grad=False),
        "wants grad": torch.ones(2, requires_grad=True),
        "channels last": torch.ones(1, 2, 3, 3).to(memory_format=torch.channels_last),
        "meta": torch.empty(2, 3, device="meta"),
    }


def cycles():
    items = [1]
    items.append(items)
    mapping = {}
    mapping["self"] = mapping
    pair = ([],)
    pair[0].append(pair)
    return {"list": items, "dict": mapping, "tuple": pair}


def odd_values():
    default = collections.defaultdict(int)
    default["a"] = 1
    return {
        "defaultdict": default,
        "counter": collections.Counter("abca"),
        "namespace": argparse.Namespace(a=1, b="x"),
        "path": pathlib.PurePosixPath("/a/b"),
        "array": np.arange(3.0),
        "number": np.float32(2),
        "frozenset": frozenset([1]),
        "bytearray": bytearray(b"xyz"),
        "random": random.Random(0).getstate(),
        "range": range(3),
        "slice": slice(1, 2),
        "deque": collections.deque([1, 2], 5),
        "sparse": torch.eye(2).to_sparse(),
        "quantized": torch.quantize_per_tensor(torch.ones(3), 0.1, 3, torch.quint8),
        "storage": torch.ones(3).storage(),
    }


CASES = {
    "state_dict": lambda: network().state_dict(),
    "checkpoint": checkpoint,
    "scalars": scalars,
    "tensors": tensors,
    "cycles": cycles,
    "odd_values": odd_values,
    "module": network,
    "dict_2500": lambda: {i: i * i for i in range(2500)},
    "list_1001": lambda: list(range(1001)),
    "ordered_1001": lambda: collections.OrderedDict((str(i), i) for i in range(1001)),
    "tensors_30": lambda: [torch.ones(i) for i in range(30)],
}

# What the weights_only mode of 1.13 can read: no float, bytes, set, complex.
WEIGHTS_ONLY = {"state_dict", "tensors_30", "list_1001", "dict_2500", "ordered_1001"}
LAYOUTS = ("torch113", "torch21", "torch27")


def same(a, b, seen):
    if (id(a), id(b)) in seen:
        return True
    seen.add((id(a), id(b)))
    if type(a) is not type(b):
        return False
    if isinstance(a, torch.Tensor):
        if a.device != b.device or a.dtype != b.dtype or a.shape != b.shape:
            return False
        if a.is_sparse or a.is_quantized:
            return a.layout == b.layout and str(a) == str(b)
        if a.stride() != b.stride() or a.requires_grad != b.requires_grad:
            return False
        return a.device.type == "meta" or torch.equal(a, b)
    if isinstance(a, nn.Module):
        return same(a.state_dict(), b.state_dict(), seen) and str(a) == str(b)
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and np.array_equal(a, b)
    if isinstance(a, dict):
        return (
            same(list(a), list(b), seen)
            and all(same(a[k], b[k], seen) for k in a)
            and same(getattr(a, "_metadata", 0), getattr(b, "_metadata", 0), seen)
        )
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(same(x, y, seen) for x, y in zip(a, b))
    if hasattr(a, "tolist") and hasattr(a, "nbytes"):
        return a.tolist() == b.tolist()
    return a == b and repr(a) == repr(b)


def main():
    action, folder = sys.argv[1:]
    if action == "write":
        for name, make in CASES.items():
            torch.save(make(), os.path.join(folder, name + ".pt"))
        for protocol in (1, 2, 4):
            for name in ("checkpoint", "tensors", "module"):
                path = os.path.join(folder, f"{name}.legacy{protocol}.pt")
                torch.save(
                    CASES[name](),
                    path,
                    pickle_protocol=protocol,
                    _use_new_zipfile_serialization=False,
                )
        torch.save(checkpoint(), os.path.join(folder, "checkpoint.zip4.pt"), pickle_protocol=4)
        return 0
    wrong = 0
    for name in CASES:
        expected = torch.load(os.path.join(folder, name + ".pt"))
        for layout in LAYOUTS:
            path = os.path.join(folder, "out", f"{name}.{layout}.pt")
            modes = (False, True) if name in WEIGHTS_ONLY else (False,)
            for weights_only in modes:
                loaded = torch.load(path, weights_only=weights_only)
                if not same(expected, loaded, set()):
                    print(f"{path}: differs (weights_only={weights_only})")
                    wrong += 1
    made = torch.load(os.path.join(folder, "out", "made.pt"), weights_only=True)
    if not torch.equal(made["weight"], torch.arange(6.0).reshape(2, 3).t()):
        print("made.pt: differs")
        wrong += 1
    if made["weight"].data_ptr() != made["tied"].data_ptr() or made._metadata[""] != {"version": 2}:
        print("made.pt: sharing or metadata is lost")
        wrong += 1
    return wrong


if __name__ == "__main__":
    sys.exit(main())
