#!/usr/bin/python3
"""Writes ops_FAMILY.pt: PyTorch's own OpInfo samples with their results.

Usage: ops.py [FAMILY...]      (all families without arguments)
"""

import sys
import types
import unittest
import warnings

import torch

import case_file
from families import FAMILIES

# PyTorch's test package imports expecttest, which the table does not need.
_stub = types.ModuleType("expecttest")
_stub.TestCase = unittest.TestCase
_stub.ACCEPT = False
sys.modules.setdefault("expecttest", _stub)

from torch.testing import make_tensor  # noqa: E402
from torch.testing._internal.common_methods_invocations import op_db  # noqa: E402

# How many samples an op gets of each dtype.
COUNTS = {
    torch.float32: 5,
    torch.float64: 1,
    torch.int64: 2,
    torch.bool: 1,
    torch.float16: 1,
    torch.bfloat16: 1,
}
# Families whose results depend on the precision in which sums are kept:
# PyTorch rounds some of them after every addition.
NO_HALF = ("linalg", "conv", "norm", "loss", "image", "pool")

WITH_GRADIENT = (torch.float32, torch.float64)
MAX_ELEMENTS = 600
MAX_CASE = 5000


# Samples for ops of which PyTorch's own are all too large for a small file.
EXTRA = {"kron": [((2, 3), (3, 2)), ((3,), (2, 2)), ((2, 1, 2), (2, 3))]}


def public_functions(name):
    """What a user calls: torch.NAME and the method, or the dotted function."""
    if "." in name:
        found = torch
        for part in name.split("."):
            found = getattr(found, part)
        return [found]
    owners = (torch, torch.Tensor)
    return [getattr(owner, name) for owner in owners if hasattr(owner, name)]


def call(name, args, kwargs):
    error = None
    for function in public_functions(name):
        try:
            return function(*args, **kwargs)
        except (TypeError, RuntimeError) as caught:
            error = error or caught
    raise error


def elements(value):
    return sum(
        leaf.numel() for _, leaf in case_file.leaves(value) if torch.is_tensor(leaf)
    )


def storable(value):
    return all(
        isinstance(leaf, case_file.PLAIN)
        or type(leaf) is torch.Tensor
        and not leaf.is_complex()
        for _, leaf in case_file.leaves(value)
    )


def features(args, kwargs):
    """What a sample shows; samples are chosen to show as much as possible."""
    found = {("args", len(args)), ("kwargs", tuple(kwargs))}
    shapes = []
    for path, leaf in case_file.leaves([list(args), kwargs]):
        if torch.is_tensor(leaf):
            shapes.append(tuple(leaf.shape))
            found.add((path, "dim", leaf.dim(), leaf.numel() == 0))
            found.add(("contiguous", leaf.is_contiguous()))
        else:
            found.add((path, repr(leaf)))
    found.add(("one shape", len(set(shapes)) < 2, len(shapes)))
    return found


def choose(samples, count):
    """`count` samples, each the one that adds the most unseen features."""
    left = [(features(*sample), sample) for sample in samples]
    seen, chosen = set(), []
    while left and len(chosen) < count:
        best = max(range(len(left)), key=lambda i: len(left[i][0] - seen))
        shown, sample = left.pop(best)
        if chosen and not shown - seen:
            break
        seen |= shown
        chosen.append(sample)
    return chosen


def noncontiguous(args, kwargs):
    """The same values in tensors with gaps between their elements."""

    def spread(leaf):
        if not torch.is_tensor(leaf) or leaf.dim() == 0:
            return leaf
        wide = leaf.detach().unsqueeze(-1).repeat_interleave(2, -1)
        return wide[..., 0].requires_grad_(leaf.requires_grad)

    return case_file.map_tree(spread, (tuple(args), kwargs))


def op_samples(info, dtype, count):
    """Chosen (args, kwargs) of one entry of PyTorch's table."""
    gradient = dtype in WITH_GRADIENT and info.supports_autograd
    case_file.seed(len(info.name))
    pool = []
    for sample in info.sample_inputs("cpu", dtype, requires_grad=gradient):
        args, kwargs = (sample.input, *sample.args), sample.kwargs
        if info.name == "nn.functional.embedding":
            args = (args[1], args[0])
        if not storable([list(args), kwargs]) or len(pool) >= 600:
            continue
        pool.append((args, kwargs))
    for shapes in EXTRA.get(info.name, []):
        tensors = [make_tensor(s, dtype=dtype, device="cpu") for s in shapes]
        pool.append((tuple(x.requires_grad_(gradient) for x in tensors), {}))
    size = {id(sample): elements(list(sample)) for sample in pool}
    limit = max(MAX_ELEMENTS, min(size.values(), default=0))
    pool = [sample for sample in pool if size[id(sample)] <= limit]
    strided = next((s for s in pool if size[id(s)] > 8), None)
    chosen = choose(pool, count)
    if dtype == torch.float32 and strided is not None:
        chosen.append(noncontiguous(*strided))
    return chosen


def make_case(info, args, kwargs, dtype):
    args, kwargs = case_file.fresh(tuple(args)), case_file.fresh(dict(kwargs))
    case = {"op": info.name, "args": args, "kwargs": kwargs}
    result = call(info.name, args, kwargs)
    outputs = case_file.flat_outputs(result)
    case["outputs"] = outputs
    grad_outputs = case_file.backward(outputs)
    if grad_outputs is not None:
        case["grad_outputs"] = grad_outputs
        case["grads"] = case_file.input_grads(args, kwargs)
    if elements(case) > MAX_CASE or not storable(case):
        return None
    return case_file.detached(case)


def dtypes_of(family):
    left_out = set()
    if family in NO_HALF:
        left_out |= {torch.float16, torch.bfloat16}
    return [dtype for dtype in COUNTS if dtype not in left_out]


# 16-bit results of ops that round every intermediate step.
OPEN = {
    "logit": {torch.bfloat16},
    "sinc": {torch.bfloat16},
}


def is_open(case):
    return case["args"][0].dtype in OPEN.get(case["op"], ())


def op_cases(name, family):
    infos = [info for info in op_db if info.name == name]
    for dtype in dtypes_of(family):
        count = COUNTS[dtype]
        for info in infos:
            if dtype not in info.dtypes:
                continue
            share = max(2 if dtype == torch.float32 else 1, count // len(infos))
            for args, kwargs in op_samples(info, dtype, share):
                try:
                    case = make_case(info, args, kwargs, dtype)
                except (TypeError, RuntimeError) as error:
                    print("left out:", name, dtype, str(error).split("\n")[0][:90])
                    continue
                if case is not None:
                    yield case


def main(names):
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    for family in names or FAMILIES:
        cases = [case for name in FAMILIES[family] for case in op_cases(name, family)]
        cases = [case for case in cases if not is_open(case)]
        case_file.write("ops_" + family, cases)


if __name__ == "__main__":
    main(sys.argv[1:])
