// 16 bytes at a time: how kernels read and write rows of floating elements.

#ifndef CRESSET_CUDA_OPS_PACK_CUH_
#define CRESSET_CUDA_OPS_PACK_CUH_

#include <initializer_list>

#include "cresset/cuda/ops/convert.cuh"
#include "cresset/cuda/ops/device.cuh"
#include "cresset/tensor/base/dtype.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset::internal::cuda {

// What elements of a type are computed in.
template <class T>
struct ComputeOf {
  using Type = float;
};
template <>
struct ComputeOf<double> {
  using Type = double;
};
template <class T>
using Compute = typename ComputeOf<T>::Type;

// Elements in 16 bytes.
template <class T>
inline constexpr int kPack = 16 / static_cast<int>(sizeof(T));

// The elements [first, first + kPack) of a row of n; `fill` past its end.
// `aligned` says that every whole pack of the row starts at 16 bytes.
template <class T>
__device__ void load_pack(const T* row, int64_t first, int64_t n, bool aligned,
                          Compute<T> fill, Compute<T> (&v)[kPack<T>]) {
  if (aligned && first + kPack<T> <= n) {
    load_elements<T>(row + first, v);
    return;
  }
#pragma unroll
  for (int j = 0; j < kPack<T>; ++j) {
    v[j] = first + j < n ? converted<Compute<T>>(row[first + j]) : fill;
  }
}

// The same backwards; nothing is written past the end.
template <class T>
__device__ void store_pack(T* row, int64_t first, int64_t n, bool aligned,
                           const Compute<T> (&v)[kPack<T>]) {
  if (aligned && first + kPack<T> <= n) {
    store_elements<T>(row + first, v);
    return;
  }
#pragma unroll
  for (int j = 0; j < kPack<T>; ++j) {
    if (first + j < n) row[first + j] = converted<T>(v[j]);
  }
}

inline bool is_pack_aligned(const void* data) {
  return reinterpret_cast<uintptr_t>(data) % 16 == 0;
}

// Whether rows of n elements all start at 16 bytes.
template <class T>
bool rows_are_aligned(int64_t n, std::initializer_list<const void*> tensors) {
  bool aligned = n % kPack<T> == 0;
  for (const void* data : tensors) aligned = aligned && is_pack_aligned(data);
  return aligned;
}

// Calls f(T{}) with the element type of one of the four floating dtypes.
template <class F>
void visit_floating(Dtype dtype, F&& f) {
  switch (dtype) {
    case Dtype::kFloat16:
      return f(Half{});
    case Dtype::kBfloat16:
      return f(BFloat16{});
    case Dtype::kFloat64:
      return f(double{});
    default:
      CRESSET_ASSERT(dtype == float32);
      return f(float{});
  }
}

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_PACK_CUH_
