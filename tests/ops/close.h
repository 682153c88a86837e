// Comparison of computed values with PyTorch's.

#ifndef CRESSET_TESTS_OPS_CLOSE_H_
#define CRESSET_TESTS_OPS_CLOSE_H_

#include <cmath>
#include <limits>
#include <vector>

#include "cresset/tests/ops/values.h"

namespace cresset {

inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kInf = std::numeric_limits<double>::infinity();

// A row-major tensor of these elements.
inline Tensor tensor_of(const Values& values, Dtype dtype = float64) {
  const Tensor x = empty({static_cast<int64_t>(values.size())},
                         {.dtype = float64, .device = Device()});
  for (size_t i = 0; i < values.size(); ++i) x.data<double>()[i] = values[i];
  return x.to(default_device(), dtype);
}

// Whether each element differs from the wanted one by at most `tolerance` times
// itself, or by that if it is below 1. NaN equals NaN.
inline bool close(const Tensor& x, const Values& wanted,
                  double tolerance = 1e-13) {
  const Values got = list(x);
  if (got.size() != wanted.size()) return false;
  for (size_t i = 0; i < got.size(); ++i) {
    if (std::isnan(wanted[i]) && std::isnan(got[i])) continue;
    if (got[i] == wanted[i]) continue;
    const double scale = std::max(1.0, std::fabs(wanted[i]));
    if (!(std::fabs(got[i] - wanted[i]) <= tolerance * scale)) return false;
  }
  return true;
}

}  // namespace cresset

#endif  // CRESSET_TESTS_OPS_CLOSE_H_
