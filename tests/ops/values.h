// Short forms for tests of ops.

#ifndef CRESSET_TESTS_OPS_VALUES_H_
#define CRESSET_TESTS_OPS_VALUES_H_

#include <cstdint>
#include <vector>

#include "cresset/tensor/core/tensor.h"
#include "cresset/tests/catch.h"

namespace cresset {

using Values = std::vector<double>;

// The elements in row-major order.
inline Values list(const Tensor& x) {
  const Tensor dense = x.detach().to(float64).contiguous();
  return {dense.data<double>(), dense.data<double>() + dense.numel()};
}

inline std::vector<int64_t> sizes_of(const Tensor& x) {
  return {x.sizes().begin(), x.sizes().end()};
}

using Sizes = std::vector<int64_t>;

}  // namespace cresset

// The code and part of the text that `expression` throws.
#define CHECK_ERROR(expression, error_code, text)              \
  do {                                                         \
    try {                                                      \
      static_cast<void>(expression);                           \
      FAIL_CHECK("no error from " #expression);                \
    } catch (const ::cresset::Error& error) {                  \
      CHECK(error.code() == ::cresset::ErrorCode::error_code); \
      CHECK_THAT(error.what(), Catch::Contains(text));         \
    }                                                          \
  } while (false)

#endif  // CRESSET_TESTS_OPS_VALUES_H_
