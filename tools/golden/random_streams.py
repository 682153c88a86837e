#!/usr/bin/python3
"""Writes random.pt: what PyTorch's CPU generator gives after manual_seed."""

import torch
from torch import nn

import case_file

# torch.NAME with these arguments. Sizes around 16 matter: from there on randn
# takes its numbers in blocks.
DRAWS = [
    ("rand", [3], [2, 5], [1], [0], [17], [100]),
    ("randn", [3], [15], [16], [17], [2, 3, 4], [31], [100], [0], [1]),
    ("randperm", [0], [1], [10], [100]),
    ("randint", [10, (5,)], [-3, 7, (2, 4)], [2**40, (6,)], [2**33, 2**34, (3,)]),
]

INITS = [
    ("uniform_", [[7]], {}),
    ("uniform_", [[4, 5]], {"a": -2.0, "b": 3.0}),
    ("normal_", [[5]], {}),
    ("normal_", [[4, 6]], {"mean": 2.0, "std": 0.5}),
    ("constant_", [[3]], {"val": 0.25}),
    ("ones_", [[3]], {}),
    ("zeros_", [[2, 2]], {}),
    ("eye_", [[3, 4]], {}),
    ("xavier_uniform_", [[4, 6]], {}),
    ("xavier_uniform_", [[4, 6, 3]], {"gain": 2.0}),
    ("xavier_normal_", [[6, 4]], {}),
    ("kaiming_uniform_", [[4, 6]], {"a": 5**0.5}),
    ("kaiming_uniform_", [[4, 3, 2, 2]], {"mode": "fan_out"}),
    ("kaiming_normal_", [[4, 6]], {"nonlinearity": "relu", "mode": "fan_out"}),
    ("kaiming_normal_", [[4, 6]], {"nonlinearity": "tanh"}),
    ("trunc_normal_", [[20]], {}),
    ("dirac_", [[4, 3, 3]], {}),
    ("sparse_", [[6, 4]], {"sparsity": 0.5}),
]

MODULES = [
    ("Linear", [5, 3]),
    ("Linear", [20, 1]),
    ("Conv1d", [2, 4, 3]),
    ("Conv2d", [3, 4, 3]),
    ("BatchNorm2d", [4]),
    ("LayerNorm", [4]),
    ("Embedding", [6, 3]),
    ("Bilinear", [2, 3, 4]),
    ("LSTM", [3, 4]),
    ("MultiheadAttention", [4, 2]),
]


def random_case(name, number, args, make):
    torch.manual_seed(number)
    expected = make()
    return {"random": name, "seed": number, "args": args, "expected": expected}


def all_cases():
    for name, *rows in DRAWS:
        for args in rows:
            for number in (0, 1, 2**31 + 11):
                draw = getattr(torch, name)
                yield random_case(name, number, args, lambda: draw(*args))
    for name, shape, kwargs in INITS:
        init = getattr(nn.init, name)
        yield random_case(
            "init." + name,
            7,
            [shape[0], kwargs],
            lambda: init(torch.empty(shape[0]), **kwargs),
        )
    for name, args in MODULES:
        module = getattr(nn, name)
        yield random_case(
            "module." + name, 3, args, lambda: module(*args).state_dict()
        )


if __name__ == "__main__":
    case_file.write("random", list(all_cases()))
