"""The files that lint looks at, and what a finding is."""

import os

CODE = (".h", ".cc", ".cu", ".cuh")
TEXT = CODE + (".py", ".bzl", ".md", ".sh", ".yml")
_SKIPPED_FOLDERS = {"__pycache__", "runs"}
_ROOTED_NAMES = {"BUILD", "WORKSPACE", "test", "quickstart"}


class File:
    """One file: its path from the root, with slashes, and its lines."""

    def __init__(self, path, text):
        self.path = path
        self.lines = text.splitlines()

    @property
    def folder(self):
        return os.path.dirname(self.path)

    def is_code(self):
        return self.path.endswith(CODE)

    def is_header(self):
        return self.path.endswith((".h", ".cuh"))

    def is_build(self):
        return os.path.basename(self.path) == "BUILD"


class Finding:
    """A broken rule, in the form that editors jump to."""

    def __init__(self, file, line, text, warning=False):
        self.path = file.path
        self.line = line
        self.text = text
        self.warning = warning

    def __str__(self):
        kind = "warning: " if self.warning else ""
        return "%s:%d: %s%s" % (self.path, self.line, kind, self.text)


def _is_text(name):
    return name.endswith(TEXT) or name in _ROOTED_NAMES


def read_tree(root):
    """Every text file of the source tree, sorted by path."""
    files = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(
            f for f in folders
            if not f.startswith((".", "bazel-")) and f not in _SKIPPED_FOLDERS)
        for name in sorted(filter(_is_text, names)):
            path = os.path.join(folder, name)
            with open(path, encoding="utf-8") as stream:
                files.append(File(os.path.relpath(path, root), stream.read()))
    return files
