// Methods of Tensor: elementwise ops.

#include "cresset/tensor/core/tensor.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/unary.h"

namespace cresset {
namespace {

const Tensor& self(const TensorMethods& methods) {
  return static_cast<const Tensor&>(methods);
}

}  // namespace

Tensor TensorMethods::add(const Tensor& b, const Scalar& alpha) const {
  return cresset::add(self(*this), b, alpha);
}
Tensor TensorMethods::add(const Scalar& b, const Scalar& alpha) const {
  return cresset::add(self(*this), b, alpha);
}
const Tensor& TensorMethods::add_(const Tensor& b, const Scalar& alpha) const {
  return cresset::add_(self(*this), b, alpha);
}
const Tensor& TensorMethods::add_(const Scalar& b, const Scalar& alpha) const {
  return cresset::add_(self(*this), b, alpha);
}
Tensor TensorMethods::sub(const Tensor& b, const Scalar& alpha) const {
  return cresset::sub(self(*this), b, alpha);
}
Tensor TensorMethods::sub(const Scalar& b, const Scalar& alpha) const {
  return cresset::sub(self(*this), b, alpha);
}
const Tensor& TensorMethods::sub_(const Tensor& b, const Scalar& alpha) const {
  return cresset::sub_(self(*this), b, alpha);
}
const Tensor& TensorMethods::sub_(const Scalar& b, const Scalar& alpha) const {
  return cresset::sub_(self(*this), b, alpha);
}
Tensor TensorMethods::mul(const Tensor& b) const {
  return cresset::mul(self(*this), b);
}
Tensor TensorMethods::mul(const Scalar& b) const {
  return cresset::mul(self(*this), b);
}
const Tensor& TensorMethods::mul_(const Tensor& b) const {
  return cresset::mul_(self(*this), b);
}
const Tensor& TensorMethods::mul_(const Scalar& b) const {
  return cresset::mul_(self(*this), b);
}
Tensor TensorMethods::div(const Tensor& b) const {
  return cresset::div(self(*this), b);
}
Tensor TensorMethods::div(const Scalar& b) const {
  return cresset::div(self(*this), b);
}
const Tensor& TensorMethods::div_(const Tensor& b) const {
  return cresset::div_(self(*this), b);
}
const Tensor& TensorMethods::div_(const Scalar& b) const {
  return cresset::div_(self(*this), b);
}
Tensor TensorMethods::neg() const { return cresset::neg(self(*this)); }
const Tensor& TensorMethods::neg_() const { return cresset::neg_(self(*this)); }
Tensor TensorMethods::exp() const { return cresset::exp(self(*this)); }
const Tensor& TensorMethods::exp_() const { return cresset::exp_(self(*this)); }
Tensor TensorMethods::log() const { return cresset::log(self(*this)); }
const Tensor& TensorMethods::log_() const { return cresset::log_(self(*this)); }

}  // namespace cresset
