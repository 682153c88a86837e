"""Stand-ins for the repositories that Bazel 4.2.3's own tools load.

`getattr` with a default is essential: a rule that this Bazel lacks must be
None, not an error, because @bazel_tools loads every name.
"""

_CC_RULES = [
    "cc_binary",
    "cc_import",
    "cc_library",
    "cc_proto_library",
    "cc_test",
    "cc_toolchain",
    "cc_toolchain_alias",
    "cc_toolchain_suite",
    "fdo_prefetch_hints",
    "fdo_profile",
    "objc_import",
    "objc_library",
]

_JAVA_RULES = [
    "java_binary",
    "java_import",
    "java_library",
    "java_package_configuration",
    "java_plugin",
    "java_proto_library",
    "java_runtime",
    "java_test",
    "java_toolchain",
]

def _native_shim(ctx, folder, rules):
    ctx.file("BUILD")
    ctx.file(folder + "/BUILD")
    names = ["%s = getattr(native, \"%s\", None)" % (r, r) for r in rules]
    ctx.file(folder + "/defs.bzl", "\n".join(names) + "\n")
    for name, line in zip(rules, names):
        ctx.file("%s/%s.bzl" % (folder, name), line + "\n")

def _rules_cc_impl(ctx):
    _native_shim(ctx, "cc", _CC_RULES)

def _rules_java_impl(ctx):
    _native_shim(ctx, "java", _JAVA_RULES)

rules_cc_shim = repository_rule(implementation = _rules_cc_impl)

rules_java_shim = repository_rule(implementation = _rules_java_impl)

def _coverage_tools_impl(ctx):
    ctx.file("BUILD", """
filegroup(
    name = "coverage_report_generator",
    visibility = ["//visibility:public"],
)
""")

coverage_tools_shim = repository_rule(implementation = _coverage_tools_impl)
