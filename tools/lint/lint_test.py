"""Each check passes what is right and finds what is wrong."""

import unittest

import compatibility
import docs
import examples
import headers
import kernel_symbols
import layering_test
import ops_table
import style
from tree import File


def texts(check, *files):
    """What `check` finds in files given as (path, text)."""
    return [str(f) for f in check([File(p, t) for p, t in files])]


class Headers(unittest.TestCase):

    def test_bare_include_path(self):
        found = texts(headers.check_include_paths,
                      ("nn/a.cc", '#include "tensor/tensor.h"\n'))
        self.assertEqual(
            found, ['nn/a.cc:1: write "cresset/tensor/tensor.h"'])

    def test_angle_brackets_do_not_hide_it(self):
        self.assertTrue(texts(headers.check_include_paths,
                              ("nn/a.cc", "#include <tensor/tensor.h>\n")))

    def test_missing_header(self):
        self.assertTrue(texts(headers.check_include_paths,
                              ("nn/a.cc", '#include "cresset/nn/b.h"\n')))
        self.assertFalse(texts(headers.check_include_paths,
                               ("nn/a.cc", '#include "cresset/nn/b.h"\n'),
                               ("nn/b.h", "")))

    def test_third_party_by_quotes(self):
        self.assertTrue(texts(headers.check_include_paths,
                              ("nn/a.cc", '#include "zlib.h"\n')))

    def test_layers(self):
        def found(path, included):
            return texts(headers.check_layers,
                         (path, '#include "cresset/%s"\n' % included))
        self.assertTrue(found("tensor/base/a.h", "tensor/core/tensor.h"))
        self.assertTrue(found("tensor/ops/a.h", "tensor/tensor.h"))
        self.assertTrue(found("nn/a.h", "optim/sgd.h"))
        self.assertTrue(found("serialize/a.h", "nn/module.h"))
        self.assertTrue(found("tensor/ops/a.cc", "cuda/runtime/stream.h"))
        self.assertFalse(found("tensor/ops/a.h", "tensor/core/tensor.h"))
        self.assertFalse(found("nn/models/a.h", "nn/module.h"))
        self.assertFalse(found("cresset.h", "nn/nn.h"))

    def test_third_party_in_public_header(self):
        def found(path, included):
            return texts(headers.check_third_party,
                         (path, "#include <%s>\n" % included))
        self.assertTrue(found("tensor/ops/a.h", "Eigen/Core"))
        self.assertTrue(found("serialize/zip.h", "zlib.h"))
        self.assertTrue(found("nn/a.h", "cuda_runtime.h"))
        self.assertFalse(found("tensor/ops/a.cc", "Eigen/Core"))
        self.assertFalse(found("tensor/ops/a.h", "vector"))

    def test_guards(self):
        good = ("// Head.\n\n#ifndef CRESSET_NN_A_B_H_\n"
                "#define CRESSET_NN_A_B_H_\nint x;\n"
                "#endif  // CRESSET_NN_A_B_H_\n")
        self.assertFalse(texts(headers.check_guards, ("nn/a_b.h", good)))
        self.assertTrue(texts(headers.check_guards, ("nn/a.h", good)))
        self.assertTrue(texts(headers.check_guards,
                              ("nn/a_b.h", good + "int y;\n")))
        self.assertTrue(texts(headers.check_guards, ("nn/a.h", "")))


class Style(unittest.TestCase):

    def test_sizes(self):
        def found(path, lines):
            return texts(style.check_sizes, (path, "x\n" * lines))
        self.assertFalse(found("nn/a.cc", 400))
        self.assertIn("warning", found("nn/a.cc", 401)[0])
        self.assertNotIn("warning", found("nn/a.cc", 601)[0])
        self.assertFalse(found("tests/nn/a_test.cc", 900))
        self.assertTrue(found("tests/nn/a_test.cc", 901))

    def test_paths(self):
        self.assertTrue(texts(style.check_paths,
                              ("a.md", "see /" + "home/me/x\n")))
        self.assertFalse(texts(style.check_paths,
                               ("a.md", "see frame/work/x and /usr/lib\n")))

    def test_notes(self):
        self.assertTrue(texts(style.check_notes, ("a.cc", "// TODO: x\n")))
        self.assertTrue(texts(style.check_notes, ("a.cc", "// TODO(me): x\n")))
        self.assertFalse(texts(style.check_notes, ("a.cc", "// TODO(#7): x\n")))

    def test_build_files(self):
        ours = 'load("//tools/bazel:cresset.bzl", "cresset_library")\n'
        self.assertFalse(texts(style.check_build_files,
                               ("nn/BUILD", ours + "cresset_library(\n)\n")))
        self.assertTrue(texts(style.check_build_files,
                              ("nn/BUILD", "cc_library(\n)\n")))
        self.assertTrue(texts(
            style.check_build_files,
            ("nn/BUILD", 'load("@rules_cc//cc:defs.bzl", "cc_test")\n')))


FULL = """/// Sum.
/// Shape:    any.
/// Dtype:    any.
/// Gradient: g.
/// Errors:   none.
/// Torch:    torch.sum(x)
"""


class Docs(unittest.TestCase):

    def found(self, body, path="tensor/ops/a.h", head=""):
        text = head + "\nnamespace cresset {\n%s\n}  // namespace cresset\n" % body
        return texts(docs.check_doc_fields, (path, text))

    def test_full_comment(self):
        self.assertFalse(self.found(FULL + "Tensor sum(const Tensor& x);"))

    def test_no_comment(self):
        self.assertEqual(self.found("Tensor sum(const Tensor& x);"),
                         ["tensor/ops/a.h:3: sum has no /// comment"])

    def test_each_field_counts(self):
        for field in docs.FIELDS:
            text = FULL.replace(field + ":", "And")
            found = self.found(text + "Tensor sum(const Tensor& x);")
            self.assertEqual(len(found), 1, field)
            self.assertIn(field, found[0])

    def test_fields_may_share_a_line(self):
        self.assertFalse(self.found(
            "/// Sum.\n/// Shape, Dtype and Errors: as add.\n"
            "/// Gradient, Torch: as add.\nTensor sum(const Tensor& x);"))

    def test_directly_below_shares_the_comment(self):
        two = "Tensor a(const Tensor& x);\n%sTensor b(const Tensor& x);"
        self.assertFalse(self.found(FULL + two % ""))
        self.assertTrue(self.found(FULL + two % "\n"))
        self.assertTrue(self.found(FULL + two % "/// Own.\n"))

    def test_fields_may_follow_each_other(self):
        self.assertFalse(self.found(
            "/// Sum.\n/// Shape: a. Dtype: b. Gradient: c.\n"
            "/// Errors: d. Torch: e\nTensor sum(const Tensor& x);"))

    def test_the_head_holds_for_all(self):
        head = "// Sums.\n// Shape: a.\n// Dtype: a.\n// Errors: none.\n"
        body = "/// Sum.\n/// Gradient: g. Torch: t\nTensor sum(int x);"
        self.assertFalse(self.found(body, head=head))
        self.assertTrue(self.found(body))
        self.assertTrue(self.found("Tensor sum(int x);", head=head))

    def test_a_family_holds_for_what_follows(self):
        family = FULL.replace("/// Sum.", "/// Family: sums") + "\n"
        one = "/// Sum.\nTensor sum(const Tensor& x);\n"
        self.assertFalse(self.found(family + one))
        self.assertTrue(self.found(family + "Tensor sum(const Tensor& x);"))
        self.assertTrue(self.found(family + "/// Family: others\n\n" + one))

    def test_operators_need_no_comment(self):
        self.assertFalse(self.found(
            "inline Tensor operator+(int x) { return add(x); }"))

    def test_what_is_not_an_op(self):
        self.assertFalse(self.found("struct Options {\n  int f(int x);\n};"))
        self.assertFalse(self.found("namespace internal {\nvoid f();\n}"))
        self.assertFalse(self.found("using F = int (*)(int);"))

    def test_long_and_inline_declarations(self):
        self.assertTrue(self.found("Tensor f(\n    const Tensor& x,\n"
                                   "    int y);"))
        self.assertTrue(self.found("inline Tensor f(int x) {\n  return x;\n}"))
        self.assertTrue(self.found("template <class T>\nT f(T x);"))


class Compatibility(unittest.TestCase):

    TEST = ("tests/serialize/golden_test.cc",
            'TEST_CASE("golden: a", "[x]") {\n'
            '  for (const char* subject : {"views", "values"}) {\n'
            "    save(load(path_of(subject)), copy);\n"
            "    CHECK(contents(copy) == contents(path_of(subject)));\n  }\n}\n"
            'TEST_CASE("golden: b "\n    "c", "[x]") {\n'
            '  load(path_of("views", form));\n  load(path_of("torch2_newer"));\n}\n')

    def test_rows_of_torch_files(self):
        rows = list(compatibility.torch_files(self.TEST[1]))
        self.assertEqual(len(rows), 3)
        self.assertTrue(rows[0].endswith("| - | - | - | read | b c |"))
        self.assertTrue(rows[1].endswith("| bytes | - | - | - | a |"))
        self.assertTrue(rows[2].endswith("| bytes | read | read | - | a; b c |"))

    def test_the_page_is_checked(self):
        check = compatibility.check_compatibility
        page = compatibility.page([File(*self.TEST)])
        self.assertFalse(texts(check, self.TEST, (compatibility.PAGE, page)))
        self.assertTrue(texts(check, self.TEST, (compatibility.PAGE, page + "x\n")))
        self.assertTrue(texts(check, self.TEST,
                              (compatibility.PAGE, page.replace("bytes", "read"))))


class Examples(unittest.TestCase):

    PAGE = ("docs/a.md", "Text.\n\n```cpp\nint x;\n  int y;\n```\n")
    TEST = "void f() {\n  // [one]\n  int x;\n    int y;\n  // [/one]\n}\n"

    def found(self, *files):
        return texts(examples.check_examples, *files)

    def test_what_is_shown_is_tested(self):
        self.assertEqual(
            self.found(self.PAGE),
            ["docs/a.md:3: no part of tests/docs is this block"])
        self.assertFalse(self.found(self.PAGE, ("tests/docs/a.cc", self.TEST)))
        self.assertTrue(self.found(
            self.PAGE, ("tests/docs/a.cc", self.TEST.replace("y", "z"))))

    def test_indented_blocks(self):
        page = "1. Text\n   ```cpp\n   int x;\n     int y;\n   ```\n"
        self.assertFalse(self.found(("README.md", page),
                                    ("tests/docs/a.cc", self.TEST)))

    def test_what_is_tested_is_shown(self):
        self.assertEqual(self.found(("tests/docs/a.cc", self.TEST)),
                         ["tests/docs/a.cc:2: no page shows this part"])

    def test_markers_come_in_pairs(self):
        self.assertTrue(self.found(("tests/docs/a.cc", "// [one]\n")))
        self.assertTrue(self.found(("tests/docs/a.cc", "// [/one]\n")))
        self.assertTrue(self.found(
            ("tests/docs/a.cc", "// [one]\n// [two]\n// [/two]\n")))

    def test_other_languages_are_not_meant(self):
        self.assertFalse(self.found(("README.md", "```\nint x;\n```\n")))


class OpTable(unittest.TestCase):

    HEADER = ("tensor/ops/sum.h",
              "// Gradient: none. Torch: torch.heads(x) and so on\n"
              "namespace cresset {\n\n"
              "/// Sum. Gradient: g. Torch: torch.sum(x)\n"
              "Tensor sum(const Tensor& x);\n"
              "const Tensor& sum_(const Tensor& x);\n\n"
              "/// Step. Gradient: 0. Torch: torch.nn.functional.stride(x)\n"
              "Tensor step(const Tensor& x);\n\n"
              "/// Tails.\nTensor tails(const Tensor& x);\n"
              "Tensor operator+(const Tensor& x);\n}\n")

    def rows(self):
        lines = ops_table.page([File(*self.HEADER)]).splitlines()
        return [line for line in lines if line.startswith("| `")]

    def test_rows(self):
        self.assertEqual(self.rows(), [
            "| `step` |  | `torch.nn.functional.step` | zero | `sum.h` |",
            "| `sum` | `sum_` | `torch.sum` | yes | `sum.h` |",
            "| `tails` |  | `torch.tails` | no | `sum.h` |",
        ])

    def test_an_old_table_is_found(self):
        text = ops_table.page([File(*self.HEADER)])
        check = ops_table.check_op_table
        self.assertFalse(texts(check, self.HEADER, (ops_table.PAGE, text)))
        self.assertTrue(texts(check, self.HEADER, (
            ops_table.PAGE, text.replace("yes", "no"))))
        self.assertTrue(texts(check, self.HEADER, (ops_table.PAGE, text[:-40])))


class Build(unittest.TestCase):

    def test_layering(self):
        labels = ["//tensor/base:base", "//nn:linear", "@eigen//:eigen",
                  "//tensor/base2:x"]
        self.assertEqual(layering_test.intruders(labels, ["tensor/base"]),
                         ["//nn:linear", "//tensor/base2:x"])

    def test_kernel_symbols(self):
        output = ("0000 W cresset::internal::avx2::f(int)\n"
                  "0000 W void std::g<cresset::internal::avx2::A>()\n"
                  "0000 W std::vector<float>::push_back(float const&)\n"
                  "0000 T main\n"
                  "0000 V typeinfo for cresset::Error\n")
        names = kernel_symbols.weak_names(output)
        self.assertEqual(len(names), 3)
        self.assertEqual(kernel_symbols.strangers(names, "avx2"),
                         ["std::vector<float>::push_back(float const&)"])
        self.assertEqual(len(kernel_symbols.strangers(names, "avx512")), 3)


if __name__ == "__main__":
    unittest.main()
