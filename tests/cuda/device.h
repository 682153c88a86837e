// For tests that need a GPU, real or simulated.

#ifndef CRESSET_TESTS_CUDA_DEVICE_H_
#define CRESSET_TESTS_CUDA_DEVICE_H_

#include <cstdlib>

#include "cresset/tensor/core/backend.h"
#include "cresset/tests/catch.h"

// These tests say where their tensors are, and want the device's own kernels:
// what tests/on_device.cc does is not for them. True where it would have acted.
inline const bool asked_for_device = [] {
  const bool asked = std::getenv("CRESSET_TEST_DEVICE") != nullptr;
  unsetenv("CRESSET_TEST_DEVICE");
  return asked;
}();

// Ends the test case, with a note, where there is none.
#define CRESSET_NEEDS_CUDA()                                      \
  do {                                                            \
    if (!::cresset::is_available(::cresset::DeviceType::kCuda)) { \
      WARN("no CUDA device; the rest is not tested here");        \
      return;                                                     \
    }                                                             \
  } while (false)

#endif  // CRESSET_TESTS_CUDA_DEVICE_H_
