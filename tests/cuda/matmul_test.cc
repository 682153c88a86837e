// Products on the device.

#include "cresset/tensor/ops/matmul.h"

#include "cresset/cuda/cuda.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tests/cuda/both.h"
#include "cresset/tests/cuda/device.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

using namespace testing;  // NOLINT

// The factors hold multiples of 1/8, so float32 sums are exact: any order of
// adding gives the same.
void check_product(const Tensor& a, const Tensor& b) {
  CAPTURE(a.sizes(), a.strides(), b.sizes(), b.strides(), a.dtype());
  check_same(matmul(a.to(kGpu), b.to(kGpu)), matmul(a, b));
}

// On the device with x's own strides.
Tensor moved(const Tensor& x) {
  const Tensor y = empty_strided(x.sizes(), x.strides(),
                                 {.dtype = x.dtype(), .device = kGpu});
  y.copy_(x);
  return y;
}

}  // namespace

TEST_CASE("cuda matmul: sizes from nothing to some tiles", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  for (const int64_t m : {0, 1, 2, 33}) {
    for (const int64_t n : {0, 1, 5, 64}) {
      for (const int64_t k : {0, 1, 3, 70}) {
        check_product(numbers({m, k}, float32, 1), numbers({k, n}, float32, 2));
      }
    }
  }
}

TEST_CASE("cuda matmul: every dtype that has products", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  for (const Dtype dtype : {float32, float64, float16, bfloat16, uint8, int8,
                            int16, int32, int64}) {
    check_product(numbers({19, 23}, dtype, 1), numbers({23, 17}, dtype, 2));
    check_product(numbers({3, 4, 5}, dtype, 1), numbers({3, 5, 2}, dtype, 2));
    check_product(numbers({40}, dtype, 1), numbers({40}, dtype, 2));
  }
  const Tensor wraps = numbers({2, 300}, int8, 3);
  check_product(wraps, transpose(wraps, 0, 1));
  const Tensor flags = numbers({2, 2}).to(bool_).to(kGpu);
  CHECK_ERROR(matmul(flags, flags), kDtype, "matmul: bool has no product");
}

TEST_CASE("cuda matmul: operands in any layout", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  for (const Dtype dtype : {float32, bfloat16, int32}) {
    const Tensor a = numbers({6, 9}, dtype, 1), b = numbers({9, 7}, dtype, 2);
    const Tensor wanted = mm(a, b);
    for (const Tensor& x :
         {a, reversed(a), gapped(a), with_strides(a, {20, 1}),
          with_strides(a, {1, 8}), with_strides(a, {2, 30})}) {
      for (const Tensor& y :
           {b, reversed(b), gapped(b), with_strides(b, {8, 1}),
            with_strides(b, {1, 11})}) {
        CAPTURE(x.strides(), y.strides(), dtype);
        check_same(mm(moved(x), moved(y)), wanted);
      }
    }
    check_same(mm(shifted(a.to(kGpu)), shifted(b.to(kGpu))), wanted);
    // Rows and columns that are one element again and again.
    const Tensor row = numbers({1, 9}, dtype, 3), far = row.to(kGpu);
    check_same(mm(expand(far, {4, 9}), b.to(kGpu)), mm(expand(row, {4, 9}), b));
    check_same(
        mm(b.to(kGpu),
           expand(transpose(far, 0, 1), {9, 3}).t().narrow(1, 0, 7).t()),
        mm(b, expand(transpose(row, 0, 1), {9, 3}).t().narrow(1, 0, 7).t()));
  }
}

TEST_CASE("cuda matmul: batches", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  const Tensor a = numbers({4, 3, 5}, float32, 1);
  const Tensor b = numbers({4, 5, 6}, float32, 2);
  check_product(a, b);
  check_product(a, numbers({5, 6}, float32, 3));
  check_product(numbers({3, 5}, float32, 3), b);
  check_product(numbers({2, 1, 3, 5}, float32, 1), b);
  check_product(a, numbers({5}, float32, 3));
  check_product(numbers({5}, float32, 3), b);
  // One matrix for all of the batch, read in place or copied once.
  const Tensor one = numbers({1, 5, 6}, float32, 4);
  check_same(bmm(a.to(kGpu), expand(one.to(kGpu), {4, 5, 6})),
             bmm(a, expand(one, {4, 5, 6})));
  const Tensor wide = numbers({1, 5, 12}, float32, 5);
  check_same(bmm(a.to(kGpu), expand(moved(gapped(wide)), {4, 5, 12})),
             bmm(a, expand(wide, {4, 5, 12})));
  const Tensor turned = transpose(numbers({4, 5, 3}, float32, 6), 1, 2);
  check_same(bmm(moved(turned), b.to(kGpu)), bmm(turned, b));
  // The batch in the middle, as attention's heads lie.
  const Tensor heads = transpose(numbers({3, 4, 5}, float32, 7), 0, 1);
  check_same(bmm(moved(heads), b.to(kGpu)), bmm(heads, b));
}

TEST_CASE("cuda linear: with and without a bias", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  for (const Dtype dtype : {float32, float64, float16, bfloat16, int32}) {
    for (const int64_t rows : {0, 1, 7, 40}) {
      for (const int64_t out : {1, 10, 48}) {
        CAPTURE(dtype, rows, out);
        const Tensor x = numbers({rows, 12}, dtype, 1);
        const Tensor w = numbers({out, 12}, dtype, 2);
        const Tensor bias = numbers({out}, dtype, 3);
        check_same(linear(x.to(kGpu), w.to(kGpu)), linear(x, w));
        const Tensor wanted = linear(x, w, bias);
        check_same(linear(x.to(kGpu), w.to(kGpu), bias.to(kGpu)), wanted);
        check_same(linear(x.to(kGpu), w.to(kGpu), shifted(bias.to(kGpu))),
                   wanted);
        check_same(linear(shifted(x.to(kGpu)), moved(gapped(w)), bias.to(kGpu)),
                   wanted);
      }
    }
  }
  const Tensor none = empty({4, 0}), far = none.to(kGpu);
  const Tensor bias = numbers({3}, float32, 3);
  check_same(linear(far, empty({3, 0}, {.device = kGpu}), bias.to(kGpu)),
             linear(none, empty({3, 0}), bias));
}

TEST_CASE("cuda matmul: gradients", "[cuda][ops][grad]") {
  CRESSET_NEEDS_CUDA();
  const auto product = [](const Tensors& t) {
    return Tensors{matmul(t[0], t[1])};
  };
  check_gradients({numbers({4, 6}), numbers({6, 5}, float32, 2)}, product);
  check_gradients({numbers({2, 4, 6}), numbers({6, 5}, float32, 2)}, product);
  check_gradients({numbers({3, 1, 4, 6}), numbers({2, 6, 5}, float32, 2)},
                  product);
  check_gradients({numbers({6}), numbers({6}, float32, 2)}, product);
  check_gradients(
      {numbers({9, 6}), numbers({5, 6}, float32, 2), numbers({5}, float32, 3)},
      [](const Tensors& t) { return Tensors{linear(t[0], t[1], t[2])}; });
  check_gradients(
      {numbers({5}), numbers({4, 6}, float32, 2), numbers({6, 5}, float32, 3)},
      [](const Tensors& t) {
        return Tensors{addmm(t[0], t[1], t[2], {.beta = 2, .alpha = 0.5})};
      });
}

TEST_CASE("cuda matmul: TF32 changes float32 alone", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  CHECK_FALSE(cuda::matmul_allow_tf32());
  const Tensor a = numbers({64, 64}, float32, 1);
  const Tensor b = numbers({64, 64}, float32, 2), bias = numbers({64});
  cuda::set_matmul_allow_tf32(true);
  // Multiples of 1/8 below 4 are exact in TF32.
  check_same(mm(a.to(kGpu), b.to(kGpu)), mm(a, b));
  check_same(linear(a.to(kGpu), b.to(kGpu), bias.to(kGpu)), linear(a, b, bias));
  check_same(mm(a.to(float64).to(kGpu), b.to(float64).to(kGpu)),
             mm(a.to(float64), b.to(float64)));
  cuda::set_matmul_allow_tf32(false);
}

TEST_CASE("cuda matmul: nothing waits, so a graph can hold it", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  const Tensor a = numbers({8, 6}).to(kGpu), w = numbers({6, 6}).to(kGpu);
  const Tensor bias = numbers({6}).to(kGpu);
  const auto work = [&] { return mm(linear(a, w, bias), w).t().sum(); };
  const Tensor wanted = work();
  Tensor y;
  cuda::Graph graph;
  graph.capture([&] { y = work(); });
  graph.replay();
  check_same(y, wanted.cpu());
  a.copy_(numbers({8, 6}, float32, 5));
  graph.replay();
  check_same(y, work().cpu());
}

}  // namespace cresset
