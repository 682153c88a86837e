"""Test rules for scripts and for checks over the build itself.

They are written as plain Starlark, because Bazel's own Python and shell test
rules need repositories that Bazel 4.2.3 would fetch from the network.
"""

def _python_test_impl(ctx):
    launcher = ctx.actions.declare_file(ctx.label.name)
    args = [ctx.expand_location(a, ctx.attr.data) for a in ctx.attr.args_list]
    ctx.actions.write(
        launcher,
        "#!/bin/sh\nexec python3 -B %s %s \"$@\"\n" %
        (ctx.file.main.short_path, " ".join(args)),
        is_executable = True,
    )
    files = ctx.files.srcs + ctx.files.data + [ctx.file.main]
    runfiles = ctx.runfiles(files = files)
    for target in ctx.attr.data:
        runfiles = runfiles.merge(target[DefaultInfo].default_runfiles)
    return [DefaultInfo(executable = launcher, runfiles = runfiles)]

_python_test = rule(
    implementation = _python_test_impl,
    test = True,
    attrs = {
        "args_list": attr.string_list(),
        "data": attr.label_list(allow_files = True),
        "main": attr.label(allow_single_file = [".py"], mandatory = True),
        "srcs": attr.label_list(allow_files = [".py"]),
    },
)

def cresset_python_test(name, main = None, args = [], size = "small", **kwargs):
    """Runs `main` (`<name>.py` unless given) with the machine's python3.

    `args` may hold $(rootpath ...) of `data`; paths are relative to the
    runfiles, where the test runs.
    """
    _python_test(
        name = name,
        main = main or name + ".py",
        args_list = args,
        size = size,
        **kwargs
    )

def layering_test(name, layers):
    """Fails if the target of a layer depends on a folder it must not know.

    Args:
      name: of the test.
      layers: target -> the folders of Cresset that its dependencies may lie in.
    """
    data, args = [], []
    for target, allowed in layers.items():
        query = "deps_of_" + target.strip("/").replace("/", "_").replace(":", "_")
        native.genquery(
            name = query,
            expression = "deps(%s)" % target,
            scope = [target],
            strict = False,
            opts = ["--noimplicit_deps"],
        )
        data.append(":" + query)
        args.append("$(rootpath :%s)=%s=%s" % (query, target, ",".join(allowed)))
    cresset_python_test(name = name, data = data, args = args)

_WIDE = ["avx2", "avx512"]

def _kernel_symbols_test_impl(ctx):
    archives = {}
    for dep in ctx.attr.deps:
        for linker_input in dep[CcInfo].linking_context.linker_inputs.to_list():
            for library in linker_input.libraries:
                archive = library.static_library or library.pic_static_library
                if not archive:
                    continue
                for level in _WIDE:
                    if archive.basename.endswith("_%s.a" % level) or \
                       archive.basename.endswith("_%s.lo" % level):
                        archives[archive] = level
    launcher = ctx.actions.declare_file(ctx.label.name)
    lines = ["%s=%s" % (level, file.short_path) for file, level in archives.items()]
    ctx.actions.write(
        launcher,
        "#!/bin/sh\nexec python3 -B %s %s\n" % (ctx.file._main.short_path, " ".join(lines)),
        is_executable = True,
    )
    runfiles = ctx.runfiles(files = archives.keys() + [ctx.file._main])
    return [DefaultInfo(executable = launcher, runfiles = runfiles)]

kernel_symbols_test = rule(
    implementation = _kernel_symbols_test_impl,
    doc = "Fails if a kernel of a wide level could replace code of a narrower one.",
    test = True,
    attrs = {
        "deps": attr.label_list(providers = [CcInfo]),
        "_main": attr.label(
            default = "//tools/lint:kernel_symbols.py",
            allow_single_file = True,
        ),
    },
)
