// Sorting numbers on the device with the places where they stood.

#ifndef CRESSET_CUDA_OPS_SORT_KEYS_H_
#define CRESSET_CUDA_OPS_SORT_KEYS_H_

#include <cstdint>

#include "cresset/cuda/runtime/scratch.h"

namespace cresset::internal::cuda {

// Numbers in rising order and where each stood; equal ones keep their order.
struct SortedKeys {
  Scratch keys;    // int64 [n]
  Scratch places;  // uint32 [n]
};

// Sorts n numbers in [0, bound); n is at least 1 and below 2^32.
SortedKeys sort_keys(Device device, const int64_t* keys, int64_t n,
                     int64_t bound);

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_SORT_KEYS_H_
