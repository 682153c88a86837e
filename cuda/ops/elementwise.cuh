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

#include <bit>
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

// Four neighbours of an input as they are stored; all inputs are asked for
// before the first is looked at.
struct StoredFour {
  uint32_t words[4];
};

// Those of input k, the first of which lies at p. If one element serves all,
// the first word is that one, as a float.
__device__ inline StoredFour load_stored(const ElementwiseArgs& args, int k,
                                         const char* p) {
  StoredFour y = {};
  const Dtype dtype = args.dtypes[k + 1];
  if (args.is_number[k]) {
    y.words[0] = std::bit_cast<uint32_t>(number_of<float>(args, k));
  } else if (args.repeats[k] && dtype != Dtype::kFloat32) {
    y.words[0] = std::bit_cast<uint32_t>(load_any<float>(p, dtype));
  } else if (args.repeats[k] || dtype == Dtype::kBool) {
    y.words[0] = *reinterpret_cast<const uint32_t*>(p);
  } else if (dtype == Dtype::kFloat32) {
    load_elements<uint32_t>(p, y.words);
  } else {
    uint32_t pairs[2];
    load_elements<uint32_t>(p, pairs);
    y.words[0] = pairs[0];
    y.words[1] = pairs[1];
  }
  return y;
}

__device__ inline Few<float> floats_of(const ElementwiseArgs& args, int k,
                                       const StoredFour& x) {
  const Dtype dtype = args.dtypes[k + 1];
  const uint32_t(&w)[4] = x.words;
  const auto low = [&](int i) { return static_cast<uint16_t>(w[i]); };
  const auto high = [&](int i) { return static_cast<uint16_t>(w[i] >> 16); };
  if (args.is_number[k] || args.repeats[k]) {
    const float one = std::bit_cast<float>(w[0]);
    return {one, one, one, one};
  }
  if (dtype == Dtype::kFloat32) {
    return {std::bit_cast<float>(w[0]), std::bit_cast<float>(w[1]),
            std::bit_cast<float>(w[2]), std::bit_cast<float>(w[3])};
  }
  if (dtype == Dtype::kFloat16) {
    return {half_bits_to_float(low(0)), half_bits_to_float(high(0)),
            half_bits_to_float(low(1)), half_bits_to_float(high(1))};
  }
  if (dtype == Dtype::kBfloat16) {
    return {bfloat16_to_float(low(0)), bfloat16_to_float(high(0)),
            bfloat16_to_float(low(1)), bfloat16_to_float(high(1))};
  }
  const auto truth = [&](int i) {
    return (w[0] >> (i * 8) & 0xff) != 0 ? 1.0f : 0.0f;
  };
  return {truth(0), truth(1), truth(2), truth(3)};
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
      StoredFour stored[kInputs];
#pragma unroll
      for (int k = 0; k < kInputs; ++k) {
        stored[k] = load_stored(args, k, args.data[k + 1] + at[k + 1]);
      }
#pragma unroll
      for (int k = 0; k < kInputs; ++k) x[k] = floats_of(args, k, stored[k]);
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
