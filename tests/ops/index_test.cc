#include "cresset/tensor/ops/index.h"

#include <type_traits>

#include "cresset/tensor/core/autograd.h"
#include "cresset/tensor/ops/gather.h"
#include "cresset/tensor/ops/index_dim.h"
#include "cresset/tensor/ops/masked.h"
#include "cresset/tests/ops/counting.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

TEST_CASE("index: views where no tensor takes part", "[ops]") {
  const Tensor y = counting({2, 3, 4});
  CHECK(list(index(y, {1, Slice(0, 2), -1})) == Values{15, 19});
  CHECK(sizes_of(index(y, {Ellipsis, None, -1})) == Sizes{2, 3, 1});
  CHECK(list(index(y, {Ellipsis, None, -1})) == Values{3, 7, 11, 15, 19, 23});
  CHECK(list(index(y, {0, 0, Slice(None, None, 3)})) == Values{0, 3});
  CHECK(index(y, {Slice(1)}).storage() == y.storage());
  CHECK(sizes_of(index(y, {Slice(1), None})) == Sizes{1, 1, 3, 4});
  CHECK(sizes_of(index(y, {})) == Sizes{2, 3, 4});
}

TEST_CASE("index: tensors follow NumPy's rules", "[ops]") {
  const Tensor y = counting({2, 3, 4});
  const Tensor i = tensor({1, 0}), j = tensor({{0}, {2}});
  CHECK(list(index(y, {i})).front() == 12);
  CHECK(list(index(y, {Slice(), i})) ==
        Values{4, 5, 6, 7, 0, 1, 2, 3, 16, 17, 18, 19, 12, 13, 14, 15});
  CHECK(list(index(y, {i, Slice(), i})) == Values{13, 17, 21, 0, 4, 8});
  CHECK(list(index(y, {Slice(), j, i})) == Values{1, 0, 9, 8, 13, 12, 21, 20});
  CHECK(list(index(y, {0, j})) == Values{0, 1, 2, 3, 8, 9, 10, 11});
  CHECK(sizes_of(index(y, {0, j})) == Sizes{2, 1, 4});
  CHECK(list(index(y, {-1, Slice(None, None, 2), tensor({-1, 0})})) ==
        Values{15, 12, 23, 20});
  CHECK(list(index(y, {Slice(), tensor({true, false, true}), Slice(1, 3)})) ==
        Values{1, 2, 9, 10, 13, 14, 21, 22});
  CHECK(sizes_of(index(y, {true})) == Sizes{1, 2, 3, 4});
  CHECK(sizes_of(index(y, {false})) == Sizes{0, 2, 3, 4});
  CHECK(sizes_of(index(y, {tensor(1)})) == Sizes{3, 4});
  const Tensor mask = tensor({{true, false, false}, {false, false, true}});
  CHECK(list(index(y, {mask, 1})) == Values{1, 21});
  CHECK(index(y, {tensor(std::vector<int64_t>{})}).numel() == 0);
  CHECK(list(index(transpose(y, 0, 2), {i, Slice(), i})) ==
        Values{13, 17, 21, 0, 4, 8});
}

TEST_CASE("index: assignment to an indexed tensor writes into it", "[ops]") {
  Tensor x = arange(6).view({2, 3});
  x[0] = tensor({7, 8, 9});
  x[1][2] = 5;
  x.select(1, 0) = 0;
  CHECK(x.equal(tensor({{0, 8, 9}, {0, 4, 5}})));
  CHECK(x.version() == 3);
  CHECK_FALSE(std::is_assignable_v<decltype(x[tensor({0})]), const Tensor&>);
  x = tensor({1});  // a named handle is bound anew
  CHECK(x.numel() == 1);
  const Tensor w = ones({2}).requires_grad_();
  CHECK_ERROR(w[0] = 3, kState, "leaf");
}

TEST_CASE("index: errors are PyTorch's", "[ops][error]") {
  const Tensor y = counting({2, 3});
  CHECK_ERROR(index(y, {5}), kIndex,
              "index 5 is out of bounds for dimension 0 with size 2");
  CHECK_ERROR(index(y, {Slice(), tensor({0, 3})}), kIndex,
              "index 3 is out of bounds for dimension 1 with size 3");
  CHECK_ERROR(index(y, {0, tensor({-4})}), kIndex, "index -4 is out of bounds");
  CHECK_ERROR(index(y, {0, 0, 0}), kIndex,
              "too many indices for tensor of dimension 2");
  CHECK_ERROR(index(y, {tensor({true, false, true})}), kIndex,
              "The shape of the mask [3] at index 0 does not match the shape "
              "of the indexed tensor [2, 3] at index 0");
  CHECK_ERROR(index(y, {tensor({0, 1}), tensor({0, 1, 2})}), kShape,
              "shape mismatch: indexing tensors could not be broadcast "
              "together with shapes [2], [3]");
  CHECK_ERROR(index(y, {tensor({0.5})}), kDtype, "tensors used as indices");
  CHECK_ERROR(index(y, {Slice(None, None, -1)}), kValue,
              "step must be positive");
}

TEST_CASE("index_put_: values, scalars, accumulation", "[ops]") {
  const Tensor i = tensor({1, 0});
  Tensor z = zeros({3, 3});
  index_put_(z, {i, i}, tensor({1.0, 2.0}));
  CHECK(list(z) == Values{2, 0, 0, 0, 1, 0, 0, 0, 0});
  z = zeros({3});
  index_put_(z, {tensor({0, 0, 2})}, tensor({1.0, 2.0, 3.0}), true);
  CHECK(list(z) == Values{3, 0, 3});
  z = zeros({2, 3});
  index_put_(z, {Slice(), Slice(1)}, 9);
  CHECK(list(z) == Values{9, 0, 0, 9, 0, 0});
  index_put_(z, {Slice(), Slice(1, None)}, tensor({{{5.0, 6.0}}}));
  CHECK(list(z) == Values{9, 5, 6, 9, 5, 6});
  index_put_(z, {tensor({true, false})}, 0);
  CHECK(list(z) == Values{0, 0, 0, 9, 5, 6});
  index_put_(t(z), {tensor({2})}, 1);
  CHECK(list(z) == Values{0, 0, 1, 9, 5, 1});
  index_put_(z, {1, tensor({0, 1})}, tensor({7.0, 8.0}));
  CHECK(list(z) == Values{0, 0, 1, 7, 8, 1});
  CHECK(list(index_put(zeros({2}), {tensor({1})}, 4)) == Values{0, 4});
}

TEST_CASE("index_put_: errors", "[ops][error]") {
  const Tensor z = zeros({3});
  CHECK_ERROR(index_put_(z, {tensor({0, 1})}, tensor({1.0, 2.0, 3.0})), kShape,
              "value tensor of shape [3] cannot be broadcast to indexing "
              "result of shape [2]");
  CHECK_ERROR(index_put_(z, {tensor({0})}, tensor({1})), kDtype,
              "Index put requires the source and destination dtypes match");
  CHECK_ERROR(index_put_(expand(zeros({1}), {3}), {tensor({0})}, 1), kState,
              "single memory location");
}

TEST_CASE("index_select, index_add, index_copy, index_fill", "[ops]") {
  const Tensor x = counting({2, 3});
  CHECK(list(index_select(x, 1, tensor({2, 0}))) == Values{2, 0, 5, 3});
  CHECK(index_select(tensor(4.0), 0, tensor({0})).dim() == 0);
  CHECK(list(index_add(zeros({3}), 0, tensor({1, 1}), ones({2}), 2)) ==
        Values{0, 4, 0});
  CHECK(list(index_copy(zeros({2, 2}), 1, tensor({1}), ones({2, 1}))) ==
        Values{0, 1, 0, 1});
  CHECK(list(index_fill(x, 0, tensor({1}), -1)) == Values{0, 1, 2, -1, -1, -1});
  const Tensor y = zeros({3});
  index_add_(y, 0, tensor({0}), ones({1}));
  index_fill_(y, 0, tensor({2}), 5);
  CHECK(list(y) == Values{1, 0, 5});
  CHECK_ERROR(index_select(x, 0, tensor({2})), kIndex,
              "index out of range in self");
  CHECK_ERROR(index_select(x, 0, tensor({-1})), kIndex,
              "index out of range in self");
  CHECK_ERROR(index_select(x, 0, tensor({{0}})), kShape, "a vector");
  CHECK_ERROR(index_select(x, 0, tensor({0.0})), kDtype,
              "Expected dtype int32 or int64 for index");
}

TEST_CASE("index ops: large enough for several threads", "[ops]") {
  const Tensor x = counting({500, 200});
  const Tensor rows = arange(499, -1, -1);
  const Tensor y = index_select(x, 0, rows);
  CHECK(list(select(y, 0, 0)) == list(select(x, 0, 499)));
  CHECK(list(index_select(y, 0, rows)) == list(x));
  CHECK(list(index_select(index_select(x, 1, arange(199, -1, -1)), 1,
                          arange(199, -1, -1))) == list(x));
  const Tensor sums = index_add(zeros({2, 200}, {.dtype = float64}), 0,
                                mul(arange(500), 0).to(int64), x);
  CHECK(list(sums)[1] == 500 * (499 * 200) / 2.0 + 500);
}

TEST_CASE("gather and scatter", "[ops]") {
  const Tensor x = counting({2, 3});
  CHECK(list(gather(x, 1, tensor({{0, 0}, {2, 1}}))) == Values{0, 0, 5, 4});
  CHECK(list(gather(t(x), 0, tensor({{0, 0}, {2, 1}}))) == Values{0, 3, 2, 4});
  const Tensor zero = zeros({2, 3}, {.dtype = float64});
  CHECK(list(scatter(zero, 0, tensor({{0, 1, 0}}), x)) ==
        Values{0, 0, 2, 0, 1, 0});
  CHECK(list(scatter(zero, 1, tensor({{2}, {0}}), 4)) ==
        Values{0, 0, 4, 4, 0, 0});
  CHECK(list(scatter(x, 1, tensor({{2}, {0}}), 4, "multiply")) ==
        Values{0, 1, 8, 12, 4, 5});
  CHECK(list(scatter(x, 1, tensor({{2}, {0}}), 4, "add")) ==
        Values{0, 1, 6, 7, 4, 5});
  CHECK(list(scatter_add(zeros({2}), 0, tensor({0, 1, 0}),
                         tensor({1.0, 2.0, 3.0}))) == Values{4, 2});
  const Tensor y = zeros({2, 2});
  scatter_(t(y), 0, tensor({{1, 0}}), tensor({{5.0, 6.0}}));
  CHECK(list(y) == Values{0, 5, 6, 0});
  CHECK(list(take_along_dim(x, tensor({{0}, {1}}), 1)) == Values{0, 4});
  CHECK(list(take_along_dim(x, tensor({{5}}))) == Values{5});
  CHECK(list(gather(tensor(3.0), 0, tensor({0}))) == Values{3});
  const Tensor big = counting({300, 100});
  const Tensor back = expand(arange(99, -1, -1), {300, 100});
  CHECK(list(gather(gather(big, 1, back), 1, back)) == list(big));
  CHECK(list(gather(t(big), 0, t(back))) == list(t(gather(big, 1, back))));
}

TEST_CASE("gather and scatter: errors", "[ops][error]") {
  const Tensor x = counting({2, 3});
  CHECK_ERROR(gather(x, 1, tensor({{3}})), kIndex,
              "index 3 is out of bounds for dimension 1 with size 3");
  CHECK_ERROR(gather(x, 1, tensor({{-1}})), kIndex,
              "index -1 is out of bounds");
  CHECK_ERROR(gather(x, 1, tensor({0})), kShape,
              "same number of dimensions as input");
  CHECK_ERROR(gather(x, 1, tensor({{0}, {0}, {0}})), kShape,
              "Size does not match at dimension 1");
  CHECK_ERROR(gather(x, 1, tensor({{0.0}})), kDtype,
              "Expected dtype int64 for index");
  CHECK_ERROR(scatter(x, 1, tensor({{0}}), ones({1, 1})), kDtype,
              "Expected self.dtype to be equal to src.dtype");
  CHECK_ERROR(scatter(x, 1, tensor({{0, 1}}), ones({1, 1}, {.dtype = float64})),
              kShape, "smaller size than src [1, 1]");
  CHECK_ERROR(scatter(x, 1, tensor({{7}}), 1), kIndex, "out of bounds");
}

TEST_CASE("take, put, masks", "[ops]") {
  const Tensor x = counting({2, 3});
  CHECK(list(take(t(x), tensor({{0, -1}, {1, 1}}))) == Values{0, 5, 3, 3});
  CHECK(list(put(x, tensor({-1, 0}), tensor({8.0, 9.0}).to(float64))) ==
        Values{9, 1, 2, 3, 4, 8});
  const Tensor mask = tensor({{false, true, false}, {false, false, true}});
  CHECK(list(masked_select(x, mask)) == Values{1, 5});
  CHECK(list(masked_select(x, tensor({true, false, false}))) == Values{0, 3});
  CHECK(list(masked_scatter(x, mask, tensor({7.0, 8.0, 9.0}).to(float64))) ==
        Values{0, 7, 2, 3, 4, 8});
  CHECK(list(nonzero(mask)) == Values{0, 1, 1, 2});
  CHECK(sizes_of(nonzero(tensor(5))) == Sizes{1, 0});
  CHECK(list(where(mask)[1]) == Values{1, 2});
  CHECK_ERROR(take(x, tensor({6})), kIndex, "index 6 is out of bounds");
  CHECK_ERROR(masked_select(x, x), kDtype, "expected BoolTensor");
  CHECK_ERROR(masked_scatter(x, mask, zeros({1}, {.dtype = float64})), kShape,
              "at least the number of ones in mask, 2; got 1");
}

TEST_CASE("index ops: first and second derivatives", "[ops][grad]") {
  const Tensor i = tensor({1, 0, 1});
  check_gradients(
      [&](const Tensor& x) {
        return index(x, {i, Slice(1, 3)});
      },
      {2, 3});
  check_gradients(
      [&](const Tensor& x) {
        return index(x, {i, Slice(), i});
      },
      {2, 2, 3});
  check_gradients([&](const Tensor& x) { return index_select(x, 1, i); },
                  {2, 2});
  check_gradients(
      [&](const Tensor& x) {
        return gather(x, 1, tensor({{0, 0}, {1, 2}}));
      },
      {2, 3});
  check_gradients([&](const Tensor& x) { return take(x, i); }, {2, 2});
  check_gradients(
      [&](const Tensor& x) {
        return masked_select(x, tensor({true, false, true}));
      },
      {2, 3});
  check_gradients([&](const Tensor& x) { return index_fill(x, 1, i, 2); },
                  {2, 3});
  const auto two = [](auto f, const Tensor& a, const Tensor& b) {
    gradcheck_all(
        [&](const Tensors& in) {
          const Tensor y = f(in[0], in[1]);
          return mul(y, y);
        },
        {a, b});
  };
  const Tensor a = leaf({3}), b = leaf({2}), j = tensor({2, 0});
  two([&](const Tensor& x, const Tensor& v) { return index_put(x, {j}, v); }, a,
      b);
  two([&](const Tensor& x,
          const Tensor& v) { return index_put(x, {j}, v, true); },
      a, b);
  two([&](const Tensor& x,
          const Tensor& v) { return index_add(x, 0, j, v, 3); },
      a, b);
  two([&](const Tensor& x, const Tensor& v) { return index_copy(x, 0, j, v); },
      a, b);
  two([&](const Tensor& x, const Tensor& v) { return scatter(x, 0, j, v); }, a,
      b);
  two([&](const Tensor& x,
          const Tensor& v) { return scatter(x, 0, tensor({1}), v); },
      a, b);
  two(
      [&](const Tensor& x, const Tensor& v) {
        return scatter_add(x, 0, tensor({1, 1}), v);
      },
      a, b);
  two(
      [&](const Tensor& x, const Tensor& v) {
        return masked_scatter(x, tensor({true, false, true}), v);
      },
      a, b);
}

TEST_CASE("index_put_: the gradient goes to the value and the rest",
          "[ops][grad]") {
  const Tensor x = ones({3}, {.requires_grad = true});
  const Tensor v = ones({2}, {.requires_grad = true});
  const Tensor y = mul(x, 2);
  index_put_(y, {tensor({0, 2})}, v);
  index_put_(y, {Slice(0, 1)}, mul(select(v, 0, 1), 5));
  y.backward(ones({3}));
  CHECK(list(x.grad()) == Values{0, 2, 0});
  CHECK(list(v.grad()) == Values{0, 6});
}

}  // namespace
}  // namespace cresset
