#include "cresset/tensor/ops/view.h"

#include "cresset/tensor/core/autograd.h"
#include "cresset/tensor/ops/combine.h"
#include "cresset/tests/ops/counting.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

TEST_CASE("view: shares memory, infers one size", "[ops]") {
  const Tensor x = counting({2, 3});
  const Tensor y = view(x, {3, -1});
  CHECK(sizes_of(y) == Sizes{3, 2});
  CHECK(y.storage() == x.storage());
  y.fill_(7);
  CHECK(list(x) == Values{7, 7, 7, 7, 7, 7});
  CHECK(sizes_of(view(zeros({0, 3}), {3, 0})) == Sizes{3, 0});
  CHECK(sizes_of(view(tensor(1), {1, 1})) == Sizes{1, 1});
}

TEST_CASE("view: errors are PyTorch's", "[ops][error]") {
  const Tensor x = counting({2, 3});
  CHECK_ERROR(view(x, {4, 2}), kShape,
              "shape '[4, 2]' is invalid for input of size 6");
  CHECK_ERROR(view(x, {-1, 4}), kShape,
              "shape '[-1, 4]' is invalid for input of size 6");
  CHECK_ERROR(view(x, {-1, -1}), kShape, "only one dimension can be inferred");
  CHECK_ERROR(view(x, {-2, 3}), kShape, "invalid shape dimension -2");
  CHECK_ERROR(view(zeros({0}), {-1, 0}), kShape,
              "cannot reshape tensor of 0 elements into shape [-1, 0]");
  CHECK_ERROR(view(t(x), {6}), kShape,
              "view size is not compatible with input tensor's size and stride "
              "(at least one dimension spans across two contiguous subspaces)."
              " Use .reshape(...) instead");
}

TEST_CASE("view: strided tensors keep what strides allow", "[ops]") {
  const Tensor x = counting({4, 6});
  const Tensor half = slice(x, 1, 0, 6, 2);
  const Tensor y = view(half, {2, 2, 3});
  CHECK(y.storage() == x.storage());
  CHECK(list(y) == list(half));
  const Tensor z = view(transpose(counting({2, 3, 4}), 0, 2), {2, 2, 3, 2});
  CHECK(list(z) == list(transpose(counting({2, 3, 4}), 0, 2)));
}

TEST_CASE("reshape: copies only where it must", "[ops]") {
  const Tensor x = counting({2, 3});
  CHECK(reshape(x, {6}).storage() == x.storage());
  const Tensor y = reshape(t(x), {6});
  CHECK(!(y.storage() == x.storage()));
  CHECK(list(y) == Values{0, 3, 1, 4, 2, 5});
}

TEST_CASE("flatten, ravel, unflatten", "[ops]") {
  const Tensor x = counting({2, 3, 4});
  CHECK(sizes_of(flatten(x)) == Sizes{24});
  CHECK(sizes_of(flatten(x, 1)) == Sizes{2, 12});
  CHECK(sizes_of(flatten(x, 0, 1)) == Sizes{6, 4});
  CHECK(sizes_of(flatten(tensor(1))) == Sizes{1});
  CHECK(list(ravel(t(counting({2, 2})))) == Values{0, 2, 1, 3});
  CHECK(sizes_of(unflatten(x, -1, {2, -1})) == Sizes{2, 3, 2, 2});
  CHECK_ERROR(flatten(x, 2, 1), kShape, "start_dim cannot come after end_dim");
}

TEST_CASE("transpose, permute, movedim", "[ops]") {
  const Tensor x = counting({2, 3, 4});
  CHECK(sizes_of(transpose(x, 0, -1)) == Sizes{4, 3, 2});
  CHECK(sizes_of(permute(x, {2, 0, -2})) == Sizes{4, 2, 3});
  CHECK(sizes_of(movedim(x, 0, 2)) == Sizes{3, 4, 2});
  CHECK(sizes_of(movedim(x, {0, 1}, {1, 2})) == Sizes{4, 2, 3});
  CHECK(sizes_of(mT(x)) == Sizes{2, 4, 3});
  CHECK(sizes_of(t(counting({3}))) == Sizes{3});
  CHECK(list(t(counting({2, 2}))) == Values{0, 2, 1, 3});
  CHECK_ERROR(transpose(x, 0, 3), kIndex,
              "Dimension out of range (expected to be in range of [-3, 2], but "
              "got 3)");
  CHECK_ERROR(permute(x, {0, 0, 1}), kShape, "repeated dim");
  CHECK_ERROR(permute(x, {0, 1}), kShape,
              "input.dim() = 3 is not equal to len(dims) = 2");
  CHECK_ERROR(t(x), kShape, "expects a tensor with <= 2 dimensions");
  CHECK_ERROR(movedim(x, {0, 0}, {0, 1}), kShape, "repeated dim in `source`");
}

TEST_CASE("squeeze, unsqueeze, atleast", "[ops]") {
  const Tensor x = counting({1, 2, 1, 3});
  CHECK(sizes_of(squeeze(x)) == Sizes{2, 3});
  CHECK(sizes_of(squeeze(x, 0)) == Sizes{2, 1, 3});
  CHECK(sizes_of(squeeze(x, 1)) == Sizes{1, 2, 1, 3});
  CHECK(sizes_of(squeeze(x, {0, 2})) == Sizes{2, 3});
  CHECK(sizes_of(unsqueeze(x, -1)) == Sizes{1, 2, 1, 3, 1});
  CHECK(sizes_of(unsqueeze(tensor(1), 0)) == Sizes{1});
  CHECK(sizes_of(atleast_1d(tensor(1))) == Sizes{1});
  CHECK(sizes_of(atleast_2d(counting({3}))) == Sizes{1, 3});
  CHECK(sizes_of(atleast_3d(counting({3}))) == Sizes{1, 3, 1});
  CHECK_ERROR(unsqueeze(x, 5), kIndex, "[-5, 4], but got 5");
}

TEST_CASE("expand: repeats without memory", "[ops]") {
  const Tensor x = counting({3, 1});
  const Tensor y = expand(x, {2, -1, 2});
  CHECK(sizes_of(y) == Sizes{2, 3, 2});
  CHECK(list(y) == Values{0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2});
  CHECK(y.stride(0) == 0);
  CHECK_ERROR(expand(x, {4, 1}), kShape,
              "The expanded size of the tensor (4) must match the existing "
              "size (3) at non-singleton dimension 0.  Target sizes: [4, 1].  "
              "Tensor sizes: [3, 1]");
  CHECK_ERROR(expand(x, {3}), kShape,
              "the number of sizes provided (1) must be greater or equal");
  CHECK_ERROR(expand(x, {-1, 3, 1}), kShape,
              "isn't allowed in a leading, non-existing dimension 0");
}

TEST_CASE("select, slice, narrow", "[ops]") {
  const Tensor x = counting({3, 4});
  CHECK(list(select(x, 0, -1)) == Values{8, 9, 10, 11});
  CHECK(list(select(x, 1, 1)) == Values{1, 5, 9});
  CHECK(list(slice(x, 1, 1, 10, 2)) == Values{1, 3, 5, 7, 9, 11});
  CHECK(list(slice(x, 0, -1)) == Values{8, 9, 10, 11});
  CHECK(slice(x, 0, 2, 1).numel() == 0);
  CHECK(list(narrow(x, 1, -2, 2)) == Values{2, 3, 6, 7, 10, 11});
  CHECK(sizes_of(slice(x, 0, 0, INT64_MAX, INT64_MAX)) == Sizes{1, 4});
  CHECK_ERROR(select(x, 0, 3), kIndex,
              "index 3 out of range for tensor of size [3, 4] at dimension 0");
  CHECK_ERROR(select(tensor(1), 0, 0), kIndex,
              "cannot be applied to a 0-dim tensor");
  CHECK_ERROR(slice(x, 0, 0, 1, 0), kValue, "slice step must be positive");
  CHECK_ERROR(narrow(x, 0, 2, 2), kIndex,
              "start (2) + length (2) exceeds dimension size (3)");
}

TEST_CASE("diagonal, unfold, as_strided", "[ops]") {
  const Tensor x = counting({3, 4});
  CHECK(list(diagonal(x)) == Values{0, 5, 10});
  CHECK(list(diagonal(x, 2)) == Values{2, 7});
  CHECK(list(diagonal(x, -2)) == Values{8});
  CHECK(diagonal(x, 9).numel() == 0);
  CHECK(diagonal(x, INT64_MIN).numel() == 0);
  CHECK(sizes_of(diagonal(counting({2, 3, 4}), 0, 0, 2)) == Sizes{3, 2});
  CHECK(list(unfold(arange(5), 0, 3, 1)) == Values{0, 1, 2, 1, 2, 3, 2, 3, 4});
  CHECK(sizes_of(unfold(x, 1, 2, 2)) == Sizes{3, 2, 2});
  CHECK(sizes_of(unfold(tensor(1), 0, 1, 1)) == Sizes{1});
  CHECK(list(as_strided(x, {2, 2}, {1, 2}, 1)) == Values{1, 3, 2, 4});
  CHECK_ERROR(diagonal(x, 0, 1, -1), kValue,
              "diagonal dimensions cannot be identical 1, 1");
  CHECK_ERROR(unfold(x, 0, 4, 1), kIndex,
              "maximum size for tensor at dimension 0 is 3 but size is 4");
  CHECK_ERROR(as_strided(x, {3}, {6}, 0), kIndex,
              "out of bounds for storage of size 12");
  CHECK_ERROR(as_strided(x, {3}, {-1}, 5), kValue,
              "Negative strides are not supported");
}

TEST_CASE("split, chunk, unbind", "[ops]") {
  const Tensor x = counting({5, 2});
  const auto halves = split(x, 2);
  REQUIRE(halves.size() == 3);
  CHECK(list(halves[2]) == Values{8, 9});
  CHECK(halves[1].storage() == x.storage());
  CHECK(sizes_of(split(x, {1, 4})[1]) == Sizes{4, 2});
  CHECK(chunk(x, 3).size() == 3);
  CHECK(chunk(x, 4).size() == 3);
  CHECK(tensor_split(x, 3)[0].size(0) == 2);
  CHECK(tensor_split(x, {2})[1].size(0) == 3);
  CHECK(tensor_split(x, {1, 7}).size() == 3);
  CHECK(list(unbind(x, 1)[1]) == Values{1, 3, 5, 7, 9});
  CHECK(hsplit(x, 2).size() == 2);
  CHECK(sizes_of(vsplit(x, {2, 3})[2]) == Sizes{2, 2});
  CHECK_ERROR(split(x, {1, 3}), kShape,
              "split_with_sizes expects split_sizes to sum exactly to 5");
  CHECK_ERROR(split(x, -1), kValue, "split_size be non-negative");
  CHECK_ERROR(split(x, 0), kValue, "split_size can only be 0");
  CHECK_ERROR(chunk(x, 0), kValue, "chunks` to be greater than 0, got: 0");
  CHECK_ERROR(vsplit(x, 2), kValue, "not divisible by the split_size 2");
}

TEST_CASE("views: first and second derivatives", "[ops][grad]") {
  check_gradients([](const Tensor& x) { return view(x, {3, 2}); }, {2, 3});
  check_gradients([](const Tensor& x) { return reshape(t(x), {6}); }, {2, 3});
  check_gradients([](const Tensor& x) { return transpose(x, 0, 1); }, {2, 3});
  check_gradients(
      [](const Tensor& x) {
        return permute(x, {2, 0, 1});
      },
      {2, 3, 2});
  check_gradients([](const Tensor& x) { return squeeze(x); }, {2, 1, 3});
  check_gradients([](const Tensor& x) { return unsqueeze(x, 1); }, {2, 3});
  check_gradients([](const Tensor& x) { return expand(x, {2, 3, 2}); }, {3, 1});
  check_gradients([](const Tensor& x) { return select(x, 1, 2); }, {2, 3});
  check_gradients([](const Tensor& x) { return slice(x, 1, 0, 4, 2); }, {2, 4});
  check_gradients([](const Tensor& x) { return diagonal(x, 1); }, {3, 4});
  check_gradients([](const Tensor& x) { return unfold(x, 1, 3, 1); }, {2, 5});
  check_gradients(
      [](const Tensor& x) {
        return as_strided(x, {3, 3}, {2, 1}, 1);
      },
      {2, 5});
  check_gradients(
      [](const Tensor& x) {
        return as_strided(expand(x, {3, 2}), {2, 2}, {1, 0}, 0);
      },
      {2});
}

TEST_CASE("views in pieces: derivatives where some get no gradient",
          "[ops][grad]") {
  check_gradients([](const Tensor& x) { return unbind(x, 1)[1]; }, {2, 3});
  check_gradients(
      [](const Tensor& x) {
        const auto parts = split(x, 2, 1);
        return mul(parts[0], parts[1]);
      },
      {2, 5 - 1});
  check_gradients(
      [](const Tensor& x) {
        return tensor_split(x, {1, 2})[1];
      },
      {4, 2});
}

TEST_CASE("views: in-place changes reach the base and its gradient",
          "[ops][grad]") {
  const Tensor x = leaf({2, 3});
  const Tensor y = mul(x, 1);
  mul_(select(y, 0, 1), 10);
  CHECK(y.grad_fn() == "CopySlices");
  y.backward(ones_like(y));
  CHECK(list(x.grad()) == Values{1, 1, 1, 10, 10, 10});
  const Tensor a = leaf({2, 3});
  const Tensor b = mul(a, 1);
  const Tensor row = view(t(b), {3, 2});
  mul_(slice(row, 0, 0, 2), 5);
  row.backward(ones_like(row));
  CHECK(list(a.grad()) == Values{5, 5, 1, 5, 5, 1});
}

TEST_CASE("views: of a leaf refuse in-place changes", "[ops][error]") {
  const Tensor x = leaf({2, 3});
  CHECK_ERROR(mul_(select(x, 0, 1), 2), kState,
              "a view of a leaf Variable that requires grad is being used in "
              "an in-place operation.");
  CHECK(select(x, 0, 0).is_view());
  CHECK(select(x, 0, 0).grad_fn() == "SelectBackward");
}

}  // namespace
}  // namespace cresset
