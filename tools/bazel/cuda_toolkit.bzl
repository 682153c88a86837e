"""The CUDA toolkit of the machine as a repository, found when it is first needed."""

_BUILD = """\
load("@rules_cc//cc:defs.bzl", "cc_library")

package(default_visibility = ["//visibility:public"])

exports_files(["nvcc.sh"])

# Headers alone: enough for whoever stands in for the libraries.
cc_library(
    name = "headers",
    # All but the C++ libraries, which nvcc finds by itself.
    hdrs = glob([
        "include/*.h",
        "include/*.hpp",
        "include/crt/*",
    ]),
    includes = ["include"],
)

cc_library(
    name = "toolkit",
    linkopts = [
        "-L{root}/lib64",
        "-Wl,-rpath,{root}/lib64",
        "-lcudart",
        "-lcublas",
        "-lcublasLt",
        "-lcudnn",
    ],
    deps = [":headers"],
)
"""

_HINT = """\
No CUDA toolkit was found. --config=cuda needs nvcc, cuBLAS and cuDNN 9 of CUDA
13 under one folder; set CUDA_HOME (or CUDA_PATH, LOCAL_CUDA_PATH) to it.
Looked in: %s"""

_VARIABLES = ["CUDA_HOME", "CUDA_PATH", "LOCAL_CUDA_PATH"]

def _cuda_toolkit(ctx):
    places = [ctx.os.environ[name] for name in _VARIABLES if ctx.os.environ.get(name)]
    places.append("/usr/local/cuda")
    for place in places:
        if ctx.path(place + "/bin/nvcc").exists and ctx.path(place + "/include/cudnn.h").exists:
            ctx.symlink(place + "/include", "include")
            ctx.file("nvcc.sh", "#!/bin/sh\nexec %s/bin/nvcc \"$@\"\n" % place, executable = True)
            ctx.file("BUILD", _BUILD.format(root = place))
            return
    fail(_HINT % ", ".join(places))

cuda_toolkit = repository_rule(
    implementation = _cuda_toolkit,
    doc = "Declares @cuda from the toolkit that is installed.",
    environ = _VARIABLES,
    local = True,
)
