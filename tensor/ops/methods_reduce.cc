// Methods of Tensor: reductions, products, layers.

#include "cresset/tensor/core/tensor.h"
#include "cresset/tensor/ops/histogram.h"
#include "cresset/tensor/ops/matmul.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/reduce_minmax.h"
#include "cresset/tensor/ops/reduce_stats.h"
#include "cresset/tensor/ops/scan.h"
#include "cresset/tensor/ops/softmax.h"
#include "cresset/tensor/ops/sort.h"

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
Tensor TensorMethods::addmm(const Tensor& a, const Tensor& b) const {
  return cresset::addmm(self(*this), a, b);
}
Tensor TensorMethods::addmm(const Tensor& a, const Tensor& b,
                            const ScaledProduct& options) const {
  return cresset::addmm(self(*this), a, b, options);
}
Tensor TensorMethods::addmv(const Tensor& a, const Tensor& b) const {
  return cresset::addmv(self(*this), a, b);
}
Tensor TensorMethods::addmv(const Tensor& a, const Tensor& b,
                            const ScaledProduct& options) const {
  return cresset::addmv(self(*this), a, b, options);
}
Tensor TensorMethods::addr(const Tensor& a, const Tensor& b) const {
  return cresset::addr(self(*this), a, b);
}
Tensor TensorMethods::addr(const Tensor& a, const Tensor& b,
                           const ScaledProduct& options) const {
  return cresset::addr(self(*this), a, b, options);
}
Tensor TensorMethods::baddbmm(const Tensor& a, const Tensor& b) const {
  return cresset::baddbmm(self(*this), a, b);
}
Tensor TensorMethods::baddbmm(const Tensor& a, const Tensor& b,
                              const ScaledProduct& options) const {
  return cresset::baddbmm(self(*this), a, b, options);
}
Tensor TensorMethods::addbmm(const Tensor& a, const Tensor& b) const {
  return cresset::addbmm(self(*this), a, b);
}
Tensor TensorMethods::addbmm(const Tensor& a, const Tensor& b,
                             const ScaledProduct& options) const {
  return cresset::addbmm(self(*this), a, b, options);
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
Tensor TensorMethods::count_nonzero(IntSpan dim) const {
  return cresset::count_nonzero(self(*this), dim);
}
Tensor TensorMethods::sum_to_size(IntSpan shape) const {
  return cresset::sum_to_size(self(*this), shape);
}
Tensor TensorMethods::max() const { return cresset::max(self(*this)); }
Tensor TensorMethods::min() const { return cresset::min(self(*this)); }
ValuesAndIndices TensorMethods::max(int64_t dim, bool keepdim) const {
  return cresset::max(self(*this), dim, keepdim);
}
ValuesAndIndices TensorMethods::min(int64_t dim, bool keepdim) const {
  return cresset::min(self(*this), dim, keepdim);
}
Tensor TensorMethods::amax(IntSpan dim, bool keepdim) const {
  return cresset::amax(self(*this), dim, keepdim);
}
Tensor TensorMethods::amin(IntSpan dim, bool keepdim) const {
  return cresset::amin(self(*this), dim, keepdim);
}
Tensor TensorMethods::argmax() const { return cresset::argmax(self(*this)); }
Tensor TensorMethods::argmax(int64_t dim, bool keepdim) const {
  return cresset::argmax(self(*this), dim, keepdim);
}
Tensor TensorMethods::argmin() const { return cresset::argmin(self(*this)); }
Tensor TensorMethods::argmin(int64_t dim, bool keepdim) const {
  return cresset::argmin(self(*this), dim, keepdim);
}
Tensor TensorMethods::var() const { return cresset::var(self(*this)); }
Tensor TensorMethods::var(IntSpan dim) const {
  return cresset::var(self(*this), dim);
}
Tensor TensorMethods::var(IntSpan dim, const VarOptions& options) const {
  return cresset::var(self(*this), dim, options);
}
Tensor TensorMethods::std() const { return cresset::std(self(*this)); }
Tensor TensorMethods::std(IntSpan dim) const {
  return cresset::std(self(*this), dim);
}
Tensor TensorMethods::std(IntSpan dim, const VarOptions& options) const {
  return cresset::std(self(*this), dim, options);
}
Tensor TensorMethods::logsumexp(IntSpan dim, bool keepdim) const {
  return cresset::logsumexp(self(*this), dim, keepdim);
}
Tensor TensorMethods::norm(double p, IntSpan dim, bool keepdim,
                           std::optional<Dtype> dtype) const {
  return cresset::norm(self(*this), p, dim, keepdim, dtype);
}
Tensor TensorMethods::dist(const Tensor& b, double p) const {
  return cresset::dist(self(*this), b, p);
}
Tensor TensorMethods::cumsum(int64_t dim, std::optional<Dtype> dtype) const {
  return cresset::cumsum(self(*this), dim, dtype);
}
Tensor TensorMethods::cumprod(int64_t dim, std::optional<Dtype> dtype) const {
  return cresset::cumprod(self(*this), dim, dtype);
}
Tensor TensorMethods::logcumsumexp(int64_t dim) const {
  return cresset::logcumsumexp(self(*this), dim);
}
ValuesAndIndices TensorMethods::cummax(int64_t dim) const {
  return cresset::cummax(self(*this), dim);
}
ValuesAndIndices TensorMethods::cummin(int64_t dim) const {
  return cresset::cummin(self(*this), dim);
}
Tensor TensorMethods::diff() const { return cresset::diff(self(*this)); }
Tensor TensorMethods::diff(const DiffOptions& options) const {
  return cresset::diff(self(*this), options);
}
Tensor TensorMethods::softmax(int64_t dim, std::optional<Dtype> dtype) const {
  return cresset::softmax(self(*this), dim, dtype);
}
Tensor TensorMethods::log_softmax(int64_t dim,
                                  std::optional<Dtype> dtype) const {
  return cresset::log_softmax(self(*this), dim, dtype);
}
Tensor TensorMethods::histc(int64_t bins, double min, double max) const {
  return cresset::histc(self(*this), bins, min, max);
}
Tensor TensorMethods::bincount() const {
  return cresset::bincount(self(*this));
}
Tensor TensorMethods::bincount(const Tensor& weights, int64_t minlength) const {
  return cresset::bincount(self(*this), weights, minlength);
}
Tensor TensorMethods::quantile(double q, std::optional<int64_t> dim,
                               bool keepdim) const {
  return cresset::quantile(self(*this), q, dim, keepdim);
}
Tensor TensorMethods::quantile(const Tensor& q, std::optional<int64_t> dim,
                               bool keepdim) const {
  return cresset::quantile(self(*this), q, dim, keepdim);
}

ValuesAndIndices TensorMethods::sort(int64_t dim, bool descending) const {
  return cresset::sort(self(*this), dim, descending);
}
ValuesAndIndices TensorMethods::sort(const SortOptions& options) const {
  return cresset::sort(self(*this), options);
}
Tensor TensorMethods::argsort(int64_t dim, bool descending) const {
  return cresset::argsort(self(*this), dim, descending);
}
Tensor TensorMethods::msort() const { return cresset::msort(self(*this)); }
ValuesAndIndices TensorMethods::topk(int64_t k, int64_t dim, bool largest,
                                     bool sorted) const {
  return cresset::topk(self(*this), k, dim, largest, sorted);
}
ValuesAndIndices TensorMethods::kthvalue(int64_t k, int64_t dim,
                                         bool keepdim) const {
  return cresset::kthvalue(self(*this), k, dim, keepdim);
}
Tensor TensorMethods::median() const { return cresset::median(self(*this)); }
ValuesAndIndices TensorMethods::median(int64_t dim, bool keepdim) const {
  return cresset::median(self(*this), dim, keepdim);
}
Tensor TensorMethods::nanmedian() const {
  return cresset::nanmedian(self(*this));
}
ValuesAndIndices TensorMethods::nanmedian(int64_t dim, bool keepdim) const {
  return cresset::nanmedian(self(*this), dim, keepdim);
}
ValuesAndIndices TensorMethods::mode(int64_t dim, bool keepdim) const {
  return cresset::mode(self(*this), dim, keepdim);
}

}  // namespace cresset
