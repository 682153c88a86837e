// For tests that need a GPU, real or simulated.

#ifndef CRESSET_TESTS_CUDA_DEVICE_H_
#define CRESSET_TESTS_CUDA_DEVICE_H_

#include "cresset/tensor/core/backend.h"
#include "cresset/tests/catch.h"

// Ends the test case, with a note, where there is none.
#define CRESSET_NEEDS_CUDA()                                      \
  do {                                                            \
    if (!::cresset::is_available(::cresset::DeviceType::kCuda)) { \
      WARN("no CUDA device; the rest is not tested here");        \
      return;                                                     \
    }                                                             \
  } while (false)

#endif  // CRESSET_TESTS_CUDA_DEVICE_H_
