"""Writes tests/golden/modules/<release>.pt: a whole module as a release of
PyTorch pickles it, with an input and what the module makes of it.

Usage: whole_modules.py, with the release in question. Only tests/golden/modules
depends on it; tests/interop compares with the PyTorch that is installed.
"""

import pathlib

import torch
from torch import nn


def main():
    torch.manual_seed(0)
    module = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding="same"), nn.BatchNorm2d(4), nn.PReLU(4), nn.MaxPool2d(2), nn.Flatten(2),
        nn.LayerNorm(4, bias=False), nn.TransformerEncoderLayer(4, 2, 8, batch_first=True), nn.Dropout(),
        nn.Flatten(), nn.Linear(16, 3), nn.LogSoftmax(1)).eval()
    x = torch.randn(2, 1, 4, 4)
    with torch.no_grad():
        output = module(x)
    root = pathlib.Path(__file__).resolve().parents[2] / "tests/golden/modules"
    name = "torch-" + ".".join(torch.__version__.split("+")[0].split(".")[:2])
    torch.save({"module": module, "input": x, "output": output}, root / f"{name}.pt")


if __name__ == "__main__":
    main()
