// Kernels from elementwise op structs: one function of each op for each
// compute type, for all dtypes and layouts; for the .cu files of the families.
//
//   const ElementwiseRow* const kRows = rows_of(UnaryFamily::Ops());
//   void unary_cuda(const ElementwiseCall& call) {
//     run_elementwise(kRows, call);
//   }
//
// A thread computes kPerThread elements. In float these are vectors of four
// neighbours wherever rows are dense, float32 or 16 bits wide and a multiple
// of four long (or there is one row only); inputs that repeat along a row are
// read once a vector. All else goes element by element, with lanes side by
// side.

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
constexpr int kPerThread = sizeof(V) == 4 ? 8 : 2;

// Four elements of a float operand from one place. `repeats` says that they
// are all the first one.
__device__ inline void load_vector(const char* p, Dtype dtype, bool repeats,
                                   float* y) {
  float x[4];
  if (repeats) {
    x[0] = dtype == Dtype::kFloat32 ? *reinterpret_cast<const float*>(p)
                                    : load_any<float>(p, dtype);
    x[1] = x[2] = x[3] = x[0];
  } else if (dtype == Dtype::kFloat32) {
    load_elements<float>(p, x);
  } else if (dtype == Dtype::kFloat16) {
    load_elements<Half>(p, x);
  } else if (dtype == Dtype::kBfloat16) {
    load_elements<BFloat16>(p, x);
  } else {
    load_elements<bool>(p, x);
  }
#pragma unroll
  for (int i = 0; i < 4; ++i) y[i] = x[i];
}

__device__ inline void store_vector(char* p, Dtype dtype, const float* y) {
  const float x[4] = {y[0], y[1], y[2], y[3]};
  if (dtype == Dtype::kFloat32) {
    store_elements<float>(p, x);
  } else if (dtype == Dtype::kFloat16) {
    store_elements<Half>(p, x);
  } else if (dtype == Dtype::kBfloat16) {
    store_elements<BFloat16>(p, x);
  } else {
    store_elements<bool>(p, x);
  }
}

template <class V>
__device__ V load_element(const char* p, Dtype dtype) {
  if (dtype == dtype_of<V>) return *reinterpret_cast<const V*>(p);
  return load_any<V>(p, dtype);
}
template <class V>
__device__ void store_element(char* p, Dtype dtype, V x) {
  if (dtype == dtype_of<V>) {
    *reinterpret_cast<V*>(p) = x;
  } else if (dtype == Dtype::kBool) {
    *reinterpret_cast<bool*>(p) = x != 0;
  } else {
    store_any<V>(p, dtype, x);
  }
}

template <class V>
__device__ V number_of(const ElementwiseArgs& args, int k) {
  if constexpr (std::is_integral_v<V>) {
    return args.whole[k];
  } else {
    return static_cast<V>(args.number[k]);
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
  const Op& f = *reinterpret_cast<const Op*>(args.op);
  const uint32_t n = args.space.numel;
  const uint32_t tile = blockIdx.x * (kElementwiseBlock * kPer);
  // What lies beyond the end is computed on ones, and on nothing if the
  // operand is a number.
  V x[3][kPer];
  int64_t to[kPer];
#pragma unroll
  for (int k = 0; k < 3; ++k) {
    const V rest = k < kInputs && args.is_number[k] ? number_of<V>(args, k) : 1;
#pragma unroll
    for (int e = 0; e < kPer; ++e) x[k][e] = rest;
  }

  if (std::is_same_v<V, float> && args.vectors) {
    if constexpr (std::is_same_v<V, float>) {
#pragma unroll
      for (int v = 0; v < kPer; v += 4) {
        const uint32_t i = tile + v * kElementwiseBlock + threadIdx.x * 4;
        if (i >= n) break;
        int64_t at[4];
        args.space.offsets(i, at);
        to[v] = at[0];
        const bool whole = i + 4 <= n;
#pragma unroll
        for (int k = 0; k < kInputs; ++k) {
          if (args.is_number[k]) continue;
          const char* p = args.data[k + 1] + at[k + 1];
          if (whole) {
            load_vector(p, args.dtypes[k + 1], args.repeats[k], x[k] + v);
          } else {
            // The end of the only row.
            const int64_t step = args.steps[k + 1];
            for (uint32_t e = 0; e < n - i; ++e) {
              const V one = load_any<V>(p + e * step, args.dtypes[k + 1]);
#pragma unroll
              for (uint32_t s = 0; s < 4; ++s) {
                if (s == e) x[k][v + s] = one;
              }
            }
          }
        }
      }
    }
  } else {
#pragma unroll
    for (int e = 0; e < kPer; ++e) {
      const uint32_t i = tile + e * kElementwiseBlock + threadIdx.x;
      if (i >= n) break;
      int64_t at[4];
      args.space.offsets(i, at);
      to[e] = at[0];
#pragma unroll
      for (int k = 0; k < kInputs; ++k) {
        if (args.is_number[k]) continue;
        x[k][e] =
            load_element<V>(args.data[k + 1] + at[k + 1], args.dtypes[k + 1]);
      }
    }
  }

#pragma unroll
  for (int e = 0; e < kPer; ++e) {
    x[0][e] = apply<Op, V, is_grad>(f, x[0][e], x[1][e], x[2][e]);
  }

  if (std::is_same_v<V, float> && args.vectors) {
    if constexpr (std::is_same_v<V, float>) {
#pragma unroll
      for (int v = 0; v < kPer; v += 4) {
        const uint32_t i = tile + v * kElementwiseBlock + threadIdx.x * 4;
        if (i >= n) break;
        char* p = args.data[0] + to[v];
        if (i + 4 <= n) {
          store_vector(p, args.dtypes[0], x[0] + v);
        } else {
#pragma unroll
          for (uint32_t s = 0; s < 4; ++s) {
            if (i + s < n) {
              store_any<V>(p + s * args.steps[0], args.dtypes[0], x[0][v + s]);
            }
          }
        }
      }
    }
  } else {
#pragma unroll
    for (int e = 0; e < kPer; ++e) {
      const uint32_t i = tile + e * kElementwiseBlock + threadIdx.x;
      if (i >= n) break;
      store_element<V>(args.data[0] + to[e], args.dtypes[0], x[0][e]);
    }
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
