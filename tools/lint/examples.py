"""Examples: the C++ that the documentation shows is compiled and run.

Every ```cpp block of README.md and docs/*.md stands word for word in a file of
tests/docs, between the lines

    // [name]
    // [/name]

and every such part stands on a page. Indentation as a whole does not count.
"""

import re
import textwrap

from tree import Finding

_OPEN = re.compile(r"\s*// \[(\w+)\]$")
_CLOSE = re.compile(r"\s*// \[/(\w+)\]$")


def _text(lines):
    return textwrap.dedent("\n".join(lines))


def shown(page):
    """(line, text) of each C++ block of a page."""
    block, start = None, 0
    for number, line in enumerate(page.lines, 1):
        if line.strip() == "```cpp":
            block, start = [], number
        elif line.strip() == "```" and block is not None:
            yield start, _text(block)
            block = None
        elif block is not None:
            block.append(line)


def tested(source):
    """(line, text) of each marked part of a source; text is None for a marker
    without its partner."""
    part, name, start = None, "", 0
    for number, line in enumerate(source.lines, 1):
        opened, closed = _OPEN.match(line), _CLOSE.match(line)
        if opened:
            if part is not None:
                yield start, None
            part, name, start = [], opened.group(1), number
        elif closed:
            yield start or number, (
                _text(part) if part is not None and name == closed.group(1)
                else None)
            part, start = None, 0
        elif part is not None:
            part.append(line)
    if part is not None:
        yield start, None


def is_page(file):
    return file.path == "README.md" or (
        file.path.startswith("docs/") and file.path.endswith(".md"))


def check_examples(files):
    """Pages show what tests/docs compiles, and nothing else."""
    parts = {}
    for file in files:
        if file.path.startswith("tests/docs/") and file.is_code():
            for line, text in tested(file):
                if text is None:
                    yield Finding(file, line, "a marker without its partner")
                else:
                    parts[text] = (file, line)
    on_pages = set()
    for file in filter(is_page, files):
        for line, text in shown(file):
            on_pages.add(text)
            if text not in parts:
                yield Finding(file, line,
                              "no part of tests/docs is this block")
    for text, (file, line) in parts.items():
        if text not in on_pages:
            yield Finding(file, line, "no page shows this part")
