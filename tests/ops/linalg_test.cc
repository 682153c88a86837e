#include "cresset/tensor/ops/linalg.h"

#include <cmath>

#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/gradient.h"
#include "cresset/tensor/ops/matmul.h"
#include "cresset/tensor/ops/triangle.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

TEST_CASE("cross: products of vectors", "[ops][grad]") {
  CHECK(list(cross(tensor({1, 2, 3}), tensor({4, 5, 7}))) == Values{-1, 5, -3});
  CHECK(cross(zeros({3, 1, 3}), zeros({2, 3}), 2).shape() == Shape{3, 2, 3});
  CHECK_ERROR(cross(zeros({2}), zeros({2})), kShape, "no dimension of size 3");
  CHECK_ERROR(cross(zeros({3, 2}), zeros({3, 2}), 1), kShape, "length 3");
  gradcheck_all([](const auto& v) { return cross(v[0], v[1]); },
                {random_input({2, 3}, 1), random_input({2, 3}, 2)});
}

TEST_CASE("svd: the product is the matrix again", "[ops]") {
  for (const Shape& shape : {Shape{4, 2}, Shape{2, 3}, Shape{2, 3, 3}}) {
    const Tensor x = random_input(shape, 3);
    const Svd y = svd(x);
    const Values got = list(matmul(y.u, matmul(diag_embed(y.s), y.vh)));
    const Values want = list(x);
    for (size_t i = 0; i < want.size(); ++i) {
      CHECK(got[i] == Approx(want[i]).margin(1e-12));
    }
  }
  CHECK_ERROR(svd(zeros({3})), kShape, "at least 2");
  CHECK_ERROR(svd(zeros({3, 3}, {.dtype = int64})), kDtype, "int64");
}

TEST_CASE("svd: gradients", "[ops][grad]") {
  for (const Shape& shape : {Shape{3, 2}, Shape{2, 3}, Shape{2, 2, 2}}) {
    const auto whole = [](const auto& v) {
      const Svd y = svd(v[0]);
      // Signs of u and vh cancel here.
      return add(matmul(mul(y.u, y.u), mul(y.vh, y.vh)),
                 matmul(matmul(y.u, diag_embed(mul(y.s, y.s))), y.vh));
    };
    gradcheck_all(whole, {random_input(shape, 5)});
  }
}

TEST_CASE("nuclear_norm: the sum of the singular values", "[ops][grad]") {
  const Tensor x = tensor({{1.0, 2.0}, {3.0, 4.0}, {5.0, 6.0}});
  CHECK(nuclear_norm(x).item<double>() == Approx(10.03982));
  CHECK(nuclear_norm(x, true).shape() == Shape{1, 1});
  CHECK(nuclear_norm(zeros({2, 3, 4}), {0, 2}).shape() == Shape{3});
  CHECK_ERROR(nuclear_norm(zeros({2, 3, 4})), kShape, "2 dimensions");
  CHECK_ERROR(nuclear_norm(x, {0, 0}), kValue, "are one");
  gradcheck_all(
      [](const auto& v) {
        return nuclear_norm(v[0], {2, 0});
      },
      {random_input({2, 2, 3}, 4)});
}

TEST_CASE("gradient: PyTorch's slopes", "[ops]") {
  const Tensor x = tensor({1.0, 4.0, 9.0, 16.0, 26.0});
  CHECK(list(gradient(x, {.spacing = {2.0}})[0]) == Values{1.5, 2, 3, 4.25, 5});
  CHECK(list(gradient(x, {.edge_order = 2})[0]) == Values{2, 4, 6, 8.5, 11.5});
  const Tensor y = tensor({1.0, 4.0, 9.0, 16.0}), at = tensor({0, 1, 3, 4});
  const std::vector<Tensor> places = {at};
  const Values once = list(gradient(y, {.coordinates = places})[0]);
  CHECK(once[1] == Approx(2.83333));
  CHECK(once[3] == Approx(7));
  const Values twice =
      list(gradient(y, {.coordinates = places, .edge_order = 2})[0]);
  CHECK(twice[0] == Approx(3.16667));
  CHECK(twice[3] == Approx(8.5));
  CHECK(gradient(zeros({3, 2})).size() == 2);
  CHECK_ERROR(gradient(zeros({1, 3})), kShape, "edge_order+1 = 2");
  CHECK_ERROR(gradient(x, {.edge_order = 3}), kValue, "got 3");
  CHECK_ERROR(gradient(x, {.spacing = {1.0, 2.0}}), kValue, "got 2");
}

TEST_CASE("gradient: gradients", "[ops][grad]") {
  gradcheck_all(
      [](const auto& v) {
        const std::vector<Tensor> g =
            gradient(v[0], {.spacing = {0.5, 2.0}, .edge_order = 2});
        return mul(g[0], g[1]);
      },
      {random_input({3, 4}, 1)});
  gradcheck_all(
      [](const auto& v) {
        const Tensor g =
            gradient(v[0], {.coordinates = {tensor({0.0, 1.0, 4.0})},
                            .dims = 1,
                            .edge_order = 2})[0];
        return mul(g, g);
      },
      {random_input({2, 3}, 2)});
}

}  // namespace
}  // namespace cresset
