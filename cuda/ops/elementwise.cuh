// Kernels from elementwise op structs: one function of each op for each
// compute type, for all dtypes and layouts; for the .cu files of the families.
//
//   const ElementwiseRow* const kRows = rows_of(UnaryFamily::Ops());
//   void unary_cuda(const ElementwiseCall& call) {
//     run_elementwise(kRows, call);
//   }
//
// A thread computes kPerThread elements. In float these are four neighbours,
// read and written as vectors, wherever rows are dense, of float32 or 16 bits
// and a multiple of four long (or there is one row only); inputs that repeat
// along a row are read once a vector. All else goes element by element, lanes
// side by side, by functions that all kernels of a file share: that keeps each
// kernel small, and there are hundreds.

#ifndef CRESSET_CUDA_OPS_ELEMENTWISE_CUH_
#define CRESSET_CUDA_OPS_ELEMENTWISE_CUH_

#include <cuda_runtime.h>

#include <cstdint>
#include <type_traits>

#include "cresset/cuda/ops/convert.cuh"
#include "cresset/cuda/ops/elementwise.h"
#include "cresset/cuda/ops/strided.cuh"
#include "cresset/tensor/ops/op_list.h"

namespace cresset::internal::cuda {

template <class V>
constexpr int kPerThread = sizeof(V) == 4 ? 4 : 2;

// The elements of one thread.
template <class V>
struct Few {
  V at[kPerThread<V>];
};

// The number that stands for input k.
template <class V>
__device__ V number_of(const ElementwiseArgs& args, int k) {
  if constexpr (std::is_integral_v<V>) {
    return args.whole[k];
  } else {
    return static_cast<V>(args.number[k]);
  }
}

// Four neighbours of input k, the first of which lies at p.
__device__ inline void load_vector(const ElementwiseArgs& args, int k,
                                   const char* p, Few<float>& y) {
  const Dtype dtype = args.dtypes[k + 1];
  if (args.is_number[k] || args.repeats[k]) {
    float x;
    if (args.is_number[k]) {
      x = number_of<float>(args, k);
    } else if (dtype == Dtype::kFloat32) {
      x = *reinterpret_cast<const float*>(p);
    } else {
      x = load_any<float>(p, dtype);
    }
#pragma unroll
    for (float& one : y.at) one = x;
  } else if (dtype == Dtype::kFloat32) {
    load_elements<float>(p, y.at);
  } else if (dtype == Dtype::kFloat16) {
    load_elements<Half>(p, y.at);
  } else if (dtype == Dtype::kBfloat16) {
    load_elements<BFloat16>(p, y.at);
  } else {
    load_elements<bool>(p, y.at);
  }
}

__device__ inline void store_vector(char* p, Dtype dtype, const Few<float>& x) {
  if (dtype == Dtype::kFloat32) {
    store_elements<float>(p, x.at);
  } else if (dtype == Dtype::kFloat16) {
    store_elements<Half>(p, x.at);
  } else if (dtype == Dtype::kBfloat16) {
    store_elements<BFloat16>(p, x.at);
  } else {
    store_elements<bool>(p, x.at);
  }
}

// Elements first, first + step, ... of input k; 1 beyond the end.
template <class V>
__device__ __attribute__((noinline)) Few<V> load_few(
    const ElementwiseArgs& args, int k, uint32_t first, uint32_t step) {
  constexpr int kPer = kPerThread<V>;
  Few<V> y;
  if (args.is_number[k]) {
#pragma unroll
    for (V& one : y.at) one = number_of<V>(args, k);
    return y;
  }
  const char* p[kPer];
#pragma unroll
  for (int e = 0; e < kPer; ++e) {
    const uint32_t i = first + e * step;
    p[e] = i < args.space.numel ? args.data[k + 1] + args.space.offset(i, k + 1)
                                : nullptr;
  }
  const Dtype dtype = args.dtypes[k + 1];
#pragma unroll
  for (int e = 0; e < kPer; ++e) {
    if (p[e] == nullptr) {
      y.at[e] = 1;
    } else if (dtype == dtype_of<V>) {
      y.at[e] = *reinterpret_cast<const V*>(p[e]);
    } else {
      y.at[e] = load_any<V>(p[e], dtype);
    }
  }
  return y;
}

template <class V>
__device__ __attribute__((noinline)) void store_few(const ElementwiseArgs& args,
                                                    uint32_t first,
                                                    uint32_t step, Few<V> x) {
  const Dtype dtype = args.dtypes[0];
#pragma unroll
  for (int e = 0; e < kPerThread<V>; ++e) {
    const uint32_t i = first + e * step;
    if (i >= args.space.numel) break;
    char* p = args.data[0] + args.space.offset(i, 0);
    if (dtype == dtype_of<V>) {
      *reinterpret_cast<V*>(p) = x.at[e];
    } else if (dtype == Dtype::kBool) {
      *reinterpret_cast<bool*>(p) = x.at[e] != 0;
    } else {
      store_any<V>(p, dtype, x.at[e]);
    }
  }
}

template <class Op, class V, bool is_grad>
__device__ V apply(const Op& f, V a, V b, V c) {
  if constexpr (is_grad) {
    return f.template grad<V>(a, b, b);
  } else if constexpr (Op::kArity == 1) {
    return static_cast<V>(f.template value<V>(a));
  } else if constexpr (Op::kArity == 2) {
    return static_cast<V>(f.template value<V>(a, b));
  } else if constexpr (Op::kReadsMask) {
    return f.template value<V>(static_cast<uint8_t>(a != 0), b, c);
  } else {
    return f.template value<V>(a, b, c);
  }
}

template <class Op>
constexpr bool op_has_grad(decltype(Op::kSaves)*) {
  return true;
}
template <class Op>
constexpr bool op_has_grad(...) {
  return false;
}

// How many inputs the function reads.
template <class Op, bool is_grad>
constexpr int inputs_of() {
  if constexpr (is_grad) {
    return Op::kSaves == Saves::kNothing ? 1 : 2;
  } else {
    return Op::kArity;
  }
}

template <class Op, class V, bool is_grad>
__global__ void __launch_bounds__(kElementwiseBlock)
    elementwise_kernel(const __grid_constant__ ElementwiseArgs args) {
  constexpr int kInputs = inputs_of<Op, is_grad>();
  constexpr int kPer = kPerThread<V>;
  constexpr bool kHasVectors = std::is_same_v<V, float>;
  const bool by_vectors = kHasVectors && args.vectors;
  const uint32_t tile = blockIdx.x * (kElementwiseBlock * kPer);
  const uint32_t first = tile + threadIdx.x * (by_vectors ? kPer : 1);
  const uint32_t step = by_vectors ? 1 : kElementwiseBlock;
  if (first >= args.space.numel) return;

  const bool whole = by_vectors && first + kPer <= args.space.numel;
  Few<V> x[3] = {};
  char* y = nullptr;
  if (whole) {
    if constexpr (kHasVectors) {
      int64_t at[4];
      args.space.offsets(first, at);
      y = args.data[0] + at[0];
#pragma unroll
      for (int k = 0; k < kInputs; ++k) {
        load_vector(args, k, args.data[k + 1] + at[k + 1], x[k]);
      }
    }
  } else {
#pragma unroll
    for (int k = 0; k < kInputs; ++k) x[k] = load_few<V>(args, k, first, step);
  }

  const Op& f = *reinterpret_cast<const Op*>(args.op);
#pragma unroll
  for (int e = 0; e < kPer; ++e) {
    x[0].at[e] = apply<Op, V, is_grad>(f, x[0].at[e], x[1].at[e], x[2].at[e]);
  }

  if (whole) {
    if constexpr (kHasVectors) store_vector(y, args.dtypes[0], x[0]);
  } else {
    store_few<V>(args, first, step, x[0]);
  }
}

template <class Op>
ElementwiseRow elementwise_row() {
  static_assert(sizeof(Op) <= kMaxOpBytes && std::is_trivially_copyable_v<Op>);
  ElementwiseRow row = {};
  row.op_bytes = sizeof(Op);
  if constexpr (computes_floats(Op::kDomain)) {
    row.value[0] = elementwise_kernel<Op, float, false>;
    row.value[1] = elementwise_kernel<Op, double, false>;
  }
  if constexpr (computes_integers(Op::kDomain)) {
    row.value[2] = elementwise_kernel<Op, int64_t, false>;
  }
  if constexpr (op_has_grad<Op>(nullptr)) {
    row.grad[0] = elementwise_kernel<Op, float, true>;
    row.grad[1] = elementwise_kernel<Op, double, true>;
  }
  return row;
}

// The table of a family, in the order of its list.
template <class... Ops>
const ElementwiseRow* rows_of(OpList<Ops...>) {
  static const ElementwiseRow kRows[] = {elementwise_row<Ops>()...};
  return kRows;
}

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_ELEMENTWISE_CUH_
