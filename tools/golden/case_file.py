"""What all golden scripts share: seeds, copies of arguments, and the file.

The form of a case is written down in docs/parity.md.
"""

import os
import random

import numpy
import torch

FOLDER = os.path.normpath(
    os.path.join(os.path.dirname(__file__), "../../tests/golden/parity")
)

PLAIN = (int, float, bool, str, type(None), torch.dtype, torch.device, torch.Size)


def seed(number):
    """Makes everything that draws numbers start from `number`."""
    torch.manual_seed(number)
    random.seed(number)
    numpy.random.seed(number)


def map_tree(function, value):
    """`value` with every leaf replaced; lists, tuples and dicts are kept."""
    if isinstance(value, torch.Size):
        return value
    if isinstance(value, (list, tuple)):
        items = [map_tree(function, item) for item in value]
        return items if isinstance(value, list) else tuple(items)
    if isinstance(value, dict):
        return {key: map_tree(function, item) for key, item in value.items()}
    return function(value)


def leaves(value, path=()):
    """Pairs of path and leaf, in order."""
    if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
        for i, item in enumerate(value):
            yield from leaves(item, path + (i,))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, path + (key,))
    else:
        yield path, value


def fresh(value):
    """A copy whose tensors are leaves of no graph; strides are kept."""

    def copy(leaf):
        if not isinstance(leaf, torch.Tensor):
            return leaf
        return leaf.detach().requires_grad_(leaf.requires_grad)

    return map_tree(copy, value)


def detached(value):
    """`value` without graphs: what is not a leaf asks for no gradient."""

    def cut(leaf):
        if not isinstance(leaf, torch.Tensor):
            return leaf
        return leaf.detach().requires_grad_(leaf.requires_grad and leaf.is_leaf)

    return map_tree(cut, value)


def flat_outputs(result):
    """The tensors and numbers of a result, in order."""
    return [leaf for _, leaf in leaves(result)]


def backward(outputs):
    """Runs backward with random numbers; returns the list of grad_outputs."""
    grads = [
        torch.randn_like(out)
        if isinstance(out, torch.Tensor) and out.requires_grad
        else None
        for out in outputs
    ]
    pairs = [(out, grad) for out, grad in zip(outputs, grads) if grad is not None]
    if pairs:
        torch.autograd.backward(*zip(*pairs))
    return grads if pairs else None


def input_grads(args, kwargs):
    """The list `grads` of a case: a gradient for each input that asks for it."""
    return [
        {"path": list(path), "grad": leaf.grad}
        for path, leaf in leaves([args, kwargs])
        if isinstance(leaf, torch.Tensor) and leaf.requires_grad
    ]


class Packer:
    """Puts results into one storage for each dtype, which keeps files small."""

    def __init__(self):
        self.parts = {}
        self.sizes = {}

    def add(self, tensor):
        tensor = tensor.detach().contiguous().clone()
        dtype = tensor.dtype
        start = self.sizes.get(dtype, 0)
        self.sizes[dtype] = start + tensor.numel()
        self.parts.setdefault(dtype, []).append(tensor.reshape(-1))
        return (dtype, start, tensor.shape)

    def finish(self, value):
        """`value` with every Place replaced by the tensor that stood there."""
        storages = {dtype: torch.cat(parts) for dtype, parts in self.parts.items()}

        def view(leaf):
            if not isinstance(leaf, Place):
                return leaf
            dtype, start, shape = leaf.where
            part = storages[dtype][start : start + shape.numel()]
            return part.view(shape)

        return map_tree(view, value)


class Place:
    """Stands for a packed tensor until the file is written."""

    def __init__(self, where):
        self.where = where


RESULTS = ("outputs", "grad_outputs", "grads", "param_grads")


def write(name, cases):
    """Writes tests/golden/parity/NAME.pt and says how large it is."""
    packer = Packer()

    def pack(leaf):
        return Place(packer.add(leaf)) if isinstance(leaf, torch.Tensor) else leaf

    packed = [
        {k: map_tree(pack, v) if k in RESULTS else v for k, v in case.items()}
        for case in cases
    ]
    path = os.path.join(FOLDER, name + ".pt")
    torch.save(packer.finish(packed), path)
    print("%-28s %5d cases %8d bytes" % (name, len(cases), os.path.getsize(path)))
