// Scalar math functions for kernels.

#ifndef CRESSET_TENSOR_OPS_MATH_H_
#define CRESSET_TENSOR_OPS_MATH_H_

#include <cmath>

#include "cresset/tensor/ops/op_list.h"

namespace cresset::internal::math {

template <class T>
CRESSET_HD T exp(T x) {
  return std::exp(x);
}

template <class T>
CRESSET_HD T log(T x) {
  return std::log(x);
}

}  // namespace cresset::internal::math

#endif  // CRESSET_TENSOR_OPS_MATH_H_
