"""The rules every BUILD file of Cresset uses, and no other."""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_test")

CRESSET_COPTS = [
    "-std=c++20",
    "-Wall",
    "-Wextra",
    "-Wshadow",
    "-Wnon-virtual-dtor",
    "-Woverloaded-virtual",
    "-fvisibility-inlines-hidden",
]

# Kernels are fast in every compilation mode. errno and traps are never read,
# which lets the compiler vectorise; NaN, infinities and signed zeros keep
# their meaning, so this is not -ffast-math.
_KERNEL_COPTS = ["-O3", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=fast"]

_LEVELS = {
    "baseline": [],
    "avx2": ["-mavx2", "-mfma", "-mf16c", "-mbmi", "-mbmi2"],
    "avx512": [
        "-mavx512f",
        "-mavx512dq",
        "-mavx512vl",
        "-mavx512bw",
        "-mavx2",
        "-mfma",
        "-mf16c",
        "-mbmi",
        "-mbmi2",
        "-mprefer-vector-width=512",
    ],
}

def cresset_library(name, hdrs = [], srcs = [], deps = [], copts = [], **kwargs):
    """A library whose headers are included as "cresset/<folder>/<file>.h"."""
    cc_library(
        name = name,
        hdrs = hdrs,
        srcs = srcs,
        deps = deps,
        copts = CRESSET_COPTS + copts,
        include_prefix = "cresset",
        strip_include_prefix = "/",
        # One archive, compiled once; a shared library would compile it again.
        linkstatic = True,
        **kwargs
    )

def cresset_kernel(name, srcs, hdrs = [], deps = [], copts = [], **kwargs):
    """CPU kernels: `srcs` compiled once for each instruction set level.

    Each compilation sees CRESSET_CPU_LEVEL as one of baseline, avx2, avx512 and
    keeps all it defines in a namespace of that name (tensor/core/cpu_level.h);
    Eigen becomes Eigen_<level> so that the linker cannot mix the levels.
    """
    parts = []
    for level, flags in _LEVELS.items():
        part = "%s_%s" % (name, level)
        parts.append(":" + part)
        cresset_library(
            name = part,
            hdrs = hdrs,
            srcs = srcs,
            deps = deps,
            copts = _KERNEL_COPTS + flags + copts + [
                "-DCRESSET_CPU_LEVEL=" + level,
                "-DCRESSET_CPU_LEVEL_" + level.upper(),
                "-DEigen=Eigen_" + level,
                "-DEIGEN_DONT_PARALLELIZE",
                "-DEIGEN_FAST_MATH=0",
            ],
            visibility = ["//visibility:private"],
        )
    cresset_library(name = name, hdrs = hdrs, deps = deps + parts, **kwargs)

def cresset_test(name, srcs = None, deps = [], copts = [], linkopts = [], size = "small", **kwargs):
    """A Catch2 test; `<name>.cc` unless `srcs` says otherwise."""
    cc_test(
        name = name,
        srcs = srcs or [name + ".cc"],
        deps = deps + ["//tests:catch"] + select({
            "//cuda:enabled": ["//tests:on_device"],
            "//conditions:default": [],
        }),
        copts = CRESSET_COPTS + ["-O0"] + copts,
        linkopts = linkopts + ["-lpthread"],
        linkstatic = True,
        size = size,
        **kwargs
    )

def cresset_binary(name, deps = [], copts = [], linkopts = [], **kwargs):
    """A program: tool, demo or benchmark."""
    cc_binary(
        name = name,
        deps = deps,
        copts = CRESSET_COPTS + copts,
        linkopts = linkopts + ["-lpthread"],
        **kwargs
    )
