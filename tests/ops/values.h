// Short forms for tests of ops.

#ifndef CRESSET_TESTS_OPS_VALUES_H_
#define CRESSET_TESTS_OPS_VALUES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "cresset/tensor/core/backend.h"
#include "cresset/tensor/core/tensor.h"
#include "cresset/tests/catch.h"

namespace cresset {

using Values = std::vector<double>;

// The elements in row-major order.
inline Values list(const Tensor& x) {
  const Tensor dense = x.detach().to(Device(), float64).contiguous();
  return {dense.data<double>(), dense.data<double>() + dense.numel()};
}

inline std::vector<int64_t> sizes_of(const Tensor& x) {
  return {x.sizes().begin(), x.sizes().end()};
}

using Sizes = std::vector<int64_t>;

// A float64 leaf of values in [low, high) that differ from one another, the
// same for the same seed.
inline Tensor random_input(IntSpan shape, uint64_t seed = 1, double low = -1,
                           double high = 1) {
  Tensor x = empty(shape, {.dtype = float64, .device = Device()});
  uint64_t state = seed * 0x9e3779b97f4a7c15ull + 1;
  for (int64_t i = 0; i < x.numel(); ++i) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    const double unit = static_cast<double>(state >> 11) * 0x1p-53;
    x.data<double>()[i] = low + (high - low) * unit;
  }
  return x.to(default_device()).requires_grad_();
}

}  // namespace cresset

// The code and part of the text that `expression` throws. A GPU's kernels find
// indices that are out of range; the error, whose text is another, comes when
// the device is waited for.
#define CHECK_ERROR(expression, error_code, text)              \
  do {                                                         \
    try {                                                      \
      static_cast<void>(expression);                           \
      ::cresset::synchronize(::cresset::default_device());     \
      FAIL_CHECK("no error from " #expression);                \
    } catch (const ::cresset::Error& error) {                  \
      CHECK(error.code() == ::cresset::ErrorCode::error_code); \
      const std::string what = error.what();                   \
      if (what.find("found on cuda") == std::string::npos) {   \
        CHECK_THAT(what, Catch::Contains(text));               \
      }                                                        \
    }                                                          \
  } while (false)

#endif  // CRESSET_TESTS_OPS_VALUES_H_
