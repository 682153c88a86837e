// Normalisations on the device.

#include "cresset/tensor/ops/norm.h"

#include "cresset/cuda/cuda.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tests/cuda/both.h"
#include "cresset/tests/cuda/device.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

using namespace testing;  // NOLINT

// Sums in another order, and in 16 bits the rounded results of gradients that
// nearly cancel.
double tolerance_for(Dtype dtype) {
  return dtype == float64   ? 1e-11
         : dtype == float32 ? 5e-5
                            : 3 * tolerance_of(dtype);
}

}  // namespace

TEST_CASE("cuda batch_norm: training and evaluation", "[cuda][ops][grad]") {
  CRESSET_NEEDS_CUDA();
  for (const Sizes& sizes :
       {Sizes{16, 5}, Sizes{3, 40}, Sizes{700, 33}, Sizes{4, 3, 10},
        Sizes{2, 3, 7, 7}, Sizes{2, 4, 8, 8}, Sizes{5, 2, 64, 65},
        Sizes{2, 3, 2, 3, 4}}) {
    for (const Dtype dtype : {float32, float64, float16, bfloat16}) {
      for (const bool training : {true, false}) {
        CAPTURE(sizes, dtype, training);
        const int64_t c = sizes[1];
        const Dtype stored = dtype == float64 ? float64 : float32;
        const Tensors inputs = {numbers(sizes, dtype, 1),
                                numbers({c}, stored, 2),
                                numbers({c}, stored, 3)};
        const Tensor mean = numbers({c}, stored, 4);
        const Tensor var = add(numbers({c}, stored, 5), 4);
        const auto run = [&](const Tensors& t) {
          const Tensor m = mean.to(t[0].device()).clone();
          const Tensor v = var.to(t[0].device()).clone();
          const Tensor y =
              batch_norm(t[0], m, v, t[1], t[2], {.training = training});
          return Tensors{y, m, v};
        };
        check_both(inputs, run, tolerance_for(dtype));
        check_gradients(inputs, run, tolerance_for(dtype));
      }
    }
  }
}

TEST_CASE("cuda batch_norm: parts that are not there, or of other kinds",
          "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  const auto plain = [](const Tensors& t) {
    return Tensors{batch_norm(t[0], {}, {})};
  };
  check_both({numbers({3, 4, 5})}, plain, 5e-5);
  check_gradients({numbers({3, 4, 5})}, plain, 5e-5);
  // Running statistics with gaps, and of 16 bits.
  for (const Dtype dtype : {float32, bfloat16}) {
    const Tensor x = numbers({6, 4, 3}, dtype, 1);
    const auto run = [&](const Tensors& t) {
      const Tensor all = numbers({4, 2}, dtype, 2).to(t[0].device()).clone();
      const Tensor mean = internal::alias(all, {4}, {2}, 0);
      const Tensor var = internal::alias(all, {4}, {2}, 1);
      const Tensor y = batch_norm(t[0], mean, var, {}, {}, {.training = true});
      return Tensors{y, all};
    };
    check_both({x}, run, tolerance_for(dtype));
  }
  const Tensor far = numbers({1, 4}).to(kGpu);
  CHECK_ERROR(batch_norm(far, {}, {}), kShape, "more than 1 value");
}

TEST_CASE("cuda batch_norm: a mean far from 0 costs no digits", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = add(numbers({8, 2, 300}), 4096);
  const auto run = [](const Tensors& t) {
    return Tensors{batch_norm(t[0], {}, {})};
  };
  check_both({x}, run, 1e-3);
}

TEST_CASE("cuda layer_norm: rows of every length", "[cuda][ops][grad]") {
  CRESSET_NEEDS_CUDA();
  for (const int64_t m : {1, 3, 8, 32, 100, 768, 1023, 1024, 1025, 5000}) {
    for (const Dtype dtype : {float32, float64, float16, bfloat16}) {
      CAPTURE(m, dtype);
      const Tensors inputs = {numbers({7, m}, dtype, 1), numbers({m}, dtype, 2),
                              numbers({m}, dtype, 3)};
      const auto run = [&](const Tensors& t) {
        return Tensors{layer_norm(t[0], IntSpan(m), t[1], t[2])};
      };
      check_both(inputs, run, tolerance_for(dtype));
      check_gradients(inputs, run, tolerance_for(dtype));
    }
  }
  const auto plain = [](const Tensors& t) {
    return Tensors{layer_norm(t[0], {4, 6})};
  };
  check_both({numbers({2, 3, 4, 6})}, plain, 5e-5);
  check_gradients({numbers({2, 3, 4, 6})}, plain, 5e-5);
  // Many rows: the gradients of the parameters come from several blocks.
  const auto scaled = [](const Tensors& t) {
    return Tensors{layer_norm(t[0], IntSpan(40), t[1], t[2])};
  };
  check_gradients(
      {numbers({500, 40}), numbers({40}, float32, 2), numbers({40})}, scaled,
      2e-4);
  check_gradients({numbers({0, 40}), numbers({40}, float32, 2), numbers({40})},
                  scaled);
}

TEST_CASE("cuda group_norm and instance_norm", "[cuda][ops][grad]") {
  CRESSET_NEEDS_CUDA();
  const Tensors inputs = {numbers({2, 6, 5, 3}), numbers({6}, float32, 2),
                          numbers({6}, float32, 3)};
  check_gradients(
      inputs,
      [](const Tensors& t) { return Tensors{group_norm(t[0], 3, t[1], t[2])}; },
      5e-5);
  check_gradients(
      inputs,
      [](const Tensors& t) {
        return Tensors{instance_norm(t[0], {}, {}, t[1], t[2])};
      },
      5e-5);
}

TEST_CASE("cuda norm: views of memory that is not aligned", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = numbers({4, 8, 16});
  check_same(batch_norm(shifted(x.to(kGpu)), {}, {}), batch_norm(x, {}, {}),
             5e-5);
  check_same(layer_norm(shifted(x.to(kGpu)), {16}), layer_norm(x, {16}), 5e-5);
}

TEST_CASE("cuda norm: nothing waits, so a graph can hold it", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = numbers({4, 8, 6}).to(kGpu).requires_grad_();
  const Tensor mean = numbers({8}).to(kGpu), var = numbers({8}).to(kGpu);
  const auto step = [&] {
    x.set_grad(Tensor());
    const Tensor y = batch_norm(x, mean, var, {}, {}, {.training = true});
    layer_norm(mul(y, y), {6}).mul(y).sum().backward();
  };
  step();
  const Tensor wanted = x.grad().cpu();
  cuda::Graph graph;
  graph.capture(step);
  graph.replay();
  check_same(x.grad(), wanted);
}

}  // namespace cresset
