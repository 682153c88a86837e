// Softmax on the device.

#include "cresset/tensor/ops/softmax.h"

#include "cresset/cuda/cuda.h"
#include "cresset/tensor/ops/attention.h"
#include "cresset/tests/cuda/both.h"
#include "cresset/tests/cuda/device.h"
#include "cresset/tests/ops/close.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

using namespace testing;  // NOLINT

double tolerance_for(Dtype dtype) {
  return dtype == float64   ? 1e-12
         : dtype == float32 ? 1e-5
                            : tolerance_of(dtype);
}

void check_softmax(const Tensor& x, int64_t dim) {
  CAPTURE(x.sizes(), dim, x.dtype());
  for (const bool log : {false, true}) {
    const auto run = [&](const Tensors& t) {
      return Tensors{log ? log_softmax(t[0], dim) : softmax(t[0], dim)};
    };
    check_both({x}, run, tolerance_for(x.dtype()));
    check_gradients({x}, run, 4 * tolerance_for(x.dtype()));
  }
}

}  // namespace

TEST_CASE("cuda softmax: rows of every length", "[cuda][ops][grad]") {
  CRESSET_NEEDS_CUDA();
  for (const int64_t n :
       {1, 2, 10, 16, 17, 31, 64, 127, 512, 1000, 1024, 1025, 4096, 13000}) {
    check_softmax(numbers({5, n}), 1);
  }
  for (const Dtype dtype : {float64, float16, bfloat16}) {
    for (const int64_t n : {9, 24, 100, 1024, 3001}) {
      check_softmax(numbers({3, n}, dtype), -1);
    }
  }
}

TEST_CASE("cuda softmax: other dimensions", "[cuda][ops][grad]") {
  CRESSET_NEEDS_CUDA();
  for (const int64_t n : {1, 3, 31, 32, 33, 200}) {
    check_softmax(numbers({n, 7}), 0);
    check_softmax(numbers({2, n, 40}), 1);
    check_softmax(numbers({3, n, 2, 5}, bfloat16), 1);
    check_softmax(numbers({3, n, 3}, float64), 1);
  }
  check_softmax(numbers({2, 0, 3}), 1);
  check_softmax(numbers({}), 0);
}

TEST_CASE("cuda softmax: layouts", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = numbers({6, 64});
  check_same(softmax(shifted(x.to(kGpu)), 1), softmax(x, 1), 1e-5);
  check_same(softmax(reversed(x.to(kGpu)), 1), softmax(x, 1), 1e-5);
  check_same(softmax(gapped(x.to(kGpu)), 0), softmax(x, 0), 1e-5);
  check_same(softmax(x.to(kGpu), 1, float64), softmax(x, 1, float64));
}

TEST_CASE("cuda softmax: infinities and NaN", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  for (const int64_t n : {4, 40, 2000}) {
    for (const Values& start :
         {Values{-kInf, -kInf, 1, 2}, Values{kInf, 0, 1, 2},
          Values{kNan, 0, 1, 2}, Values{1e30, -1e30, 1e30, 0}}) {
      for (const bool all_same : {false, true}) {
        const Tensor x = empty({2, n}).fill_(all_same ? start[0] : -3);
        if (!all_same) {
          for (size_t i = 0; i < 4; ++i) {
            x.data<float>()[i] = static_cast<float>(start[i]);
          }
        }
        CAPTURE(n, start, all_same);
        for (const int64_t dim : {0, 1}) {
          check_same(softmax(x.to(kGpu), dim), softmax(x, dim), 1e-5);
          check_same(log_softmax(x.to(kGpu), dim), log_softmax(x, dim), 1e-5);
        }
      }
    }
  }
}

TEST_CASE("cuda attention: composed of ops of the device",
          "[cuda][ops][grad]") {
  CRESSET_NEEDS_CUDA();
  const Tensors inputs = {numbers({2, 3, 5, 8}, float32, 1),
                          numbers({2, 3, 6, 8}, float32, 2),
                          numbers({2, 3, 6, 4}, float32, 3)};
  for (const bool causal : {false, true}) {
    check_gradients(
        inputs,
        [&](const Tensors& t) {
          return Tensors{scaled_dot_product_attention(t[0], t[1], t[2],
                                                      {.is_causal = causal})};
        },
        2e-4);
  }
  const Tensors far = on_gpu(inputs);
  const auto work = [&] {
    return scaled_dot_product_attention(far[0], far[1], far[2],
                                        {.is_causal = true});
  };
  const Tensor wanted = work().cpu();
  Tensor y;
  cuda::Graph graph;
  graph.capture([&] { y = work(); });
  graph.replay();
  check_same(y, wanted);
}

}  // namespace cresset
