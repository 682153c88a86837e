#!/usr/bin/python3
"""Writes print.txt: what PyTorch prints for tensors that print_test.cc makes.

Each entry is a line `@name` and the text after it.
"""

import os
import sys

import torch

nan, inf = float("nan"), float("inf")


def steps(n, dtype=torch.float32):
    return torch.arange(n).to(dtype)


def requiring(x):
    return x.clone().requires_grad_()


TENSORS = {
    "scalar": torch.tensor(3.5),
    "scalar int": torch.tensor(-7),
    "scalar bool": torch.tensor(True),
    "whole": torch.tensor([1.0, -2.0, 300.0]),
    "fixed": torch.tensor([0.5, -12.25, 3.0]),
    "zeros": torch.zeros(2, 3),
    "small": torch.tensor([1e-5, 2.0]),
    "large": torch.tensor([1.5e9, 2.0]),
    "wide range": torch.tensor([0.01, 100.0]),
    "whole wide range": torch.tensor([1.0, 2000.0]),
    "not finite": torch.tensor([1.0, nan, inf, -inf]),
    "not finite fixed": torch.tensor([1.5, nan, inf, -inf]),
    "not finite exponent": torch.tensor([1e-7, nan, -inf, 0.0]),
    "only nan": torch.tensor([nan, nan]),
    "negative zero": torch.tensor([-0.0, 0.5]),
    "matrix": steps(6).reshape(2, 3) / 4,
    "cube": steps(12, torch.int64).reshape(2, 3, 2),
    "four dims": steps(16).reshape(2, 2, 2, 2),
    "bools": torch.tensor([[True, False], [False, True]]),
    "ints": torch.tensor([[1, -200], [30, 4]]),
    "float64": torch.tensor([1.5, 2.5], dtype=torch.float64),
    "float16": torch.tensor([1.5, 0.1], dtype=torch.float16),
    "bfloat16": torch.tensor([1.5, 0.1], dtype=torch.bfloat16),
    "int32": torch.tensor([1, 2], dtype=torch.int32),
    "uint8": torch.tensor([1, 255], dtype=torch.uint8),
    "complex": torch.tensor([1 + 2j, 0.5 - 1j]),
    "complex128": torch.tensor([1 + 2j], dtype=torch.complex128),
    "empty": torch.tensor([]),
    "empty int": torch.zeros(0, dtype=torch.int64),
    "empty matrix": torch.zeros(2, 0),
    "empty bool matrix": torch.zeros(0, 3, dtype=torch.bool),
    "long row": steps(30) / 8,
    "long int row": steps(60, torch.int64),
    "wide matrix": steps(60).reshape(2, 30) * 100,
    "summary": steps(1001),
    "summary matrix": steps(2000).reshape(40, 50) / 16,
    "summary tall": steps(3000, torch.int64).reshape(1000, 3),
    "summary cube": steps(1200).reshape(2, 60, 10),
    "no summary": steps(1000, torch.int64),
    "requires grad": requiring(torch.tensor([1.0, 2.0])),
    "grad fn": requiring(torch.tensor([1.0, 2.0])) + 1,
    "view fn": requiring(torch.tensor([[1.0, 2.0]])).t(),
    "suffix on its own line": requiring(steps(12) / 7),
    "suffix after rows": requiring(steps(40, torch.float64).reshape(4, 10) / 7),
    "copy slices": None,
    "meta": torch.zeros(2, 3, device="meta"),
    "meta int": torch.zeros(1, device="meta", dtype=torch.int64),
}


def main():
    x = requiring(torch.tensor([1.0, 2.0])) * 1
    x[0] = 5
    TENSORS["copy slices"] = x
    here = os.path.dirname(os.path.abspath(__file__))
    path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(
        here, "..", "..", "tests", "golden", "print.txt")
    with open(path, "w", encoding="utf-8") as out:
        for name, tensor in TENSORS.items():
            out.write("@%s\n%r\n" % (name, tensor))


if __name__ == "__main__":
    main()
