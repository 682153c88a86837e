"""A test target for each golden file of parity cases."""

load("//tools/bazel:cresset.bzl", "cresset_test")

_FILES = [
    "ops_binary",
    "ops_conv",
    "ops_create",
    "ops_image",
    "ops_index",
    "ops_linalg",
    "ops_reduce",
    "ops_shape",
    "ops_unary",
    "random",
]

def golden_case_tests():
    """Makes <file>_cases_test for each file of tests/golden/parity."""
    for name in _FILES:
        path = "tests/golden/parity/%s.pt" % name
        cresset_test(
            name = name + "_cases_test",
            srcs = ["cases_test.cc"],
            data = ["//tests/golden/parity:%s.pt" % name],
            env = {"CRESSET_CASES": path},
            deps = [
                ":cases",
                "//serialize:checkpoint",
            ],
        )
