"""Takes the pickles out of zip files: seeds for the fuzz target of pickles.

    pickle_seeds.py FOLDER TARGET

The first byte of each seed chooses the target's options; see
tests/fuzz/pickle.cc.
"""

import os
import sys
import zipfile


def main():
    folder, target = sys.argv[1:]
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if not zipfile.is_zipfile(path):
            continue
        archive = zipfile.ZipFile(path)
        for entry in archive.namelist():
            if entry.endswith("data.pkl"):
                with open(os.path.join(target, name + ".pkl"), "wb") as file:
                    file.write(b"\0" + archive.read(entry))


if __name__ == "__main__":
    main()
