// Random numbers inside kernels: philox by group of four.

#ifndef CRESSET_CUDA_OPS_DRAW_CUH_
#define CRESSET_CUDA_OPS_DRAW_CUH_

#include <cuda_runtime.h>

#include <cstdint>

#include "cresset/cuda/runtime/generator.h"
#include "cresset/cuda/runtime/philox.h"
#include "cresset/tensor/base/math_bits.h"

namespace cresset::internal::cuda {

// The four numbers of group `group`.
__device__ inline PhiloxNumbers draw(const RandomSlice& slice, int64_t group) {
  uint64_t seed = slice.seed, offset = slice.offset;
  if (slice.replayed != nullptr) {
    seed = slice.replayed[0];
    offset += slice.replayed[1];
  }
  return philox(seed, offset / 4 + static_cast<uint64_t>(group));
}

// A number of 32 bits is below a probability if it is below this.
__host__ __device__ inline uint64_t threshold_of(double chance) {
  const double all = 0x1p32;
  return chance >= 1  ? uint64_t{1} << 32
         : chance > 0 ? static_cast<uint64_t>(CRESSET_LIBM(ceil)(chance * all))
                      : 0;
}

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_DRAW_CUH_
