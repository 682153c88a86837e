// Methods of Tensor: reductions, products, layers.

#include "cresset/tensor/core/tensor.h"
#include "cresset/tensor/ops/matmul.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/softmax.h"

namespace cresset {
namespace {

const Tensor& self(const TensorMethods& methods) {
  return static_cast<const Tensor&>(methods);
}

}  // namespace

Tensor TensorMethods::matmul(const Tensor& b) const {
  return cresset::matmul(self(*this), b);
}
Tensor TensorMethods::mm(const Tensor& b) const {
  return cresset::mm(self(*this), b);
}
Tensor TensorMethods::bmm(const Tensor& b) const {
  return cresset::bmm(self(*this), b);
}
Tensor TensorMethods::mv(const Tensor& b) const {
  return cresset::mv(self(*this), b);
}
Tensor TensorMethods::dot(const Tensor& b) const {
  return cresset::dot(self(*this), b);
}
Tensor TensorMethods::outer(const Tensor& b) const {
  return cresset::outer(self(*this), b);
}
Tensor TensorMethods::inner(const Tensor& b) const {
  return cresset::inner(self(*this), b);
}
Tensor TensorMethods::sum(std::optional<Dtype> dtype) const {
  return cresset::sum(self(*this), dtype);
}
Tensor TensorMethods::sum(IntSpan dim, bool keepdim,
                          std::optional<Dtype> dtype) const {
  return cresset::sum(self(*this), dim, keepdim, dtype);
}
Tensor TensorMethods::nansum(std::optional<Dtype> dtype) const {
  return cresset::nansum(self(*this), dtype);
}
Tensor TensorMethods::nansum(IntSpan dim, bool keepdim,
                             std::optional<Dtype> dtype) const {
  return cresset::nansum(self(*this), dim, keepdim, dtype);
}
Tensor TensorMethods::mean(std::optional<Dtype> dtype) const {
  return cresset::mean(self(*this), dtype);
}
Tensor TensorMethods::mean(IntSpan dim, bool keepdim,
                           std::optional<Dtype> dtype) const {
  return cresset::mean(self(*this), dim, keepdim, dtype);
}
Tensor TensorMethods::nanmean(std::optional<Dtype> dtype) const {
  return cresset::nanmean(self(*this), dtype);
}
Tensor TensorMethods::nanmean(IntSpan dim, bool keepdim,
                              std::optional<Dtype> dtype) const {
  return cresset::nanmean(self(*this), dim, keepdim, dtype);
}
Tensor TensorMethods::prod(std::optional<Dtype> dtype) const {
  return cresset::prod(self(*this), dtype);
}
Tensor TensorMethods::prod(int64_t dim, bool keepdim,
                           std::optional<Dtype> dtype) const {
  return cresset::prod(self(*this), dim, keepdim, dtype);
}
Tensor TensorMethods::any() const { return cresset::any(self(*this)); }
Tensor TensorMethods::any(int64_t dim, bool keepdim) const {
  return cresset::any(self(*this), dim, keepdim);
}
Tensor TensorMethods::all() const { return cresset::all(self(*this)); }
Tensor TensorMethods::all(int64_t dim, bool keepdim) const {
  return cresset::all(self(*this), dim, keepdim);
}
Tensor TensorMethods::sum_to_size(IntSpan shape) const {
  return cresset::sum_to_size(self(*this), shape);
}
Tensor TensorMethods::softmax(int64_t dim, std::optional<Dtype> dtype) const {
  return cresset::softmax(self(*this), dim, dtype);
}
Tensor TensorMethods::log_softmax(int64_t dim,
                                  std::optional<Dtype> dtype) const {
  return cresset::log_softmax(self(*this), dim, dtype);
}

}  // namespace cresset
