"""Runs every check over the source tree; see the modules for the rules.

Usage: lint.py [--sizes] ROOT_OR_FILE_IN_IT
"""

import os
import sys

import compatibility
import docs
import examples
import headers
import ops_table
import style
from tree import read_tree

CHECKS = [
    headers.check_include_paths,
    headers.check_layers,
    headers.check_third_party,
    headers.check_guards,
    style.check_sizes,
    style.check_paths,
    style.check_notes,
    style.check_build_files,
    docs.check_doc_fields,
    examples.check_examples,
    ops_table.check_op_table,
    compatibility.check_compatibility,
]


def size_table(files):
    """Lines of code by folder, longest file of each."""
    rows = {}
    for file in files:
        if file.is_code():
            total, count, longest = rows.get(file.folder, (0, 0, (0, "")))
            size = len(file.lines)
            rows[file.folder] = (total + size, count + 1,
                                 max(longest, (size, file.path)))
    lines = ["%-24s %6s %6s  %s" % ("folder", "files", "lines", "longest")]
    for folder in sorted(rows):
        total, count, (size, path) = rows[folder]
        lines.append("%-24s %6d %6d  %d %s" % (
            folder or "/", count, total, size, os.path.basename(path)))
    return lines


def main(arguments):
    root = os.path.realpath(arguments[-1])
    if os.path.isfile(root):
        root = os.path.dirname(root)
    files = read_tree(root)
    findings = [found for check in CHECKS for found in check(files)]
    if "--sizes" in arguments:
        print("\n".join(size_table(files)))
    for found in findings:
        print(found)
    errors = sum(not found.warning for found in findings)
    print("%d files, %d errors, %d warnings"
          % (len(files), errors, len(findings) - errors))
    return 1 if errors or not files else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
