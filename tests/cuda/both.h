// The same op with the same arguments on the CPU and on a device.

#ifndef CRESSET_TESTS_CUDA_BOTH_H_
#define CRESSET_TESTS_CUDA_BOTH_H_

#include <vector>

#include "cresset/tensor/core/backend.h"
#include "cresset/tests/cuda/compare.h"

namespace cresset::testing {

using Tensors = std::vector<Tensor>;

// n numbers from 0 below `size` in no pattern, as int64; duplicates occur.
inline Tensor places(IntSpan shape, int64_t size, uint64_t seed = 1) {
  const Tensor x = empty(shape, {.dtype = int64, .device = Device()});
  uint64_t state = seed * 0x9e3779b97f4a7c15u + 7;
  for (int64_t i = 0; i < x.numel(); ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    x.data<int64_t>()[i] =
        static_cast<int64_t>((state >> 33) % static_cast<uint64_t>(size));
  }
  return x;
}

inline Tensors on_gpu(const Tensors& inputs) {
  Tensors far;
  for (const Tensor& x : inputs) far.push_back(x.to(kGpu));
  return far;
}

// f takes Tensors and gives Tensors.
template <class F>
void check_both(const Tensors& inputs, F&& f, double tolerance = -1) {
  const Tensors y = f(inputs), z = f(on_gpu(inputs));
  REQUIRE(y.size() == z.size());
  for (size_t i = 0; i < y.size(); ++i) {
    INFO("result " << i);
    check_same(z[i].contiguous(), y[i].contiguous(), tolerance);
  }
}

// The gradients of the floating inputs of f, whose first result counts.
template <class F>
Tensors gradients(const Tensors& inputs, F&& f) {
  Tensors leaves;
  for (const Tensor& x : inputs) {
    leaves.push_back(x.detach());
    if (is_floating(x.dtype())) leaves.back().requires_grad_();
  }
  const Tensor y = f(leaves)[0];
  y.backward(numbers(y.sizes(), y.dtype(), 99).to(y.device()));
  Tensors result;
  for (const Tensor& x : leaves) {
    if (x.grad().defined()) result.push_back(x.grad());
  }
  return result;
}

template <class F>
void check_gradients(const Tensors& inputs, F&& f, double tolerance = -1) {
  check_both(
      inputs, [&](const Tensors& t) { return gradients(t, f); }, tolerance);
}

// The text of the error of f, or of the wait that follows it.
template <class F>
std::string error_on_gpu(F&& f) {
  try {
    f();
    synchronize(kGpu);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace cresset::testing

#endif  // CRESSET_TESTS_CUDA_BOTH_H_
