// The largest element of a row and the sum of exp(x - largest), found together
// in one pass.

#ifndef CRESSET_CUDA_OPS_SOFTMAX_CUH_
#define CRESSET_CUDA_OPS_SOFTMAX_CUH_

#include "cresset/cuda/ops/device.cuh"

namespace cresset::internal::cuda {

__device__ inline float exp_of(float x) { return CRESSET_LIBM(expf)(x); }
__device__ inline double exp_of(double x) { return CRESSET_LIBM(exp)(x); }
__device__ inline float log_of(float x) { return CRESSET_LIBM(logf)(x); }
__device__ inline double log_of(double x) { return CRESSET_LIBM(log)(x); }

// A NaN is passed over here; it makes the sum NaN.
template <class V>
__device__ V larger(V a, V b) {
  return a > b || b != b ? a : b;
}

// The same warning as in device.cuh's reductions: one type for all lanes.
struct Larger {
  template <class V>
  __device__ V operator()(V a, V b) const {
    return larger(a, b);
  }
};
struct Plus {
  template <class V>
  __device__ V operator()(V a, V b) const {
    return a + b;
  }
};

template <class V>
__device__ constexpr V lowest() {
  return -math::Ieee<V>::kInfinity;
}

// What exponents count from: the largest element, or 0 if all are -infinity,
// whose difference to themselves would be NaN too early.
template <class V>
__device__ V reference(V top) {
  return top == lowest<V>() ? V(0) : top;
}

template <class V>
struct ExpSum {
  V top = lowest<V>();
  V sum = 0;

  // Adds the elements v[0..kCount); -infinity adds nothing.
  template <int kCount>
  __device__ void add(const V (&v)[kCount]) {
    V most = top;
#pragma unroll
    for (int j = 0; j < kCount; ++j) most = larger(most, v[j]);
    const V from = reference(most);
    if (most != top) sum *= exp_of(top - from);
    top = most;
#pragma unroll
    for (int j = 0; j < kCount; ++j) sum += exp_of(v[j] - from);
  }

  // Adds another sum.
  __device__ void merge(V other_top, V other_sum) {
    const V most = larger(top, other_top), from = reference(most);
    sum = sum * exp_of(top - from) + other_sum * exp_of(other_top - from);
    top = most;
  }

  // The sums of all threads of a block, in every thread.
  __device__ void reduce_block() {
    const V most = block_reduce(top, lowest<V>(), Larger{});
    sum = block_reduce(sum * exp_of(top - reference(most)), V(0), Plus{});
    top = most;
  }
};

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_SOFTMAX_CUH_
