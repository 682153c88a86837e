"""docs/ops.md: every public op in a table, made from the headers' doc fields.

Usage: ops_table.py          checks docs/ops.md
       ops_table.py --write  writes it
"""

import os
import re
import sys

import docs
from generated import check_page, main

PAGE = "docs/ops.md"
_INTRODUCTION = """\
# Ops

Every public op of `tensor/ops`, made from the headers by `python3 tools/lint/ops_table.py --write`; `//tools/lint:tree_test`
fails if it is out of date. The headers hold the rest: shapes, dtypes, the formula of the gradient, errors. All ops are in namespace
`cresset`; `x_` marks those with a form that changes its first argument. A gradient is *zero* where PyTorch's is: the op is constant
between its steps.

| op | in place | PyTorch | gradient | header |
| --- | --- | --- | --- | --- |
"""
_NAME = re.compile(r"\b(?:torch|x)(?:\.\w+)+")
# Functions that are no ops.
_NO_OPS = {"to_string"}
_NO_OPS_HEADERS = {"tensor/ops/print.h"}
# PyTorch has these under another name only.
_OTHER_NAMES = {
    "nonzero_as_tuple": "torch.where",
    "slice": "x[start:end:step]",
}


def field(name, *comments):
    """The text of a field in the first comment that has it, or ""."""
    for comment in comments:
        text = " ".join(line.strip().lstrip("/").strip() for line in comment)
        starts = list(docs.FIELD.finditer(text))
        for start, after in zip(starts, starts[1:] + [None]):
            if start.group(1).endswith(":") and name in start.group(1):
                return text[start.end():after and after.start()].strip()
    return ""


def torch_name(op, text):
    """PyTorch's name of `op` in code quotes, given the text of its field."""
    if op in _OTHER_NAMES:
        return "`%s`" % _OTHER_NAMES[op]
    names = _NAME.findall(text)
    if not names:
        words = text.rstrip(".")
        return "`%s`" % words if words.startswith("x[") else words
    for name in names:
        if name.rpartition(".")[2] in (op, op + "_"):
            return "`%s`" % name
    # "torch.isnan(x) and so on", "torch.nn.functional.max_pool1d, 2d, 3d":
    # the place is the same for all.
    return "`%s.%s`" % (names[0].rpartition(".")[0],
                        op.replace("_with_indices", ""))


def gradient(text):
    """yes, zero or no, given the text of the field Gradient."""
    word = re.match(r"[\w.]*", text).group().rstrip(".")
    return {"none": "no", "0": "zero"}.get(word, "yes")


def rows(files):
    """The cells of each op, by name and header."""
    table = {}
    for file in files:
        if not docs.holds_ops(file) or file.path in _NO_OPS_HEADERS:
            continue
        head = docs.head(file)
        for _, name, comment, family in docs.functions(file):
            if name.startswith("operator") or name in _NO_OPS:
                continue
            op = name.rstrip("_")
            row = table.setdefault((op, file.path), {"free": False, "in place": False})
            row["in place" if name.endswith("_") else "free"] = True
            if "gradient" not in row or not name.endswith("_"):
                comments = (comment, family, head)
                row["gradient"] = gradient(field("Gradient", *comments))
                row["torch"] = torch_name(op, field("Torch", *comments))
    return table


def page(files):
    """The text of docs/ops.md."""
    lines = [_INTRODUCTION]
    for (op, path), row in sorted(rows(files).items()):
        name = op if row["free"] else op + "_"
        lines.append("| `%s` | %s | %s | %s | `%s` |\n" % (
            name, "`%s_`" % op if row["in place"] else "",
            row["torch"], row["gradient"], os.path.basename(path)))
    return "".join(lines)


def check_op_table(files):
    """docs/ops.md is what the headers say."""
    return check_page(files, PAGE, page)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], PAGE, page))
