#include "cresset/tensor/ops/combine.h"

#include "cresset/tensor/ops/index_dim.h"
#include "cresset/tensor/ops/pad.h"
#include "cresset/tensor/ops/rearrange.h"
#include "cresset/tensor/ops/triangle.h"
#include "cresset/tests/ops/counting.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

TEST_CASE("cat: along any dimension", "[ops]") {
  const Tensor a = counting({2, 2}), b = ones({2, 1}, {.dtype = float64});
  CHECK(list(cat({a, b}, 1)) == Values{0, 1, 1, 2, 3, 1});
  CHECK(list(cat({t(b), a}, 0)) == Values{1, 1, 0, 1, 2, 3});
  CHECK(list(cat({a, t(a)}, -1)) == Values{0, 1, 0, 2, 2, 3, 1, 3});
  CHECK(list(cat({tensor({}), a}, 1)) == Values{0, 1, 2, 3});
  CHECK(cat({tensor({1}), tensor({2.5})}).dtype() == float32);
  CHECK(sizes_of(cat({zeros({0, 2}), zeros({3, 2})})) == Sizes{3, 2});
}

TEST_CASE("cat: large tensors by several threads", "[ops]") {
  const Tensor a = counting({300, 400}), b = mul(a, 2);
  const Tensor wide = cat({a, b}, 1), tall = cat({a, b}, 0);
  CHECK(list(slice(wide, 1, 0, 400)) == list(a));
  CHECK(list(slice(wide, 1, 400)) == list(b));
  CHECK(list(slice(tall, 0, 300)) == list(b));
}

TEST_CASE("cat and stack: errors are PyTorch's", "[ops][error]") {
  CHECK_ERROR(cat({}), kValue, "expected a non-empty list of Tensors");
  CHECK_ERROR(cat({zeros({2, 3}), zeros({3, 2})}), kShape,
              "Sizes of tensors must match except in dimension 0. Expected "
              "size 3 but got size 2 for tensor number 1 in the list.");
  CHECK_ERROR(cat({zeros({2, 3}), zeros({3})}), kShape,
              "Tensors must have same number of dimensions: got 2 and 1");
  CHECK_ERROR(cat({tensor(1)}), kShape,
              "zero-dimensional tensor (at position 0) cannot be concatenated");
  CHECK_ERROR(cat({zeros({2})}, 1), kIndex, "Dimension out of range");
  CHECK_ERROR(stack({zeros({2}), zeros({3})}), kShape,
              "stack expects each tensor to be equal size, but got [2] at "
              "entry 0 and [3] at entry 1");
}

TEST_CASE("stack and its kin", "[ops]") {
  const Tensor a = tensor({1, 2}), b = tensor({3, 4});
  CHECK(list(stack({a, b})) == Values{1, 2, 3, 4});
  CHECK(list(stack({a, b}, -1)) == Values{1, 3, 2, 4});
  CHECK(sizes_of(hstack({a, b})) == Sizes{4});
  CHECK(sizes_of(vstack({a, b})) == Sizes{2, 2});
  CHECK(sizes_of(dstack({a, b})) == Sizes{1, 2, 2});
  CHECK(list(column_stack({a, b})) == Values{1, 3, 2, 4});
  CHECK(list(block_diag({tensor({{1, 2}}), tensor(3), tensor({4, 5})})) ==
        Values{1, 2, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 4, 5});
}

TEST_CASE("grids and choices", "[ops]") {
  CHECK(list(meshgrid({arange(2), arange(3)}, "xy")[0]) ==
        Values{0, 1, 0, 1, 0, 1});
  CHECK(list(meshgrid({arange(2), arange(3)})[0]) == Values{0, 0, 0, 1, 1, 1});
  CHECK(list(cartesian_prod({tensor({1, 2}), tensor({3, 4})})) ==
        Values{1, 3, 1, 4, 2, 3, 2, 4});
  CHECK(list(combinations(arange(4))) ==
        Values{0, 1, 0, 2, 0, 3, 1, 2, 1, 3, 2, 3});
  CHECK(list(combinations(arange(3), 2, true)) ==
        Values{0, 0, 0, 1, 0, 2, 1, 1, 1, 2, 2, 2});
  CHECK(sizes_of(combinations(arange(2), 3)) == Sizes{0, 3});
  CHECK(sizes_of(broadcast_tensors({zeros({3, 1}), zeros({2})})[1]) ==
        Sizes{3, 2});
}

TEST_CASE("repeat, tile, repeat_interleave", "[ops]") {
  const Tensor x = counting({2, 3});
  CHECK(list(repeat(x, {2, 1, 2})) == Values{0, 1, 2, 0, 1, 2, 3, 4,
                                             5, 3, 4, 5, 0, 1, 2, 0,
                                             1, 2, 3, 4, 5, 3, 4, 5});
  CHECK(list(tile(x, {2})) == Values{0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5});
  CHECK(sizes_of(repeat(x, {0, 2})) == Sizes{0, 6});
  CHECK(list(repeat_interleave(x, tensor({1, 0, 2}), 1)) ==
        Values{0, 2, 2, 3, 5, 5});
  CHECK(list(repeat_interleave(tensor({1, 2}), 2)) == Values{1, 1, 2, 2});
  CHECK(list(repeat_interleave(x, 2, 0)) ==
        Values{0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5});
  CHECK_ERROR(repeat(x, {2}), kShape,
              "Number of dimensions of repeat dims can not be smaller");
}

TEST_CASE("roll, flip, rot90", "[ops]") {
  const Tensor x = counting({2, 3});
  CHECK(list(roll(x, {1})) == Values{5, 0, 1, 2, 3, 4});
  CHECK(list(roll(x, {1, -1}, {0, 1})) == Values{4, 5, 3, 1, 2, 0});
  CHECK(list(flip(x, {0, 1})) == Values{5, 4, 3, 2, 1, 0});
  CHECK(list(fliplr(x)) == Values{2, 1, 0, 5, 4, 3});
  CHECK(list(flipud(t(x))) == Values{2, 5, 1, 4, 0, 3});
  CHECK(list(rot90(x)) == Values{2, 5, 1, 4, 0, 3});
  CHECK(list(rot90(x, -1)) == Values{3, 0, 4, 1, 5, 2});
  CHECK(list(rot90(x, 2)) == Values{5, 4, 3, 2, 1, 0});
  CHECK(list(flip(counting({40, 50}), {1})).back() == 1950);
}

TEST_CASE("diagonals and triangles", "[ops]") {
  const Tensor x = counting({2, 3});
  CHECK(list(diag(tensor({1, 2}), -1)) == Values{0, 0, 0, 1, 0, 0, 0, 2, 0});
  CHECK(list(diag(x, 1)) == Values{1, 5});
  CHECK(list(select(diag_embed(x, 1), 0, 1)) ==
        Values{0, 3, 0, 0, 0, 0, 4, 0, 0, 0, 0, 5, 0, 0, 0, 0});
  CHECK(list(diagflat(tensor({{1, 2}}))) == Values{1, 0, 0, 2});
  CHECK(list(tril(ones({3, 4}), 1)) ==
        Values{1, 1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1});
  CHECK(list(triu(ones({3, 4}), -1)) ==
        Values{1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1});
  CHECK(list(triu(ones({2, 2}), 5)) == Values{0, 0, 0, 0});
  CHECK(list(tril(ones({2, 2}), INT64_MIN)) == Values{0, 0, 0, 0});
  CHECK(list(tril(ones({2, 2}), INT64_MAX)) == Values{1, 1, 1, 1});
  CHECK(trace(x).item<double>() == 4);
  CHECK(list(kron(x, tensor({1.0, 2.0}))) ==
        Values{0, 0, 1, 2, 2, 4, 3, 6, 4, 8, 5, 10});
}

TEST_CASE("pad: PyTorch's modes", "[ops]") {
  const Tensor x = counting({2, 3}), batch = unsqueeze(x, 0);
  CHECK(list(pad(x, {1, -1, 0, 1}, "constant", 9)) ==
        Values{9, 0, 1, 9, 3, 4, 9, 9, 9});
  CHECK(list(pad(batch, {2, 1}, "reflect")) ==
        Values{2, 1, 0, 1, 2, 1, 5, 4, 3, 4, 5, 4});
  CHECK(list(pad(batch, {1, 2}, "replicate")) ==
        Values{0, 0, 1, 2, 2, 2, 3, 3, 4, 5, 5, 5});
  CHECK(list(pad(batch, {2, 1}, "circular")) ==
        Values{1, 2, 0, 1, 2, 0, 4, 5, 3, 4, 5, 3});
  CHECK(pad(x, {-3, 0}).numel() == 0);
  CHECK(list(pad(x, {4, -4})).at(3) == 0);
  CHECK_ERROR(pad(x, {-2, -2}), kShape, "negative output size");
  CHECK_ERROR(pad(x, {1}), kShape, "divisible by 2");
  CHECK_ERROR(pad(batch, {3, 0}, "reflect"), kShape,
              "Padding size should be less than the corresponding input");
  CHECK_ERROR(pad(x, {1, 1}, "mirror"), kValue, "Unrecognised padding mode");
}

TEST_CASE("combining: first and second derivatives", "[ops][grad]") {
  const Tensor a = leaf({2, 3}), b = leaf({2, 2});
  gradcheck_all(
      [](const Tensors& in) {
        const Tensor y = cat({in[0], in[1], in[0]}, 1);
        return mul(y, y);
      },
      {a, b});
  gradcheck_all(
      [](const Tensors& in) {
        const Tensor y = stack({in[0], mul(in[0], in[0])}, 1);
        return mul(y, y);
      },
      {a});
  check_gradients([](const Tensor& x) { return repeat(x, {2, 1, 2}); }, {2, 2});
  check_gradients(
      [](const Tensor& x) {
        return roll(x, {1, 1}, {0, 1});
      },
      {2, 3});
  check_gradients([](const Tensor& x) { return flip(x, {1}); }, {2, 3});
  check_gradients([](const Tensor& x) { return rot90(x); }, {2, 3});
  check_gradients([](const Tensor& x) { return diag_embed(x, -1); }, {2, 2});
  check_gradients([](const Tensor& x) { return tril(x); }, {3, 3});
  check_gradients([](const Tensor& x) { return triu(x, 1); }, {3, 3});
  check_gradients([](const Tensor& x) { return trace(x); }, {3, 2});
  check_gradients([](const Tensor& x) { return kron(x, x); }, {2, 2});
  check_gradients(
      [](const Tensor& x) {
        return pad(x, {1, -1, 2, 0});
      },
      {2, 3});
  check_gradients(
      [](const Tensor& x) {
        return pad(x, {2, 1}, "reflect");
      },
      {2, 3});
  check_gradients(
      [](const Tensor& x) {
        return pad(x, {2, 1}, "circular");
      },
      {2, 3});
  check_gradients([](const Tensor& x) { return repeat_interleave(x, 2, 1); },
                  {2, 2});
  check_gradients([](const Tensor& x) { return block_diag({x, x}); }, {1, 2});
  check_gradients([](const Tensor& x) { return combinations(x); }, {3});
}

}  // namespace
}  // namespace cresset
