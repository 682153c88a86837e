#include "cresset/tensor/ops/factory.h"

#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

TEST_CASE("zeros, ones, full: values and dtypes", "[ops]") {
  CHECK(list(zeros({2, 2})) == Values{0, 0, 0, 0});
  CHECK(list(ones({3}, {.dtype = int32})) == Values{1, 1, 1});
  CHECK(ones({3}, {.dtype = int32}).dtype() == int32);
  CHECK(full({2}, 7).dtype() == int64);
  CHECK(full({2}, true).dtype() == bool_);
  CHECK(full({2}, 0.5).dtype() == float32);
  CHECK(full({2}, 0.5, {.dtype = float64}).dtype() == float64);
  CHECK(zeros({}).dim() == 0);
  CHECK(zeros({2, 0}).numel() == 0);
  CHECK(zeros({1}, {.requires_grad = true}).requires_grad());
}

TEST_CASE("zeros: negative sizes are an error", "[ops][error]") {
  CHECK_ERROR(zeros({2, -1}), kShape, "[2, -1]");
}

TEST_CASE("*_like and new_*: the dtype of the example", "[ops]") {
  const Tensor x = ones({2, 1}, {.dtype = int16});
  CHECK(zeros_like(x).dtype() == int16);
  CHECK(ones_like(x, float64).dtype() == float64);
  CHECK(list(full_like(x, 3)) == Values{3, 3});
  CHECK(list(new_full(x, {3}, 2)) == Values{2, 2, 2});
  CHECK(new_zeros(x, {3}).dtype() == int16);
  CHECK(sizes_of(new_empty(x, {4, 2})) == Sizes{4, 2});
  CHECK(list(new_ones(x, {1}, bool_)) == Values{1});
}

TEST_CASE("arange: bounds, steps and dtypes", "[ops]") {
  CHECK(list(arange(5)) == Values{0, 1, 2, 3, 4});
  CHECK(arange(5).dtype() == int64);
  CHECK(arange(5.0).dtype() == float32);
  CHECK(list(arange(1, 2.5, 0.5)) == Values{1, 1.5, 2});
  CHECK(list(arange(5, 0, -2)) == Values{5, 3, 1});
  CHECK(arange(3, {.dtype = float64}).dtype() == float64);
  CHECK(arange(0).numel() == 0);
  CHECK(list(arange(INT64_MAX - 2, INT64_MAX)).size() == 2);
  CHECK(arange(INT64_MIN, INT64_MAX, INT64_MAX).numel() == 3);
}

TEST_CASE("arange: floating bounds of an integer dtype", "[ops]") {
  CHECK(list(arange(0.5, 5.7, 1.5, {.dtype = int64})) == Values{0, 1, 2, 3, 4});
  CHECK(list(arange(0.5, 5.7, 1.5, {.dtype = int32})) == Values{0, 1, 2, 3});
  CHECK(list(arange(0.0, -8.000001, -4.0, {.dtype = int64})) == Values{0, -4});
}

TEST_CASE("arange: PyTorch's complaints", "[ops][error]") {
  CHECK_ERROR(arange(0, 5, 0), kValue, "step must be nonzero");
  CHECK_ERROR(arange(0, 5, -1), kValue,
              "upper bound and larger bound inconsistent with step sign");
  CHECK_ERROR(arange(0.0, 1.0 / 0.0), kValue, "unsupported range");
}

TEST_CASE("linspace and logspace", "[ops]") {
  CHECK(list(linspace(0, 1, 5)) == Values{0, 0.25, 0.5, 0.75, 1});
  CHECK(list(linspace(3, 10, 1)) == Values{3});
  CHECK(list(linspace(2, -2, 5, {.dtype = int64})) == Values{2, 1, 0, -1, -2});
  CHECK(linspace(0, 1, 0).numel() == 0);
  CHECK(list(logspace(0, 2, 3)) == Values{1, 10, 100});
  CHECK(list(logspace(0, 3, 4, 2)) == Values{1, 2, 4, 8});
  CHECK_ERROR(linspace(0, 1, -1), kValue, "must be non-negative");
}

TEST_CASE("eye and triangle indices", "[ops]") {
  CHECK(list(eye(2, 3)) == Values{1, 0, 0, 0, 1, 0});
  CHECK(list(eye(3, 2)) == Values{1, 0, 0, 1, 0, 0});
  CHECK(eye(2, {.dtype = int64}).dtype() == int64);
  CHECK(eye(0).numel() == 0);
  CHECK(list(tril_indices(3, 3, -1)) == Values{1, 2, 2, 0, 0, 1});
  CHECK(list(triu_indices(2, 3, 1)) == Values{0, 0, 1, 1, 2, 2});
  CHECK(list(tril_indices(2, 3, 1)) == Values{0, 0, 1, 1, 1, 0, 1, 0, 1, 2});
  CHECK_ERROR(eye(-1), kShape, "greater or equal to 0");
}

TEST_CASE("tensor: nested lists and their dtypes", "[ops]") {
  const Tensor x = tensor({{1.0f, 2.0f}, {3.0f, 4.0f}});
  CHECK(sizes_of(x) == Sizes{2, 2});
  CHECK(x.dtype() == float32);
  CHECK(list(x) == Values{1, 2, 3, 4});
  CHECK(tensor({1, 2}).dtype() == int64);
  CHECK(tensor({1, 2.5}).dtype() == float32);
  CHECK(tensor({true, false}).dtype() == bool_);
  CHECK(tensor({true, 2}).dtype() == int64);
  CHECK(tensor(3).dim() == 0);
  CHECK(tensor(3.5).item<double>() == 3.5);
  CHECK(sizes_of(tensor({})) == Sizes{0});
  CHECK(tensor({}).dtype() == float32);
  CHECK(sizes_of(tensor({{}, {}})) == Sizes{2, 0});
  CHECK(sizes_of(tensor({{1}})) == Sizes{1, 1});
  CHECK(tensor({1, 2}, {.dtype = float64}).dtype() == float64);
  CHECK(tensor({1.5}, {.requires_grad = true}).requires_grad());
}

TEST_CASE("tensor: vectors keep their type", "[ops]") {
  CHECK(tensor(std::vector<double>{1, 2}).dtype() == float64);
  CHECK(tensor(std::vector<int>{1, 2}).dtype() == int32);
  CHECK(list(tensor(std::vector<bool>{true, false})) == Values{1, 0});
  const std::vector<std::vector<float>> rows{{1, 2, 3}, {4, 5, 6}};
  CHECK(sizes_of(tensor(rows)) == Sizes{2, 3});
  CHECK(list(tensor(rows)) == Values{1, 2, 3, 4, 5, 6});
}

TEST_CASE("tensor: ragged lists are an error", "[ops][error]") {
  CHECK_ERROR(tensor({{1, 2}, {3}}), kShape,
              "expected sequence of length 2 at dim 1");
  CHECK_ERROR(tensor({{1, 2}, 3}), kShape, "mixed");
  CHECK_ERROR(tensor(std::vector<std::vector<int>>{{1}, {2, 3}}), kShape,
              "expected sequence of length 1");
}

}  // namespace
}  // namespace cresset
