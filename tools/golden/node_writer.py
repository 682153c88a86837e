"""The node list of a Python object, straight from the object.

This is the independent half of the tests of `cresset info --json`: it knows
PyTorch and NumPy, and nothing of files. An instance of a class that has
`opaque_name` is one of plain_reader.py, and lists as what the file holds.
"""

import collections
import hashlib
import json
import pathlib

import numpy as np
import torch

_CONTAINERS = (dict, list, tuple, set, frozenset)
_UNTYPED = getattr(torch, "UntypedStorage", None) or torch._UntypedStorage


def float_text(x):
    return float(x).hex()


def bare(x):
    """float32 for torch.float32."""
    return str(x).replace("torch.", "")


def key_text(key):
    """A dict key as paths and sets show it."""
    if key is None:
        return "None"
    if isinstance(key, bool):
        return "bool:" + json.dumps(key)
    if isinstance(key, int):
        return "int:%d" % key
    if isinstance(key, float):
        return "float:" + float_text(key)
    if isinstance(key, str):
        return json.dumps(key)
    if isinstance(key, bytes):
        return "bytes:" + key.hex()
    if isinstance(key, tuple):
        return "tuple:(%s)" % ",".join(map(key_text, key))
    if isinstance(key, frozenset):
        return "frozenset:(%s)" % ",".join(sorted(map(key_text, key)))
    raise TypeError("no text for the key %r" % (key,))


def number(x):
    """One element or scalar as JSON holds it exactly."""
    if isinstance(x, bool):
        return x
    if isinstance(x, int):
        return str(x)
    if isinstance(x, complex):
        return [float_text(x.real), float_text(x.imag)]
    return float_text(x)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def resolved(t):
    """The elements in row-major order, without bits that say how to read
    them."""
    t = t.detach()
    if hasattr(t, "resolve_neg"):
        t = t.resolve_conj().resolve_neg()
    return t.contiguous().clone()


def tensor_bytes(t):
    if t.numel() == 0:
        return b""
    return storage_bytes(resolved(t).storage())


def storage_bytes(storage):
    untyped = storage.untyped() if hasattr(storage, "untyped") else storage
    return bytes(untyped.tolist())


def elements_of(t):
    """The elements as Python's numbers; payloads of bits as integers."""
    name, t = bare(t.dtype), resolved(t).flatten()
    if name.startswith("float8"):
        t = t.float()
    elif name == "complex32":
        t = t.to(torch.complex64)
    elif name.startswith(("bits", "uint", "int", "float4")) and name not in (
            "uint8", "int8", "int16", "int32", "int64"):
        if name in ("uint16", "uint32", "uint64"):
            return t.numpy().tolist()
        t = t.view(torch.int16 if name == "bits16" else torch.int8
                   if name.startswith("int") else torch.uint8)
    return t.tolist()


def class_name(cls):
    return cls.__module__ + "." + cls.__qualname__


class NodeWriter:
    def __init__(self, all_values=False):
        self.all_values = all_values
        self.nodes = []
        self.seen = {}       # id of a container -> its path
        self.kept = []       # objects whose id must stay theirs
        self.storages = {}

    def add(self, path, type_name, **fields):
        self.nodes.append(dict(path=path, type=type_name, **fields))

    def storage_number(self, storage):
        key = storage._cdata if storage.nbytes() == 0 else storage.data_ptr()
        self.kept.append(storage)
        return self.storages.setdefault(key, len(self.storages))

    def values(self, elements):
        if self.all_values or len(elements) <= 16:
            return {"values": [number(x) for x in elements]}
        return {}

    def visit(self, path, x):
        shared = isinstance(x, _CONTAINERS) and not isinstance(x, torch.Size)
        if shared and not (isinstance(x, (tuple, frozenset)) and not x):
            if id(x) in self.seen:
                return self.add(path, "ref", to=self.seen[id(x)])
            self.seen[id(x)] = path
            self.kept.append(x)
        for types, method in self._METHODS:
            if isinstance(x, types):
                return method(self, path, x)
        if x is Ellipsis or x is NotImplemented:
            return self.add(path, "global", value="builtins." + str(x))
        if isinstance(x, type) or callable(x) and hasattr(x, "__qualname__"):
            name = getattr(x, "opaque_name", None) or class_name(x)
            return self.add(path, "global", value=name)
        self.visit_object(path, x)

    def visit_none(self, path, x):
        self.add(path, "NoneType")

    def visit_bool(self, path, x):
        self.add(path, "bool", value=x)

    def visit_number(self, path, x):
        self.add(path, type(x).__name__, value=number(x))

    def visit_str(self, path, x):
        if len(x) <= 200:
            return self.add(path, "str", value=x)
        self.add(path, "str", len=len(x),
                 sha256=sha256(x.encode("utf-8", "surrogatepass")))

    def visit_bytes(self, path, x):
        if len(x) <= 200:
            return self.add(path, type(x).__name__, value=x.hex())
        self.add(path, type(x).__name__, len=len(x), sha256=sha256(x))

    def visit_size(self, path, x):
        self.add(path, "Size", value=list(x))

    def visit_named(self, path, x):
        self.add(path, type(x).__name__, value=bare(x))

    def visit_qscheme(self, path, x):
        self.add(path, "global", value=str(x))

    def visit_dict(self, path, x):
        self.add(path, type(x).__name__, len=len(x))
        for key, value in x.items():
            self.visit("%s[%s]" % (path, key_text(key)), value)
        self.visit_attributes(path, getattr(x, "__dict__", {}))

    def visit_sequence(self, path, x):
        self.add(path, type(x).__name__, len=len(x))
        for i, value in enumerate(x):
            self.visit("%s[%d]" % (path, i), value)

    def visit_set(self, path, x):
        self.add(path, type(x).__name__, len=len(x),
                 items=sorted(map(key_text, x)))

    def visit_attributes(self, path, attributes):
        for name, value in attributes.items():
            self.visit("%s.%s" % (path, name), value)

    def visit_object(self, path, x):
        if id(x) in self.seen:
            return self.add(path, "ref", to=self.seen[id(x)])
        self.seen[id(x)] = path
        self.kept.append(x)
        if hasattr(type(x), "opaque_name"):
            return self.visit_opaque(path, x)
        self.add(path, "object", cls=class_name(type(x)))
        if isinstance(x, (range, slice)):
            for name in ("start", "stop", "step"):
                self.visit("%s.%s" % (path, name), getattr(x, name))
        elif isinstance(x, pathlib.PurePath):
            self.visit(path + ".args", x.parts)
        elif isinstance(x, collections.deque):
            if x.maxlen is not None:
                self.visit(path + ".args", ((), x.maxlen))
            for i, value in enumerate(x):
                self.visit("%s[%d]" % (path, i), value)
        else:
            slots = {name: getattr(x, name)
                     for name in getattr(type(x), "__slots__", ())}
            self.visit_attributes(path, getattr(x, "__dict__", slots))

    def visit_opaque(self, path, x):
        self.add(path, "object", cls=type(x).opaque_name)
        if x.args:
            self.visit(path + ".args", x.args)
        for i, value in enumerate(x.appended):
            self.visit("%s[%d]" % (path, i), value)
        for key, value in x.stored:
            self.visit("%s[%s]" % (path, key_text(key)), value)
        for state in x.states:
            parts = state if isinstance(state, tuple) and len(
                state) == 2 else (state,)
            if all(part is None or isinstance(part, dict) for part in parts):
                for part in parts:
                    self.visit_attributes(path, part or {})
            else:
                self.visit(path + ".__state__", state)

    def visit_tensor(self, path, t):
        kind = "Parameter" if isinstance(t, torch.nn.Parameter) else "Tensor"
        if t.layout != torch.strided:
            return self.visit_sparse(path, kind, t)
        head = dict(dtype=bare(t.dtype), shape=list(t.shape),
                    stride=list(t.stride()), offset=t.storage_offset(),
                    requires_grad=t.requires_grad, numel=t.numel())
        if t.device.type == "meta":
            return self.add(path, kind, **head)
        head["storage"] = self.storage_number(t.storage())
        elements = t.detach()
        if t.is_quantized:
            head.update(self.quantization(t))
            elements = elements.int_repr()
        self.add(path, kind, **head, sha256=sha256(tensor_bytes(elements)),
                 **self.values(elements_of(elements)))
        self.visit_attributes(path, {
            name: value for name, value in vars(t).items()
            if not name.startswith("_")})

    def quantization(self, t):
        scheme = t.qscheme()
        head = dict(qscheme=bare(scheme))
        if scheme in (torch.per_tensor_affine, torch.per_tensor_symmetric):
            return dict(head, scale=float_text(t.q_scale()),
                        zero_point=t.q_zero_point())
        return dict(
            head,
            scales=[float_text(x) for x in t.q_per_channel_scales()],
            zero_points=[float_text(x) if isinstance(x, float) else x
                         for x in t.q_per_channel_zero_points().tolist()],
            axis=t.q_per_channel_axis())

    def visit_sparse(self, path, kind, t):
        self.add(path, kind, dtype=bare(t.dtype), layout=bare(t.layout),
                 shape=list(t.shape), requires_grad=t.requires_grad)
        if t.layout == torch.sparse_coo:
            parts = dict(indices=t._indices(), values=t._values())
        elif t.layout in (torch.sparse_csr, torch.sparse_bsr):
            parts = dict(crow_indices=t.crow_indices(),
                         col_indices=t.col_indices(), values=t.values())
        else:
            parts = dict(ccol_indices=t.ccol_indices(),
                         row_indices=t.row_indices(), values=t.values())
        for name, part in parts.items():
            self.visit("%s.%s" % (path, name), part.detach())

    def visit_storage(self, path, s):
        dtype = bare(getattr(s, "dtype", torch.uint8))
        self.add(path, "Storage", dtype=dtype, numel=len(s),
                 storage=self.storage_number(s),
                 sha256=sha256(storage_bytes(s)))

    def visit_array(self, path, a):
        little = a.astype(a.dtype.newbyteorder("<"), order="C")
        text = little.dtype.str
        if a.dtype == object:
            self.add(path, "ndarray", dtype="|O", shape=list(a.shape))
            for i, value in enumerate(a.flatten().tolist()):
                self.visit("%s[%d]" % (path, i), value)
            return
        self.add(path, "ndarray", dtype=text, shape=list(a.shape),
                 sha256=sha256(little.tobytes()))

    def visit_npscalar(self, path, x):
        little = np.asarray(x).astype(x.dtype.newbyteorder("<"))
        value = x.item()
        if isinstance(value, bytes):
            # As the file holds them, with the zeros that NumPy leaves out.
            value = np.asarray(x).tobytes().hex()
        elif not isinstance(value, str):
            value = number(value)
        self.add(path, "npscalar", dtype=little.dtype.str, value=value)

    _METHODS = [
        (type(None), visit_none),
        (np.generic, visit_npscalar),
        (bool, visit_bool),
        ((int, float, complex), visit_number),
        (str, visit_str),
        ((bytes, bytearray), visit_bytes),
        (torch.Size, visit_size),
        ((torch.dtype, torch.layout, torch.memory_format, torch.device),
         visit_named),
        (torch.qscheme, visit_qscheme),
        (dict, visit_dict),
        ((list, tuple), visit_sequence),
        ((set, frozenset), visit_set),
        (torch.Tensor, visit_tensor),
        ((torch.storage.TypedStorage, _UNTYPED), visit_storage),
        (np.ndarray, visit_array),
    ]


def node_list(value, format_name, all_values=False):
    """The text that `cresset info --json` prints."""
    writer = NodeWriter(all_values)
    writer.visit("$", value)
    return '{"format": %s, "nodes": [\n%s\n]}\n' % (
        json.dumps(format_name), ",\n".join(map(json.dumps, writer.nodes)))
