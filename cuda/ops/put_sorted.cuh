// Many writers of one place, in a fixed order and without atomics: the writers
// are sorted by the place they write to, and each place is written once.

#ifndef CRESSET_CUDA_OPS_PUT_SORTED_CUH_
#define CRESSET_CUDA_OPS_PUT_SORTED_CUH_

#include "cresset/cuda/ops/sort_keys.h"
#include "cresset/cuda/ops/walk.cuh"
#include "cresset/tensor/core/tensor.h"
#include "cresset/tensor/ops/data_kernels.h"

namespace cresset::internal::cuda {

// For all b < before.numel(), j < n and c < after.numel():
//   x[before(b) + target(keys[j]) + after(c)] <op>=
//       source[(b * n + j) * after.numel() + c]
// where `source` is seen through the walk of its row-major elements. Keys at
// or above `limit` are skipped.
struct SortedPut {
  const Tensor& x;
  const Tensor& source;
  PutOp op;
  int64_t n;
  int64_t limit;
  Walk<1> before, after;
  Walk<1> target;
  Walk<1> from;
  // Divides what is added by the number of its key's writers.
  bool mean = false;
};

// `keys` are int64 [put.n] in device memory, in [0, put.limit] or skipped.
void put_sorted(const SortedPut& put, const int64_t* keys);

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_PUT_SORTED_CUH_
