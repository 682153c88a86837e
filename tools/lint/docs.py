"""Doc fields: what the comment of a public op must tell.

Every function that a header of tensor/ops declares in namespace cresset has a
`///` comment, and the fields Shape, Dtype, Gradient, Errors and Torch are known
for it: from that comment; or from the head of the file, where fields stand that
hold for all functions in it; or from a comment of its own that starts with
`/// Family: <name>` and holds for the functions below, up to the next such
comment. A function directly below another one, without an empty line between,
shares its comment. Operators need none: they are another spelling of a named
function.
"""

import re

from tree import Finding

FIELDS = ("Shape", "Dtype", "Gradient", "Errors", "Torch")
FIELD = re.compile(r"\b((?:(?:%s)(?:, | and |:))+)" % "|".join(FIELDS))
_NAMESPACE = re.compile(r"(?:inline )?namespace\b\s*([\w:]*)\s*\{")
_FUNCTION = re.compile(r"[\w:<>,&*\s\[\]()\"]*?\b(operator\S+|\w+)\s*\(")
_NOT_FUNCTIONS = re.compile(
    r"(class|struct|enum|using|extern|typedef|namespace|static_assert|friend"
    r"|#|CRESSET_|concept)\b")


def fields_of(comment):
    """The fields that the lines of a comment name, each followed by a colon."""
    found = set()
    for line in comment:
        for names in FIELD.findall(line):
            if names.endswith(":"):
                found.update(re.findall(r"\w+", names))
    return found & set(FIELDS)


def holds_ops(file):
    """Whether the functions that the file declares are public ops."""
    return (file.path.startswith("tensor/ops/") and file.is_header()
            and "/internal/" not in file.path
            and not file.path.endswith("_defs.h"))


def head(file):
    """The comment that a file starts with."""
    lines = []
    for line in file.lines:
        if not line.startswith("//"):
            break
        lines.append(line)
    return lines


def functions(file):
    """(line, name, comment, family comment) of each function of cresset."""
    spaces = []     # open namespaces; None stands for any other brace
    comment = []    # the comment that the next declaration gets
    used = False    # a function took `comment`; one directly below shares it
    family = []     # the comment that holds for all functions below it
    statement = ""
    start = 0
    for number, raw in enumerate(file.lines, 1):
        line = raw.strip()
        if not statement:
            if line.startswith("///"):
                comment = [line] if used else comment + [line]
                used = False
                continue
            if not line:
                if comment and comment[0].startswith("/// Family:"):
                    family = comment
                comment, used = [], False
                continue
            if line.startswith(("//", "#")):
                continue
        code = re.sub(r'"(\\.|[^"\\])*"', '""', line.split("//")[0]).strip()
        if not code:
            continue
        namespace = _NAMESPACE.match(code)
        if namespace and not statement:
            spaces.append(namespace.group(1) or "internal")
            if "}" in code:
                spaces.pop()
            continue
        if not statement:
            start = number
        public = spaces and all(s == "cresset" for s in spaces)
        if public:
            statement += (" " if statement else "") + code
        opened = code.count("{") - code.count("}")
        if public and code.endswith((";", "}", "{")):
            text = re.sub(r"^template\s*<[^>]*>\s*", "", statement)
            text = re.sub(r"^\[\[\w+\]\]\s*", "", text)
            match = _FUNCTION.match(text)
            if match and not _NOT_FUNCTIONS.match(text):
                yield start, match.group(1), comment, family
                used = True
            statement = ""
        if not public:
            statement = ""
        if opened > 0:
            spaces.extend([None] * opened)
        for _ in range(-opened):
            if spaces:
                spaces.pop()


def check_doc_fields(files):
    """Every public op tells its shapes, dtypes, gradient, errors and name."""
    for file in files:
        if not holds_ops(file):
            continue
        shared = fields_of(head(file))
        for number, name, comment, family in functions(file):
            if name.startswith("operator"):
                continue
            if not comment:
                yield Finding(file, number, "%s has no /// comment" % name)
                continue
            have = fields_of(comment) | fields_of(family) | shared
            missing = [field for field in FIELDS if field not in have]
            if missing:
                yield Finding(file, number, "%s: the comment lacks %s"
                              % (name, ", ".join(missing)))
