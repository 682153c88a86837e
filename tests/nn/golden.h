// Short forms for comparing with numbers that real PyTorch printed.

#ifndef CRESSET_TESTS_NN_GOLDEN_H_
#define CRESSET_TESTS_NN_GOLDEN_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "cresset/tensor/base/error.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset::testing {

inline std::vector<double> elements(const Tensor& x) {
  const Tensor y = x.detach().to(Device(), float64).contiguous();
  return {y.data<double>(), y.data<double>() + y.numel()};
}

/// Whether the first elements of x are `first`, to `tolerance`.
inline bool begins(const Tensor& x, const std::vector<double>& first,
                   double tolerance = 1e-6) {
  const std::vector<double> got = elements(x);
  if (got.size() < first.size()) return false;
  for (size_t i = 0; i < first.size(); ++i) {
    if (!(std::abs(got[i] - first[i]) <= tolerance)) return false;
  }
  return true;
}

inline double total(const Tensor& x) {
  double sum = 0;
  for (const double v : elements(x)) sum += v;
  return sum;
}

/// The text of the Error that `f` throws.
template <class F>
std::string error_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace cresset::testing

#endif  // CRESSET_TESTS_NN_GOLDEN_H_
