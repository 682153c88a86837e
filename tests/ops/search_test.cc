#include "cresset/tensor/ops/search.h"

#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/gather.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tensor/ops/view_scatter.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

using Tensors = std::vector<Tensor>;

TEST_CASE("searchsorted and bucketize", "[ops]") {
  const Tensor s = tensor({1.0, 3.0, 5.0});
  CHECK(list(searchsorted(s, tensor({0.0, 1.0, 3.5, 9.0}))) ==
        Values{0, 0, 2, 3});
  CHECK(list(searchsorted(s, tensor({1.0, 3.0}), {.right = true})) ==
        Values{1, 2});
  CHECK(searchsorted(s, 2).item<int>() == 1);
  CHECK(searchsorted(s, s, {.out_int32 = true}).dtype() == int32);
  CHECK(list(bucketize(tensor({{4, 6}}), s)) == Values{2, 3});
  CHECK(list(searchsorted(tensor({{1, 2}, {5, 6}}), tensor({{2}, {7}}))) ==
        Values{1, 2});
  CHECK(list(searchsorted(tensor({5, 1, 3}), tensor({2}),
                          {.sorter = tensor({1, 2, 0})})) == Values{1});
  CHECK(list(searchsorted(s, tensor({NAN}))) == Values{3});
  CHECK_ERROR(searchsorted(zeros({2, 3}), zeros({3, 3})), kShape,
              "first N-1 dimensions");
}

TEST_CASE("isin and unique", "[ops]") {
  const Tensor u = tensor({3, 1, 3, 2, 1, 1});
  CHECK(list(isin(u, tensor({1, 9}))) == Values{0, 1, 0, 0, 1, 1});
  CHECK(list(isin(u, tensor({1, 9}), true)) == Values{1, 0, 1, 1, 0, 0});
  const UniqueValues all = unique(u);
  CHECK(list(all.values) == Values{1, 2, 3});
  CHECK(list(all.inverse) == Values{2, 0, 2, 1, 0, 0});
  CHECK(list(all.counts) == Values{3, 1, 2});
  const UniqueValues runs = unique_consecutive(u);
  CHECK(list(runs.values) == Values{3, 1, 3, 2, 1});
  CHECK(list(runs.inverse) == Values{0, 1, 2, 3, 4, 4});
  CHECK(list(runs.counts) == Values{1, 1, 1, 1, 2});
  const UniqueValues rows = unique(tensor({{1, 2}, {0, 5}, {1, 2}}), 0);
  CHECK(list(rows.values) == Values{0, 5, 1, 2});
  CHECK(list(rows.inverse) == Values{1, 0, 1});
  CHECK(list(rows.counts) == Values{1, 2});
  // Of slices along the last of three dimensions, PyTorch looks at columns
  // first.
  const Tensor cube = tensor({{{0, 0}, {1, 0}}, {{0, 1}, {0, 0}}});
  CHECK(list(unique(cube, 2).values) == Values{0, 0, 1, 0, 0, 1, 0, 0});
  CHECK(list(unique(tensor({7, 2, 7, 9}), std::nullopt, false).counts).size() ==
        3);
  CHECK(unique(tensor({})).values.numel() == 0);
}

TEST_CASE("scatter_reduce: PyTorch's results", "[ops]") {
  const Tensor x = tensor({2.0, 3.0, 4.0}), i = tensor({0, 1, 0, 1});
  const Tensor s = tensor({1.0, 5.0, 3.0, 2.0});
  const auto run = [&](const char* reduce, bool self) {
    return list(scatter_reduce(x, 0, i, s, reduce, self));
  };
  CHECK(run("sum", true) == Values{6, 10, 4});
  CHECK(run("sum", false) == Values{4, 7, 4});
  CHECK(run("prod", true) == Values{6, 30, 4});
  CHECK(run("prod", false) == Values{3, 10, 4});
  CHECK(run("mean", true)[1] == Approx(10 / 3.0));
  CHECK(run("mean", false) == Values{2, 3.5, 4});
  CHECK(run("amax", true) == Values{3, 5, 4});
  CHECK(run("amax", false) == Values{3, 5, 4});
  CHECK(run("amin", true) == Values{1, 2, 4});
  CHECK(run("amin", false) == Values{1, 2, 4});
  CHECK(list(scatter_reduce(tensor({7, 8}), 0, tensor({0, 0}), tensor({4, 5}),
                            "mean")) == Values{5, 8});
  CHECK(list(scatter_reduce(tensor({7, 8}), 0, tensor({0, 0}), tensor({4, 5}),
                            "amax", false)) == Values{5, 8});
  CHECK(list(index_reduce(tensor({{2.0, 3.0}, {4.0, 5.0}}), 0, tensor({0, 0}),
                          tensor({{1.0, 5.0}, {3.0, 2.0}}), "amax")) ==
        Values{3, 5, 4, 5});
  CHECK_ERROR(scatter_reduce(x, 0, i, s, "max"), kValue,
              "must be either sum, prod, mean, amax or amin, got max");
  CHECK_ERROR(index_reduce(x, 0, tensor({0}), tensor({1.0}), "sum"), kValue,
              "but got sum");
}

TEST_CASE("scatter_reduce: derivatives", "[ops][grad]") {
  const Tensor i = tensor({0, 1, 0, 1});
  for (const char* reduce : {"sum", "prod", "mean", "amax", "amin"}) {
    for (const bool self : {true, false}) {
      INFO(reduce << " " << self);
      gradcheck_all(
          [&](const Tensors& in) {
            const Tensor y = scatter_reduce(in[0], 0, i, in[1], reduce, self);
            return mul(y, y);
          },
          {tensor({2.1, 3.2, 4.3}, {.dtype = float64, .requires_grad = true}),
           tensor({1.4, 5.5, 3.6, 2.7},
                  {.dtype = float64, .requires_grad = true})});
    }
  }
  // One zero among the factors, and an extreme reached twice.
  const Tensor x = ones({1}, {.dtype = float64});
  const Tensor s =
      tensor({0.0, 3.0, 3.0}, {.dtype = float64, .requires_grad = true});
  scatter_reduce(x, 0, tensor({0, 0, 0}), s, "prod").backward();
  CHECK(list(s.grad()) == Values{9, 0, 0});
  s.set_grad(Tensor());
  scatter_reduce(x, 0, tensor({0, 0, 0}), s, "amax").backward();
  CHECK(list(s.grad()) == Values{0, 0.5, 0.5});
}

TEST_CASE("view_scatter: values and derivatives", "[ops][grad]") {
  const Tensor x = zeros({2, 3});
  CHECK(list(select_scatter(x, ones({2}), 1, 1)) == Values{0, 1, 0, 0, 1, 0});
  CHECK(list(slice_scatter(x, ones({2, 2}), 1, 0, 3, 2)) ==
        Values{1, 0, 1, 1, 0, 1});
  CHECK(list(diagonal_scatter(x, ones({2}), 1)) == Values{0, 1, 0, 0, 0, 1});
  CHECK(list(x) == Values{0, 0, 0, 0, 0, 0});
  CHECK_ERROR(select_scatter(x, ones({3}), 1, 1), kShape,
              "src size = [3], slice size = [2]");
  gradcheck_all(
      [](const Tensors& in) {
        const Tensor y = diagonal_scatter(in[0], in[1]);
        return mul(y, y);
      },
      {full({2, 3}, 0.5, {.dtype = float64, .requires_grad = true}),
       full({2}, 0.7, {.dtype = float64, .requires_grad = true})});
}

}  // namespace
}  // namespace cresset
