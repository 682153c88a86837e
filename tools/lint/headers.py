"""Includes and guards: how files refer to each other."""

import re

from tree import Finding

_INCLUDE = re.compile(r'\s*#\s*include\s+(["<])([^">]+)[">]')
_OUR_FOLDERS = ("tensor/", "nn/", "optim/", "serialize/", "cuda/", "tests/",
                "tools/")

# The order of the layers: what a folder may include of Cresset. The longest
# matching folder counts; "" holds the files at the root.
LAYERS = {
    "tensor/base": ["tensor/base"],
    "tensor/core": ["tensor/base", "tensor/core"],
    "tensor/ops": ["tensor/base", "tensor/core", "tensor/ops"],
    "tensor/autograd": ["tensor/base", "tensor/core", "tensor/ops",
                        "tensor/autograd"],
    "tensor": ["tensor"],
    "serialize": ["tensor", "serialize"],
    "nn": ["tensor", "serialize", "nn"],
    "optim": ["tensor", "serialize", "optim"],
    "cuda": ["tensor", "cuda"],
    "": ["", "tensor", "serialize", "nn", "optim"],
    "tests": ["", "tensor", "serialize", "nn", "optim", "cuda", "tests",
              "tools"],
    "tools": ["", "tensor", "serialize", "nn", "optim", "cuda", "tools"],
}

_LIBRARY = ("tensor/", "nn/", "optim/", "serialize/")
_THIRD_PARTY = re.compile(r"(Eigen|unsupported/Eigen)/|zlib\.h$|cu(da|blas|dnn)")


def includes(file):
    """(line number, quoted?, path) of each #include."""
    for number, line in enumerate(file.lines, 1):
        match = _INCLUDE.match(line)
        if match:
            yield number, match.group(1) == '"', match.group(2)


def layer_of(folder):
    """The key of LAYERS that `folder` belongs to, or None."""
    while folder not in LAYERS:
        if not folder:
            return None
        folder = folder.rpartition("/")[0]
    return folder


def check_include_paths(files):
    """Our headers are "cresset/<path>" and exist; others are <...>."""
    known = {file.path for file in files}
    for file in files:
        if not file.is_code() or file.path.startswith("tests/embed/"):
            continue
        for number, quoted, path in includes(file):
            if path.startswith(_OUR_FOLDERS):
                yield Finding(file, number, 'write "cresset/%s"' % path)
            elif quoted and not path.startswith("cresset/"):
                yield Finding(file, number,
                              'quotes are for "cresset/..."; got "%s"' % path)
            elif path.startswith("cresset/") and path[8:] not in known:
                yield Finding(file, number, "%s does not exist" % path[8:])


def check_layers(files):
    """A folder includes only what is left of it in the order of the layers."""
    for file in files:
        if not file.is_code() or file.path.startswith("tests/embed/"):
            continue
        layer = layer_of(file.folder)
        allowed = LAYERS[layer] if layer is not None else []
        for number, _, path in includes(file):
            if not path.startswith("cresset/"):
                continue
            folder = path[8:].rpartition("/")[0]
            if not any(folder == a or (a and folder.startswith(a + "/"))
                       for a in allowed):
                yield Finding(file, number,
                              "%s may not include %s" % (layer or "/", path[8:]))


def check_third_party(files):
    """Eigen, zlib and CUDA stay out of the library's public headers."""
    for file in files:
        if (not file.is_header() or not file.path.startswith(_LIBRARY)
                or "/internal/" in file.path):
            continue
        for number, _, path in includes(file):
            if _THIRD_PARTY.match(path):
                yield Finding(file, number,
                              "<%s> belongs into a .cc file" % path)


def check_guards(files):
    """Include guards spell the path: CRESSET_NN_LINEAR_H_."""
    for file in files:
        if not file.is_header() or file.path.startswith("tests/embed/"):
            continue
        guard = "CRESSET_%s_" % re.sub(r"\W", "_", file.path).upper()
        code = [(n, line) for n, line in enumerate(file.lines, 1)
                if line.strip() and not line.lstrip().startswith("//")]
        expected = ["#ifndef " + guard, "#define " + guard]
        if [line for _, line in code[:2]] != expected:
            yield Finding(file, code[0][0] if code else 1,
                          "the guard must be %s" % guard)
        elif file.lines[-1] != "#endif  // " + guard:
            yield Finding(file, len(file.lines),
                          "the last line must be #endif  // %s" % guard)
