#include "cresset/nn/dropout.h"

#include "cresset/nn/text.h"
#include "cresset/tensor/ops/dropout.h"

namespace cresset::nn {

DropoutBase::DropoutBase(double prob, bool in_place)
    : p(prob), inplace(in_place) {
  CRESSET_CHECK(p >= 0 && p <= 1, kValue,
                "dropout probability has to be between 0 and 1, but got ",
                python_float(p));
}

std::string DropoutBase::extra_repr() const {
  return cresset::internal::concat("p=", python_float(p), ", inplace=",
                                   cresset::internal::python_bool(inplace));
}

Tensor Dropout::forward(const Tensor& x) {
  return inplace ? dropout_(x, p, is_training()) : dropout(x, p, is_training());
}

// A result that replaces the input, for the kinds without an in-place op.
namespace {
Tensor result(bool inplace, const Tensor& x, const Tensor& y) {
  return inplace ? x.copy_(y) : y;
}
}  // namespace

Tensor Dropout1d::forward(const Tensor& x) {
  return result(inplace, x, dropout1d(x, p, is_training()));
}
Tensor Dropout2d::forward(const Tensor& x) {
  return result(inplace, x, dropout2d(x, p, is_training()));
}
Tensor Dropout3d::forward(const Tensor& x) {
  return result(inplace, x, dropout3d(x, p, is_training()));
}
Tensor AlphaDropout::forward(const Tensor& x) {
  return result(inplace, x, alpha_dropout(x, p, is_training()));
}

}  // namespace cresset::nn
