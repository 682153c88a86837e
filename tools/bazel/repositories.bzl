"""Everything Cresset depends on, each declared only if the embedder has not.

Eigen, zlib, Catch2 (tests), CLI11 and nlohmann-json (tools) are the system's
own packages. The rules repositories are small shims, because Bazel 4.2.3 would
fetch them from the network even for a build that uses none of them.
"""

load("//tools/bazel:cuda_toolkit.bzl", "cuda_toolkit")
load("//tools/bazel:shims.bzl", "coverage_tools_shim", "rules_cc_shim", "rules_java_shim")
load("//tools/bazel:system_library.bzl", "system_library")

def _maybe(rule, name, **kwargs):
    if not native.existing_rule(name):
        rule(name = name, **kwargs)

def cresset_dependencies():
    """Declares the repositories that `@cresset//...` needs, keeping any that exist."""
    _maybe(rules_cc_shim, name = "rules_cc")
    _maybe(rules_java_shim, name = "rules_java")
    _maybe(coverage_tools_shim, name = "remote_coverage_tools")
    _maybe(
        system_library,
        name = "eigen",
        package = "libeigen3-dev",
        header = "eigen3/Eigen/Core",
        roots = {"eigen3/Eigen": "Eigen", "eigen3/unsupported": "unsupported"},
    )
    _maybe(
        system_library,
        name = "zlib",
        package = "zlib1g-dev",
        header = "zlib.h",
        linkopts = ["-lz"],
    )
    _maybe(
        system_library,
        name = "cli11",
        package = "libcli11-dev",
        header = "CLI/CLI.hpp",
    )
    _maybe(
        system_library,
        name = "nlohmann_json",
        package = "nlohmann-json3-dev",
        header = "nlohmann/json.hpp",
        target = "json",
    )
    _maybe(
        system_library,
        name = "catch2",
        package = "catch2",
        header = "catch2/catch.hpp",
        target = "catch2_main",
        main = "#define CATCH_CONFIG_MAIN\n#include <catch2/catch.hpp>\n",
    )
    _maybe(cuda_toolkit, name = "cuda")
