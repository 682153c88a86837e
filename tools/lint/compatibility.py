"""docs/compatibility.md: which files are read and written, and the test of each.

The page is made from the tests' own tables: the golden files that they name,
and what they do with them.

Usage: compatibility.py          checks docs/compatibility.md
       compatibility.py --write  writes it
"""

import os
import re
import sys

from generated import check_page, main

PAGE = "docs/compatibility.md"
_GOLDEN_TEST = "tests/serialize/golden_test.cc"
_INTRODUCTION = """\
# Compatibility

Which files Cresset reads and writes, and the tests that say so: made from these tests by `python3 tools/lint/compatibility.py --write`;
`//tools/lint:tree_test` fails if it is out of date. The golden files are in `tests/golden`, the programs that made PyTorch write them in
`tools/golden`. PyTorch 1.13 is Debian's, PyTorch 2.15 comes from PyPI.
"""
_FILES_HEAD = """
## Files of torch.save

*bytes*: read, and saving what was loaded gives the file's bytes; *read*: every value is compared; -: no golden file.

| contents | zip, 1.13 | before 1.6 | protocols 1, 3, 4, 5 | zip, 2.15 | tests |
| --- | --- | --- | --- | --- | --- |
"""
# What the golden files of each name hold.
_SUBJECTS = {
    "arrays": "NumPy arrays and scalars, random states",
    "dtypes": "tensors of every dtype",
    "format": "memory formats",
    "module": "a whole module",
    "newer": "what PyTorch 2 has beyond 1.13: float8, unsigned integers, conj and neg bits, attributes, csc, bsr, bsc",
    "parameters": "parameters, meta tensors, bare storages",
    "quantized": "quantized tensors",
    "recursive": "lists, dicts, tuples and objects that hold themselves",
    "sparse": "sparse COO, CSR and hybrid tensors",
    "training": "a checkpoint of a training: model, optimizer, scheduler, random states",
    "values": "Python values of every kind, objects of unknown classes",
    "views": "views, shared, expanded, overlapping and empty tensors",
}
_COLUMNS = ("1.13", "legacy", "protocols", "2.15")
_OTHER_KINDS = (
    (".safetensors.index.json", "sharded safetensors"),
    (".safetensors", "safetensors"),
    (".npz", "NumPy archive"),
    (".npy", "NumPy array"),
    (".tar", "tar of PyTorch 0.1"),
    ("scripted.pt", "TorchScript archive"),
    ("_deflated.pt", "zip, compressed by another program"),
    ("_rezipped.pt", "zip, stored by another program"),
)
_CASE = re.compile(r'TEST_CASE\(\s*"((?:[^"\\]|\\.|"\s*")*)"', re.S)
_LOOP = re.compile(r"for \(const char\* (?:subject|name) :\s*\{([^}]*)\}", re.S)
_TEXT = re.compile(r'"([^"]*)"')


def cases(text):
    """(name, body) of every test case."""
    starts = list(_CASE.finditer(text))
    for start, after in zip(starts, starts[1:] + [None]):
        name = re.sub(r'"\s*"', "", start.group(1))
        yield name, text[start.end():after.start() if after else len(text)]


def golden_uses(body):
    """{(subject, column)} of the golden files that a test case loads."""
    looped = [name for names in _LOOP.findall(body) for name in _TEXT.findall(names)]
    uses = set()

    def use(subject, forms):
        if subject.startswith("torch2_"):
            uses.add((subject[7:], "2.15"))
        elif subject.endswith("_p4"):
            uses.add((subject[:-3], "protocols"))
        elif not subject.endswith(("_deflated", "_rezipped")):
            columns = ("1.13", "legacy", "protocols") if forms else ("1.13",)
            uses.update((subject, column) for column in columns)

    for subject, form in re.findall(r'path_of\("(\w+)"(, form)?\)', body):
        use(subject, form)
    for variable, form in re.findall(r"path_of\((subject|name)(, form)?\)", body):
        prefix = "torch2_" if variable == "name" else ""
        for subject in looped:
            use(prefix + subject, form)
    return uses


def torch_files(text):
    """Rows of the table of torch.save's files."""
    exact, tests = set(), {}
    found = set()
    for name, body in cases(text):
        uses = golden_uses(body)
        found |= uses
        # Loaded, saved and compared as bytes.
        if re.search(r"\bsave\(load\(", body) and "contents(copy)" in body:
            exact |= uses
        for subject, _ in uses:
            tests.setdefault(subject, []).append(name.partition(": ")[2])
    for subject in sorted({subject for subject, _ in found}):
        cells = []
        for column in _COLUMNS:
            use = (subject, column)
            cells.append("bytes" if use in exact else "read" if use in found else "-")
        yield "| %s | %s | %s |" % (_SUBJECTS[subject], " | ".join(cells),
                                    "; ".join(sorted(set(tests[subject]))))


def other_files(files):
    """Rows of the golden files in other formats."""
    rows = {}
    for file in files:
        if not re.fullmatch(r"tests/(serialize|nn)/\w+_test\.cc", file.path):
            continue
        for case, body in cases("\n".join(file.lines)):
            if "kFolder" not in body and "path_of" not in body:
                continue
            for name in _TEXT.findall(body):
                if re.fullmatch(r"\w+_(deflated|rezipped)", name):
                    name += ".pt"
                for ending, kind in _OTHER_KINDS:
                    if name.endswith(ending) and (name != ending or "_" not in ending):
                        rows.setdefault((kind, name), set()).add(case)
                        break
    for (kind, name), names in sorted(rows.items()):
        yield "| %s | `%s` | %s |" % (kind, name, "; ".join(sorted(names)))


def enumerators(files, name):
    """(enumerator, meaning) of an enum in serialize/options.h."""
    for file in files:
        if file.path == "serialize/options.h":
            text = "\n".join(file.lines)
            body = text.partition("enum class %s " % name)[2].partition("};")[0]
            yield from re.findall(r"(k\w+),\s*///< (.*)", body)


def writers(files):
    """Rows of the formats and layouts that save() writes."""
    for kind in ("SaveLayout", "SaveFormat"):
        for value, meaning in enumerators(files, kind):
            names = set()
            for file in files:
                if re.fullmatch(r"tests/.*_test\.cc", file.path):
                    for case, body in cases("\n".join(file.lines)):
                        if "%s::%s" % (kind, value) in body:
                            names.add(case)
            if names:
                yield "| `%s::%s` | %s | %s |" % (kind, value, meaning,
                                                  "; ".join(sorted(names)))


def node_lists(files):
    """The golden files whose node lists a Python program wrote."""
    for file in files:
        if file.path == "tests/cresset/node_list_test.cc":
            text = "\n".join(file.lines)
            names = text.partition("GENERATE(")[2].partition(");")[0]
            return ["`%s`" % name for name in _TEXT.findall(names)]
    return []


def classes(files):
    """{Python module: names} of the classes that Cresset has twins of."""
    found = {}
    for file in files:
        if not re.fullmatch(r"nn/python/\w+_classes\.cc", file.path):
            continue
        group = os.path.basename(file.path)[:-len("_classes.cc")]
        text = "\n".join(line.partition("//")[0] for line in file.lines)
        names = set(re.findall(r'"([A-Z][A-Za-z0-9]+)"', text))
        found.setdefault(group, set()).update(names)
    return found


def test_names(files, *paths):
    """The test cases of some files."""
    return [name for file in files if file.path in paths
            for name, _ in cases("\n".join(file.lines))]


def page(files):
    """The text of docs/compatibility.md."""
    golden = "\n".join(line for file in files if file.path == _GOLDEN_TEST
                       for line in file.lines)
    lines = [_INTRODUCTION + _FILES_HEAD.rstrip("\n")]
    lines += torch_files(golden)
    lines += ["", "Tests are those of `%s`." % _GOLDEN_TEST,
              "", "## Other formats", "", "| format | golden file | tests |",
              "| --- | --- | --- |"]
    lines += other_files(files)
    lines += ["", "## Written formats", "", "| option | what it is | tests |",
              "| --- | --- | --- |"]
    lines += writers(files)
    lines += ["", "## Read by PyTorch itself", "",
              "Tests that run PyTorch on what Cresset wrote, and the other way "
              "round (`tests/interop`):", ""]
    lines += ["- " + name for name in test_names(
        files, "tests/interop/torch_files_test.cc",
        "tests/interop/torch_modules_test.cc",
        "tests/interop/torch_models_test.cc",
        "tests/interop/torch_training_test.cc")]
    lines += ["", "## Node lists", "",
              "Files of `tests/golden/nodes` whose node list, as `cresset info "
              "--json` prints it, equals the one that a Python program wrote "
              "straight from the objects (`node_list: equals Python's own for "
              "files of every kind`):", "", ", ".join(node_lists(files)) + ".",
              "", "## Whole modules", "",
              "Classes of PyTorch and torchvision that become live modules, and "
              "are written as such (tests of `python_module_test` and "
              "`torch_modules_test`):", "", "| rows in `nn/python` | classes |",
              "| --- | --- |"]
    lines += ["| %s | %s |" % (group, ", ".join(sorted(names)))
              for group, names in sorted(classes(files).items())]
    lines += ["", "## Hostile and damaged files", "",
              "Each ends in one error (`tests/serialize/hostile_test.cc`):", ""]
    lines += ["- " + name.partition(": ")[2] for name in test_names(
        files, "tests/serialize/hostile_test.cc")]
    return "\n".join(lines) + "\n"


def check_compatibility(files):
    """docs/compatibility.md is what the tests say."""
    return check_page(files, PAGE, page)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], PAGE, page))
