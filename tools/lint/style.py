"""Sizes, paths, notes and BUILD files."""

import re

from tree import CODE, Finding

WARN, FAIL, FAIL_TESTS = 400, 600, 900

_MACHINE_PATH = re.compile(r"(?<![\w.$}/-])/(home|root|work|Users|mnt|media)/")
_NOTE = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
_NUMBERED = re.compile(r"TODO\(#\d+\)")
_LOAD = re.compile(r'\s*load\(\s*"([^"]+)"')
_CALL = re.compile(r"(\w+)\(")
_PLAIN_CALLS = {"load", "package", "package_group", "exports_files", "licenses",
                "alias", "filegroup", "test_suite", "config_setting", "glob"}


def _is_lint(file):
    return file.path.startswith("tools/lint/")


def size_limit(path):
    """Tests and tables may be longer than the rest."""
    stem = path.rpartition("/")[2].rpartition(".")[0]
    if path.startswith("tests/") or stem.endswith(("_table", "_tables")):
        return FAIL_TESTS
    return FAIL


def check_sizes(files):
    """One idea a file: long files hold more."""
    for file in files:
        if not file.path.endswith(CODE + (".py", ".bzl")):
            continue
        count = len(file.lines)
        limit = size_limit(file.path)
        if count > limit:
            yield Finding(file, count, "%d lines; the limit is %d"
                          % (count, limit))
        elif count > WARN and limit == FAIL:
            yield Finding(file, count, "%d lines; aim for 250" % count,
                          warning=True)


def check_paths(files):
    """Nothing names a place on one machine."""
    for file in files:
        if _is_lint(file):
            continue
        for number, line in enumerate(file.lines, 1):
            if _MACHINE_PATH.search(line):
                yield Finding(file, number, "a path of one machine")


def check_notes(files):
    """What is left to do has an issue."""
    for file in files:
        if _is_lint(file):
            continue
        for number, line in enumerate(file.lines, 1):
            if _NOTE.search(_NUMBERED.sub("", line)):
                yield Finding(file, number, "write TODO(#<issue>): <what>")


def check_build_files(files):
    """BUILD files use the rules of //tools/bazel and no others."""
    for file in files:
        if not file.is_build() or file.path.startswith(("tests/embed/",
                                                        "tools/bazel/")):
            continue
        loaded = set(re.findall(
            r'"(\w+)"',
            " ".join(re.findall(r"(?s)load\(.*?\)", "\n".join(file.lines)))))
        for number, line in enumerate(file.lines, 1):
            load = _LOAD.match(line)
            call = _CALL.match(line)
            if load and not load.group(1).startswith("//tools/bazel:"):
                yield Finding(file, number, "load only from //tools/bazel")
            elif call and call.group(1) not in _PLAIN_CALLS | loaded:
                yield Finding(file, number,
                              "%s is not a rule of //tools/bazel"
                              % call.group(1))
