"""CUDA sources: compiled by nvcc, or as C++ for the simulated device.

Without --config=cuda (or --//cuda:enable) the targets are empty and nothing
looks for the toolkit.
"""

load("@rules_cc//cc:defs.bzl", "cc_library")
load("//tools/bazel:cresset.bzl", "CRESSET_COPTS", "cresset_library", "cresset_test")

def _flag_impl(_ctx):
    return []

bool_flag = rule(
    implementation = _flag_impl,
    build_setting = config.bool(flag = True),
)

def _value_impl(ctx):
    return [_FlagValue(values = [v for v in ctx.build_setting_value.split(",") if v])]

_FlagValue = provider(fields = ["values"])

string_list_flag = rule(
    implementation = _value_impl,
    build_setting = config.string(flag = True),
    doc = "A list, given with commas.",
)

def toolkit_flag(**kwargs):
    """A label that the command line can change."""
    native.label_flag(**kwargs)

_NVCC_FLAGS = [
    "-std=c++20",
    "-O3",
    "--expt-relaxed-constexpr",
    "--expt-extended-lambda",
    "-Xcompiler=-fPIC,-Wall,-fvisibility-inlines-hidden",
]

# "90" is machine code for sm_90, "90+ptx" also what later GPUs compile it from.
def _gencode(architecture):
    number = architecture.replace("+ptx", "")
    flags = ["-gencode=arch=compute_%s,code=sm_%s" % (number, number)]
    if architecture.endswith("+ptx"):
        flags.append("-gencode=arch=compute_%s,code=compute_%s" % (number, number))
    return flags

def _nvcc_objects_impl(ctx):
    contexts = [dep[CcInfo].compilation_context for dep in ctx.attr.deps]
    headers = depset(transitive = [c.headers for c in contexts])
    flags = list(_NVCC_FLAGS)
    for architecture in ctx.attr._architectures[_FlagValue].values:
        flags += _gencode(architecture)
    for c in contexts:
        flags += ["-I" + i for i in c.includes.to_list() + c.quote_includes.to_list()]
        flags += ["-isystem=" + i for i in c.system_includes.to_list()]
        flags += ["-D" + d for d in c.defines.to_list()]
    objects = []
    for source in ctx.files.srcs:
        output = ctx.actions.declare_file(source.basename + ".pic.o")
        objects.append(output)
        ctx.actions.run(
            executable = ctx.executable._nvcc,
            arguments = flags + ["-c", source.path, "-o", output.path],
            inputs = depset([source], transitive = [headers]),
            outputs = [output],
            mnemonic = "Nvcc",
            progress_message = "Compiling %s with nvcc" % source.short_path,
            use_default_shell_env = True,
        )
    return [DefaultInfo(files = depset(objects))]

_nvcc_objects = rule(
    implementation = _nvcc_objects_impl,
    attrs = {
        "srcs": attr.label_list(allow_files = [".cu"]),
        "deps": attr.label_list(providers = [CcInfo]),
        "_architectures": attr.label(default = "//cuda:architectures"),
        "_nvcc": attr.label(
            default = "@cuda//:nvcc.sh",
            executable = True,
            allow_single_file = True,
            cfg = "host",
        ),
    },
)

def _as_cpp_impl(ctx):
    outputs = []
    for source in ctx.files.srcs:
        output = ctx.actions.declare_file(source.basename + ".cc")
        ctx.actions.symlink(output = output, target_file = source)
        outputs.append(output)
    return [DefaultInfo(files = depset(outputs))]

_as_cpp = rule(
    implementation = _as_cpp_impl,
    attrs = {"srcs": attr.label_list(allow_files = [".cu"])},
)

def cresset_cuda_library(name, srcs = [], hdrs = [], deps = [], **kwargs):
    """Part of the CUDA backend: .cu kernels, .cc host code, .cuh and .h headers.

    Always linked whole, because kernels are found by filling slots.
    """
    kernels = [s for s in srcs if s.endswith(".cu")]
    sources = [s for s in srcs if not s.endswith(".cu")]
    needs = deps + ["//cuda:toolkit"]

    cc_library(
        name = name + "_headers",
        hdrs = hdrs,
        include_prefix = "cresset",
        strip_include_prefix = "/",
        deps = select({
            "//cuda:enabled": needs,
            "//conditions:default": [],
        }),
    )
    if kernels:
        _nvcc_objects(
            name = name + "_objects",
            srcs = kernels,
            tags = ["manual"],
            deps = [name + "_headers"],
        )
        _as_cpp(name = name + "_cpp", srcs = kernels, tags = ["manual"])
    cc_library(
        name = name,
        srcs = select({
            "//cuda:simulated": sources + ([name + "_cpp"] if kernels else []),
            "//cuda:compiled": sources + ([name + "_objects"] if kernels else []),
            "//conditions:default": [],
        }),
        # "#pragma unroll" is for nvcc.
        copts = CRESSET_COPTS + ["-Wno-unknown-pragmas"],
        linkstatic = True,
        alwayslink = True,
        deps = [name + "_headers"],
        **kwargs
    )

def _if_simulated(values):
    return select({
        "//cuda:simulated": values,
        "//conditions:default": [],
    })

def cresset_cuda_sim_library(name, srcs = [], deps = [], **kwargs):
    """Part of the simulated device; empty unless --config=cuda_sim builds it."""
    cresset_library(
        name = name,
        srcs = _if_simulated(srcs),
        deps = _if_simulated(deps),
        **kwargs
    )

def cresset_cuda_sim_test(name, deps = [], **kwargs):
    """A test of `<name>.cc` for the simulated device; has no cases elsewhere."""
    cresset_test(
        name = name,
        srcs = _if_simulated([name + ".cc"]),
        deps = _if_simulated(deps),
        **kwargs
    )
