// The functions of math.h that gradients use, for tensors, so that the text of
// a gradient serves float, double and Tensor. Only declared here: kernel
// sources see this header too.

#ifndef CRESSET_TENSOR_OPS_MATH_TENSOR_H_
#define CRESSET_TENSOR_OPS_MATH_TENSOR_H_

#include "cresset/tensor/ops/math.h"

namespace cresset {
class Tensor;
}  // namespace cresset

namespace cresset::internal::math {

Tensor abs(const Tensor& x);
Tensor cos(const Tensor& x);
Tensor cosh(const Tensor& x);
Tensor erf(const Tensor& x);
Tensor exp(const Tensor& x);
Tensor isfinite(const Tensor& x);
Tensor log1p(const Tensor& x);
Tensor rsqrt(const Tensor& x);
Tensor sgn(const Tensor& x);
Tensor sigmoid(const Tensor& x);
Tensor sin(const Tensor& x);
Tensor sinh(const Tensor& x);
Tensor sqrt(const Tensor& x);
Tensor tanh(const Tensor& x);

// a where c holds, b elsewhere.
template <class T>
CRESSET_HD T select(bool c, T a, T b) {
  return c ? a : b;
}
Tensor select(const Tensor& c, const Tensor& a, const Tensor& b);
Tensor select(const Tensor& c, const Tensor& a, double b);
Tensor select(const Tensor& c, double a, const Tensor& b);
Tensor select(const Tensor& c, double a, double b);

// A number of the type of `like`, or a tensor of its shape and dtype.
template <class T>
CRESSET_HD T filled_like(T, double value) {
  return static_cast<T>(value);
}
Tensor filled_like(const Tensor& like, double value);
template <class T>
CRESSET_HD T zero_like(const T& like) {
  return filled_like(like, 0.0);
}

}  // namespace cresset::internal::math

#endif  // CRESSET_TENSOR_OPS_MATH_TENSOR_H_
