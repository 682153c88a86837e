"""Checks the dependencies that Bazel sees against the order of the layers.

Usage: layering_test.py QUERY_OUTPUT=TARGET=FOLDER,FOLDER...
"""

import sys


def intruders(labels, allowed):
    """Labels of Cresset that lie in none of the `allowed` folders."""
    found = []
    for label in labels:
        if not label.startswith("//") or label.startswith("//tools/bazel"):
            continue
        folder = label[2:].split(":")[0]
        if not any(folder == a or folder.startswith(a + "/") for a in allowed):
            found.append(label)
    return found


def main(arguments):
    found = 0
    for argument in arguments:
        path, target, allowed = argument.split("=")
        with open(path) as lines:
            for label in intruders(lines.read().split(), allowed.split(",")):
                print("%s depends on %s" % (target, label))
                found += 1
    print("%d layers, %d forbidden dependencies" % (len(arguments), found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
