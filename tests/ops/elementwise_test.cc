// The engine of elementwise ops over dtypes and memory layouts.

#include "cresset/tensor/ops/elementwise.h"

#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/division.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tensor/ops/where.h"
#include "cresset/tests/ops/close.h"

namespace cresset {
namespace {

constexpr Dtype kComputing[] = {bool_, uint8,   int8,     int16,   int32,
                                int64, float16, bfloat16, float32, float64};

struct Layout {
  const char* name;
  Tensor (*make)(const Tensor& x);  // the same elements, laid out otherwise
};

const Layout kLayouts[] = {
    {"row-major", [](const Tensor& x) { return x.contiguous(); }},
    {"transposed",
     [](const Tensor& x) {
       return transpose(transpose(x, 0, 1).contiguous(), 0, 1);
     }},
    {"every second column",
     [](const Tensor& x) {
       const Tensor wide =
           zeros({x.size(0), 2 * x.size(1)}, {.dtype = x.dtype()});
       const Tensor part = as_strided(wide, x.sizes(), {2 * x.size(1), 2}, 0);
       return part.copy_(x);
     }},
    {"behind an offset",
     [](const Tensor& x) {
       const Tensor tall =
           zeros({x.size(0) + 1, x.size(1)}, {.dtype = x.dtype()});
       return narrow(tall, 0, 1, x.size(0)).copy_(x);
     }},
};

// Small integers, exact in every dtype.
Tensor counting(int64_t rows, int64_t columns, Dtype dtype) {
  return (reshape(arange(rows * columns), {rows, columns}) % 7).to(dtype);
}

TEST_CASE("elementwise: any layout and dtype gives the same values", "[ops]") {
  for (const Dtype left : kComputing) {
    for (const Dtype right : kComputing) {
      const Tensor a = counting(5, 6, left), b = counting(6, 5, right);
      const Tensor turned = transpose(b, 0, 1);
      const Values plain = list(a.to(float64) + turned.to(float64));
      const Dtype dtype = promote_types(left, right);
      for (const Layout& x : kLayouts) {
        INFO(to_string(left) << " " << x.name << " + " << to_string(right));
        const Tensor y = x.make(a) + x.make(turned.contiguous());
        CHECK(y.dtype() == dtype);
        CHECK(list(y) == list(tensor_of(plain).to(dtype)));
        CHECK(list(x.make(a) + turned) == list(y));
      }
    }
  }
}

TEST_CASE("elementwise: long rows cross chunks and threads", "[ops]") {
  const int64_t n = 100000;
  const Tensor x = arange(n, {.dtype = float32});
  const Tensor half = x.to(float16), whole = x.to(int32);
  const Values y = list(add(whole, x));
  bool right = true;
  for (int64_t i = 0; i < n; ++i) {
    right &= y.at(i) == static_cast<double>(2 * i);
  }
  CHECK(right);
  const int threads = get_num_threads();
  set_num_threads(1);
  const Tensor alone = exp(half * 1e-3);
  for (const int count : {2, 3}) {
    set_num_threads(count);
    CHECK(equal(exp(half * 1e-3), alone));
    CHECK(equal(mul(whole, 3), add(whole, add(whole, whole))));
    CHECK(equal(x * 2, x + x));
  }
  set_num_threads(threads);
}

TEST_CASE("elementwise: broadcasts over leading, middle and last dimensions",
          "[ops]") {
  const Tensor x = arange(6, {.dtype = float64});
  const Tensor column = view(arange(2, {.dtype = float64}), {2, 1});
  CHECK(list(view(x, {2, 3}) + column) == Values{0, 1, 2, 4, 5, 6});
  CHECK(list(column + view(x, {2, 3})) == Values{0, 1, 2, 4, 5, 6});
  CHECK(list(view(x, {3, 2}) * view(column, {2})) == Values{0, 1, 0, 3, 0, 5});
  CHECK(sizes_of(view(x, {1, 6, 1}) + zeros({4, 1, 3})) == Sizes{4, 6, 3});
  CHECK(list(expand(column, {2, 3}) + expand(column, {2, 3})) ==
        Values{0, 0, 0, 2, 2, 2});
  CHECK_ERROR(zeros({2, 3}) + zeros({2, 4}), kShape,
              "add: sizes must match or be 1 at every dimension");
}

TEST_CASE("elementwise: one element and none", "[ops]") {
  const Tensor one = full({}, 3, {.dtype = float64});
  CHECK((one + one).dim() == 0);
  CHECK(list(one + one) == Values{6});
  CHECK(list(one * arange(3)) == Values{0, 3, 6});
  CHECK((one * arange(3)).dtype() == float64);
  CHECK((one * zeros({3})).dtype() == float32);
  CHECK(sizes_of(zeros({0, 3}) + zeros({1, 3})) == Sizes{0, 3});
  CHECK(sizes_of(exp(zeros({2, 0}))) == Sizes{2, 0});
  CHECK(sizes_of(zeros({0}) + one) == Sizes{0});
}

TEST_CASE("elementwise: results take the memory order of the inputs", "[ops]") {
  const Tensor x = transpose(zeros({3, 2}), 0, 1);
  CHECK(exp(x).strides() == x.strides());
  CHECK((x + x).strides() == x.strides());
  CHECK((x + 1).strides() == x.strides());
  CHECK((x + zeros({2, 3})).is_contiguous());
  CHECK(exp(expand(zeros({1, 3}), {2, 3})).is_contiguous());
}

TEST_CASE("elementwise: in place on views", "[ops]") {
  const Tensor x = zeros({3, 4}, {.dtype = int32});
  add_(select(x, 1, 2), 5);
  mul_(narrow(x, 0, 1, 2), 2);
  CHECK(list(x) == Values{0, 0, 5, 0, 0, 0, 10, 0, 0, 0, 10, 0});
  const Tensor square = reshape(arange(4), {2, 2});
  add_(square, transpose(square, 0, 1).clone());
  CHECK(list(square) == Values{0, 3, 3, 6});
}

TEST_CASE("elementwise: writing into shared memory is an error",
          "[ops][error]") {
  const Tensor x = arange(5, {.dtype = float32});
  CHECK_ERROR(add_(narrow(x, 0, 1, 4), narrow(x, 0, 0, 4)), kState,
              "add_: some elements of the input tensor and the written-to "
              "tensor refer to a single memory location");
  CHECK_ERROR(add_(expand(zeros({1, 2}), {3, 2}), 1), kState,
              "add_: more than one element of the written-to tensor refers to "
              "a single memory location");
  CHECK_NOTHROW(add_(x, x));
  CHECK_NOTHROW(add_(narrow(x, 0, 0, 2), narrow(x, 0, 2, 2)));
}

TEST_CASE("elementwise: an in-place change is counted", "[ops]") {
  const Tensor x = zeros({2});
  const uint32_t before = x.version();
  add_(x, 1);
  exp_(x);
  masked_fill_(x, x > 1, 0);
  CHECK(x.version() == before + 3);
}

TEST_CASE("result_type: dimensions, 0-dim tensors and numbers", "[ops]") {
  using internal::Operand;
  const auto type = [](Operand a, Operand b) {
    const Operand both[] = {a, b};
    return internal::result_type(both);
  };
  const Tensor i32 = zeros({2}, {.dtype = int32});
  const Tensor zero_dim = full({}, 1, {.dtype = float64});
  CHECK(type(i32, Scalar(2)) == int32);
  CHECK(type(i32, Scalar(2.5)) == float32);
  CHECK(type(i32, zero_dim) == float64);
  CHECK(type(zeros({2}), zero_dim) == float32);
  CHECK(type(zeros({2}, {.dtype = bool_}), Scalar(1)) == int64);
  CHECK(type(zero_dim, Scalar(1)) == float64);
}

}  // namespace
}  // namespace cresset
