#!/usr/bin/python3
"""Writes optimizers.pt: parameters and state_dict after some steps."""

import torch

import case_file

SHAPES = [(3, 4), (4,), (), (2, 1, 3)]

# name, kwargs, groups of parameter indices, options of each group, steps.
CASES = [
    ("SGD", {"lr": 0.1}, [[0, 1]], [{}], 3),
    ("SGD", {"lr": 0.1, "momentum": 0.9}, [[0, 1, 2, 3]], [{}], 4),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3}, [[0, 1]], [{}], 3),
    ("SGD", {"lr": 0.1, "momentum": 0.8, "nesterov": True}, [[0, 1]], [{}], 3),
    ("SGD", {"lr": 0.1, "weight_decay": 0.02}, [[0, 1]], [{}], 2),
    ("SGD", {"lr": 0.1, "maximize": True}, [[0, 1]], [{}], 2),
    (
        "SGD",
        {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.1, "nesterov": True},
        [[0], [1, 2], [3]],
        [{}, {"lr": 0.01, "weight_decay": 0.0}, {"momentum": 0.0, "nesterov": False}],
        3,
    ),
    (
        "SGD",
        {"lr": 0.01, "momentum": 0.5, "maximize": True, "weight_decay": 0.3},
        [[3, 1], [0]],
        [{"dampening": 0.25}, {"lr": 1.0, "maximize": False}],
        3,
    ),
    ("SGD", {"lr": 0.1, "foreach": True, "momentum": 0.9}, [[0, 1]], [{}], 2),
    ("SGD", {"lr": 1}, [[0]], [{}], 0),
    ("Adam", {"lr": 0.01}, [[0, 1]], [{}], 3),
    ("Adam", {"amsgrad": True, "weight_decay": 0.1}, [[0], [1]], [{}, {}], 3),
    ("AdamW", {"lr": 0.01, "betas": (0.8, 0.99)}, [[0, 1]], [{}], 3),
    ("RMSprop", {"momentum": 0.5, "centered": True}, [[0, 1]], [{}], 3),
    ("Adagrad", {"lr_decay": 0.1}, [[0, 1]], [{}], 3),
    ("Adadelta", {}, [[0, 1]], [{}], 3),
    ("Adamax", {}, [[0, 1]], [{}], 3),
    ("NAdam", {}, [[0, 1]], [{}], 3),
    ("RAdam", {}, [[0, 1]], [{}], 7),
    ("ASGD", {}, [[0, 1]], [{}], 3),
    ("Rprop", {}, [[0, 1]], [{}], 3),
]


def make_case(name, kwargs, groups, group_options, steps, missing):
    values = [torch.randn(shape) for shape in SHAPES]
    params = [value.clone().requires_grad_() for value in values]
    grouped = [
        {"params": [params[i] for i in members], **options}
        for members, options in zip(groups, group_options)
    ]
    optimizer = getattr(torch.optim, name)(grouped, **kwargs)
    grads = []
    for step in range(steps):
        row = [torch.randn(shape) for shape in SHAPES]
        if missing and step == 0:
            row[1] = None
        for param, grad in zip(params, row):
            param.grad = None if grad is None else grad.clone()
        optimizer.step()
        grads.append(row)
    return {
        "optimizer": name,
        "kwargs": kwargs,
        "groups": groups,
        "group_options": group_options,
        "params": values,
        "grads": grads,
        "params_after": [param.detach() for param in params],
        "state_dict_after": optimizer.state_dict(),
    }


def main():
    cases = []
    for number, row in enumerate(CASES):
        case_file.seed(number)
        cases.append(make_case(*row, missing=False))
    case_file.seed(len(CASES))
    cases.append(
        make_case("SGD", {"lr": 0.1, "momentum": 0.9}, [[0, 1]], [{}], 3, missing=True)
    )
    case_file.write("optimizers", cases)


if __name__ == "__main__":
    main()
