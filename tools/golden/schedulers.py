#!/usr/bin/python3
"""Writes schedulers.pt: the learning rate before and after each step."""

import warnings

import torch
from torch.optim import lr_scheduler

import case_file

# name, kwargs, steps, the optimizer's lr.
CASES = [
    ("StepLR", {"step_size": 3}, 10, 0.1),
    ("StepLR", {"step_size": 1, "gamma": 0.5}, 5, 1.0),
    ("StepLR", {"step_size": 4, "gamma": 0.9}, 13, 0.05),
    ("StepLR", {"step_size": 2, "gamma": 0.1, "last_epoch": -1}, 0, 0.1),
    ("CosineAnnealingLR", {"T_max": 10}, 10, 0.1),
    ("CosineAnnealingLR", {"T_max": 4, "eta_min": 0.001}, 19, 0.1),
    ("CosineAnnealingLR", {"T_max": 7, "eta_min": 1e-5}, 30, 0.3),
    ("MultiStepLR", {"milestones": [2, 5], "gamma": 0.2}, 7, 0.1),
    ("ExponentialLR", {"gamma": 0.9}, 5, 0.1),
    ("LinearLR", {"start_factor": 0.5, "total_iters": 4}, 6, 0.1),
    ("ConstantLR", {}, 7, 0.1),
    ("PolynomialLR", {"total_iters": 4, "power": 2.0}, 6, 0.1),
    ("CosineAnnealingWarmRestarts", {"T_0": 3, "T_mult": 2}, 12, 0.1),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 10}, 9, 0.1),
    ("OneCycleLR", {"max_lr": 1.0, "epochs": 2, "steps_per_epoch": 4,
                    "three_phase": True, "anneal_strategy": "linear"}, 7, 0.1),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 2, "mode": "exp_range",
                  "gamma": 0.9, "cycle_momentum": False}, 9, 0.01),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 3}, 9, 0.01),
    ("ReduceLROnPlateau", {"patience": 1, "factor": 0.5}, 8, 0.1),
]


def make_case(name, kwargs, steps, lr):
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=lr, momentum=0.9)
    scheduler = getattr(lr_scheduler, name)(optimizer, **kwargs)
    metrics = None
    if name == "ReduceLROnPlateau":
        metrics = [1.0 - 0.1 * min(step, 3) for step in range(steps)]
    lrs = [optimizer.param_groups[0]["lr"]]
    for step in range(steps):
        optimizer.step()
        scheduler.step(*([] if metrics is None else [metrics[step]]))
        lrs.append(optimizer.param_groups[0]["lr"])
    state = {
        key: value
        for key, value in scheduler.state_dict().items()
        if isinstance(value, (int, float, str, list, tuple, type(None)))
    }
    return {
        "scheduler": name,
        "kwargs": kwargs,
        "metrics": metrics,
        "steps": steps,
        "optimizer": {"name": "SGD", "lr": lr, "momentum": 0.9},
        "lrs": lrs,
        "state_dict_after": state,
    }


def main():
    warnings.simplefilter("ignore")
    rows = [row for row in CASES if hasattr(lr_scheduler, row[0])]
    case_file.write("schedulers", [make_case(*row) for row in rows])


if __name__ == "__main__":
    main()
