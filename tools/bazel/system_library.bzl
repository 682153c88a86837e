"""A repository over headers and libraries that the system's packages installed."""

_PREFIXES = ["/usr/include", "/usr/local/include"]

def _system_library_impl(ctx):
    found = None
    for prefix in _PREFIXES:
        if ctx.path(prefix + "/" + ctx.attr.header).exists:
            found = prefix
            break
    if not found:
        fail(("\n\n@{name}: header '{header}' was not found under {prefixes}.\n" +
              "Install it: apt-get install {package}\n").format(
            name = ctx.name,
            header = ctx.attr.header,
            prefixes = " or ".join(_PREFIXES),
            package = ctx.attr.package,
        ))
    for source, link in ctx.attr.roots.items():
        ctx.symlink(found + "/" + source, "include/" + link)
    srcs = []
    if ctx.attr.main:
        ctx.file("main.cc", ctx.attr.main)
        srcs = ["main.cc"]
    ctx.file("BUILD", """
load("@rules_cc//cc:defs.bzl", "cc_library")
cc_library(
    name = "{target}",
    srcs = {srcs},
    hdrs = glob(["include/**"], allow_empty = True),
    includes = {includes},
    linkopts = {linkopts},
    visibility = ["//visibility:public"],
)
""".format(
        target = ctx.attr.target or ctx.name,
        srcs = repr(srcs),
        includes = repr(["include"] if ctx.attr.roots else []),
        linkopts = repr(ctx.attr.linkopts),
    ))

system_library = repository_rule(
    implementation = _system_library_impl,
    local = True,
    attrs = {
        "header": attr.string(mandatory = True, doc = "a file whose presence proves the package"),
        "linkopts": attr.string_list(),
        "main": attr.string(doc = "text of a source file to compile into the library"),
        "package": attr.string(mandatory = True, doc = "the Debian package, for the error text"),
        "roots": attr.string_dict(doc = "folder under the prefix -> name under include/"),
        "target": attr.string(doc = "the library's name if it is not the repository's"),
    },
)
