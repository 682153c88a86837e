"""Opens a checkpoint of the demo in PyTorch and prints what it holds.

Usage: open_in_pytorch.py CHECKPOINT
"""

import sys

import torch


def main(path):
    # PyTorch before 2.0 cannot read floats with weights_only=True.
    safe = int(torch.__version__.split(".")[0]) >= 2
    checkpoint = torch.load(path, map_location="cpu", weights_only=safe)
    print("torch %s, torch.load(%r): %s" % (
        torch.__version__, path, ", ".join(checkpoint)))
    for name, tensor in checkpoint["model"].items():
        print("  %-24s %-20s %s" % (
            name, tuple(tensor.shape), str(tensor.dtype)[len("torch."):]))


if __name__ == "__main__":
    main(*sys.argv[1:])
