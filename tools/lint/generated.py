"""Pages of docs/ that a check of the lint writes, from the sources it reads."""

import os

from tree import Finding, read_tree


def check_page(files, path, page):
    """Says where the page at `path` is not what page(files) gives."""
    for file in files:
        if file.path == path:
            wanted = page(files).splitlines()
            for number, (want, have) in enumerate(zip(wanted, file.lines), 1):
                if want != have:
                    yield Finding(file, number, "must be: " + want)
                    return
            if len(wanted) != len(file.lines):
                yield Finding(file, len(file.lines), "has %d lines of %d"
                              % (len(file.lines), len(wanted)))


def main(arguments, path, page):
    """Writes the page with --write, else checks it."""
    root = os.path.join(os.path.dirname(__file__), "..", "..")
    files = read_tree(root)
    if "--write" in arguments:
        with open(os.path.join(root, path), "w", encoding="utf-8") as out:
            out.write(page(files))
        return 0
    found = list(check_page(files, path, page))
    for finding in found:
        print(finding)
    return 1 if found else 0
