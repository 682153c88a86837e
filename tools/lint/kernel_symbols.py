"""Checks that wide kernels keep their code to themselves.

A weak function, such as an inline one of the standard library, is emitted by
every object that uses it, and the linker keeps one copy. If that copy came from
an object compiled for AVX-512, a program on an older CPU would die of it. So
every weak function of a wide kernel must have the level in its name.

Usage: kernel_symbols.py LEVEL=ARCHIVE...
"""

import re
import subprocess
import sys


def weak_functions(archive):
    """Names of the weak functions that `archive` defines."""
    out = subprocess.run(
        ["nm", "--demangle", "--defined-only", archive],
        check=True, stdout=subprocess.PIPE, universal_newlines=True).stdout
    return weak_names(out)


def weak_names(nm_output):
    names = []
    for line in nm_output.splitlines():
        match = re.match(r"[0-9a-f]+ W (.*)", line)
        if match:
            names.append(match.group(1))
    return names


def strangers(names, level):
    """Those of `names` that code of another level could share."""
    mark = re.compile(r"\b(Eigen_)?%s::" % level)
    return [name for name in names if not mark.search(name)]


def main(arguments):
    found = 0
    for argument in arguments:
        level, archive = argument.split("=", 1)
        for name in strangers(weak_functions(archive), level):
            print("%s: weak function outside %s:: %s" % (archive, level, name))
            found += 1
    print("%d kernel archives, %d stray functions" % (len(arguments), found))
    if found:
        print("Mark the function always_inline, or keep it out of kernels.")
    if not arguments:
        print("there must be kernels to check")
    return 1 if found or not arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
