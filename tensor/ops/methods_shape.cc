// Methods of Tensor: shapes, indexing, random numbers.

#include "cresset/tensor/core/tensor.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/gather.h"
#include "cresset/tensor/ops/index.h"
#include "cresset/tensor/ops/index_dim.h"
#include "cresset/tensor/ops/masked.h"
#include "cresset/tensor/ops/random.h"
#include "cresset/tensor/ops/rearrange.h"
#include "cresset/tensor/ops/triangle.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tensor/ops/view_scatter.h"

namespace cresset {
namespace {

const Tensor& self(const TensorMethods& methods) {
  return static_cast<const Tensor&>(methods);
}

}  // namespace

Tensor TensorMethods::operator[](int64_t position) const {
  return cresset::index(self(*this), {position});
}
const Tensor TensorMethods::operator[](const Tensor& positions) const {
  return cresset::index(self(*this), {positions});
}
Tensor TensorMethods::operator[](const Slice& slice) const {
  return cresset::index(self(*this), {slice});
}
Tensor TensorMethods::new_empty(IntSpan shape,
                                std::optional<Dtype> dtype) const {
  return cresset::new_empty(self(*this), shape, dtype);
}
Tensor TensorMethods::new_zeros(IntSpan shape,
                                std::optional<Dtype> dtype) const {
  return cresset::new_zeros(self(*this), shape, dtype);
}
Tensor TensorMethods::new_ones(IntSpan shape,
                               std::optional<Dtype> dtype) const {
  return cresset::new_ones(self(*this), shape, dtype);
}
Tensor TensorMethods::new_full(IntSpan shape, const Scalar& value,
                               std::optional<Dtype> dtype) const {
  return cresset::new_full(self(*this), shape, value, dtype);
}
Tensor TensorMethods::gather(int64_t dim, const Tensor& index) const {
  return cresset::gather(self(*this), dim, index);
}
Tensor TensorMethods::take_along_dim(const Tensor& index) const {
  return cresset::take_along_dim(self(*this), index);
}
Tensor TensorMethods::take_along_dim(const Tensor& index, int64_t dim) const {
  return cresset::take_along_dim(self(*this), index, dim);
}
Tensor TensorMethods::scatter(int64_t dim, const Tensor& index,
                              const Tensor& source,
                              std::string_view reduce) const {
  return cresset::scatter(self(*this), dim, index, source, reduce);
}
Tensor TensorMethods::scatter(int64_t dim, const Tensor& index,
                              const Scalar& value,
                              std::string_view reduce) const {
  return cresset::scatter(self(*this), dim, index, value, reduce);
}
const Tensor& TensorMethods::scatter_(int64_t dim, const Tensor& index,
                                      const Tensor& source,
                                      std::string_view reduce) const {
  return cresset::scatter_(self(*this), dim, index, source, reduce);
}
const Tensor& TensorMethods::scatter_(int64_t dim, const Tensor& index,
                                      const Scalar& value,
                                      std::string_view reduce) const {
  return cresset::scatter_(self(*this), dim, index, value, reduce);
}
Tensor TensorMethods::scatter_add(int64_t dim, const Tensor& index,
                                  const Tensor& source) const {
  return cresset::scatter_add(self(*this), dim, index, source);
}
const Tensor& TensorMethods::scatter_add_(int64_t dim, const Tensor& index,
                                          const Tensor& source) const {
  return cresset::scatter_add_(self(*this), dim, index, source);
}
Tensor TensorMethods::scatter_reduce(int64_t dim, const Tensor& index,
                                     const Tensor& source,
                                     std::string_view reduce,
                                     bool include_self) const {
  return cresset::scatter_reduce(self(*this), dim, index, source, reduce,
                                 include_self);
}
const Tensor& TensorMethods::scatter_reduce_(int64_t dim, const Tensor& index,
                                             const Tensor& source,
                                             std::string_view reduce,
                                             bool include_self) const {
  return cresset::scatter_reduce_(self(*this), dim, index, source, reduce,
                                  include_self);
}
Tensor TensorMethods::index_reduce(int64_t dim, const Tensor& index,
                                   const Tensor& source,
                                   std::string_view reduce,
                                   bool include_self) const {
  return cresset::index_reduce(self(*this), dim, index, source, reduce,
                               include_self);
}
const Tensor& TensorMethods::index_reduce_(int64_t dim, const Tensor& index,
                                           const Tensor& source,
                                           std::string_view reduce,
                                           bool include_self) const {
  return cresset::index_reduce_(self(*this), dim, index, source, reduce,
                                include_self);
}
Tensor TensorMethods::index(const TensorIndices& indices) const {
  return cresset::index(self(*this), indices);
}
const Tensor& TensorMethods::index_put_(const TensorIndices& indices,
                                        const Tensor& value,
                                        bool accumulate) const {
  return cresset::index_put_(self(*this), indices, value, accumulate);
}
const Tensor& TensorMethods::index_put_(const TensorIndices& indices,
                                        const Scalar& value,
                                        bool accumulate) const {
  return cresset::index_put_(self(*this), indices, value, accumulate);
}
Tensor TensorMethods::index_put(const TensorIndices& indices,
                                const Tensor& value, bool accumulate) const {
  return cresset::index_put(self(*this), indices, value, accumulate);
}
Tensor TensorMethods::index_put(const TensorIndices& indices,
                                const Scalar& value, bool accumulate) const {
  return cresset::index_put(self(*this), indices, value, accumulate);
}
Tensor TensorMethods::index_select(int64_t dim, const Tensor& index) const {
  return cresset::index_select(self(*this), dim, index);
}
Tensor TensorMethods::index_add(int64_t dim, const Tensor& index,
                                const Tensor& source,
                                const Scalar& alpha) const {
  return cresset::index_add(self(*this), dim, index, source, alpha);
}
const Tensor& TensorMethods::index_add_(int64_t dim, const Tensor& index,
                                        const Tensor& source,
                                        const Scalar& alpha) const {
  return cresset::index_add_(self(*this), dim, index, source, alpha);
}
Tensor TensorMethods::index_copy(int64_t dim, const Tensor& index,
                                 const Tensor& source) const {
  return cresset::index_copy(self(*this), dim, index, source);
}
const Tensor& TensorMethods::index_copy_(int64_t dim, const Tensor& index,
                                         const Tensor& source) const {
  return cresset::index_copy_(self(*this), dim, index, source);
}
Tensor TensorMethods::index_fill(int64_t dim, const Tensor& index,
                                 const Scalar& value) const {
  return cresset::index_fill(self(*this), dim, index, value);
}
Tensor TensorMethods::index_fill(int64_t dim, const Tensor& index,
                                 const Tensor& value) const {
  return cresset::index_fill(self(*this), dim, index, value);
}
const Tensor& TensorMethods::index_fill_(int64_t dim, const Tensor& index,
                                         const Scalar& value) const {
  return cresset::index_fill_(self(*this), dim, index, value);
}
const Tensor& TensorMethods::index_fill_(int64_t dim, const Tensor& index,
                                         const Tensor& value) const {
  return cresset::index_fill_(self(*this), dim, index, value);
}
Tensor TensorMethods::take(const Tensor& index) const {
  return cresset::take(self(*this), index);
}
Tensor TensorMethods::put(const Tensor& index, const Tensor& source,
                          bool accumulate) const {
  return cresset::put(self(*this), index, source, accumulate);
}
const Tensor& TensorMethods::put_(const Tensor& index, const Tensor& source,
                                  bool accumulate) const {
  return cresset::put_(self(*this), index, source, accumulate);
}
Tensor TensorMethods::repeat_interleave(int64_t repeats) const {
  return cresset::repeat_interleave(self(*this), repeats);
}
Tensor TensorMethods::repeat_interleave(int64_t repeats, int64_t dim) const {
  return cresset::repeat_interleave(self(*this), repeats, dim);
}
Tensor TensorMethods::repeat_interleave(const Tensor& repeats,
                                        int64_t dim) const {
  return cresset::repeat_interleave(self(*this), repeats, dim);
}
Tensor TensorMethods::nonzero() const { return cresset::nonzero(self(*this)); }
Tensor TensorMethods::argwhere() const {
  return cresset::argwhere(self(*this));
}
std::vector<Tensor> TensorMethods::where() const {
  return cresset::where(self(*this));
}
Tensor TensorMethods::masked_select(const Tensor& mask) const {
  return cresset::masked_select(self(*this), mask);
}
Tensor TensorMethods::masked_scatter(const Tensor& mask,
                                     const Tensor& source) const {
  return cresset::masked_scatter(self(*this), mask, source);
}
const Tensor& TensorMethods::masked_scatter_(const Tensor& mask,
                                             const Tensor& source) const {
  return cresset::masked_scatter_(self(*this), mask, source);
}
Tensor TensorMethods::bernoulli(Generator* generator) const {
  return cresset::bernoulli(self(*this), generator);
}
Tensor TensorMethods::bernoulli(double p, Generator* generator) const {
  return cresset::bernoulli(self(*this), p, generator);
}
Tensor TensorMethods::multinomial(int64_t count, bool replacement,
                                  Generator* generator) const {
  return cresset::multinomial(self(*this), count, replacement, generator);
}
const Tensor& TensorMethods::uniform_(double from, double to,
                                      Generator* generator) const {
  return cresset::uniform_(self(*this), from, to, generator);
}
const Tensor& TensorMethods::normal_(double mean, double std,
                                     Generator* generator) const {
  return cresset::normal_(self(*this), mean, std, generator);
}
const Tensor& TensorMethods::log_normal_(double mean, double std,
                                         Generator* generator) const {
  return cresset::log_normal_(self(*this), mean, std, generator);
}
const Tensor& TensorMethods::exponential_(double lambda,
                                          Generator* generator) const {
  return cresset::exponential_(self(*this), lambda, generator);
}
const Tensor& TensorMethods::cauchy_(double median, double sigma,
                                     Generator* generator) const {
  return cresset::cauchy_(self(*this), median, sigma, generator);
}
const Tensor& TensorMethods::geometric_(double p, Generator* generator) const {
  return cresset::geometric_(self(*this), p, generator);
}
const Tensor& TensorMethods::bernoulli_(double p, Generator* generator) const {
  return cresset::bernoulli_(self(*this), p, generator);
}
const Tensor& TensorMethods::bernoulli_(const Tensor& p,
                                        Generator* generator) const {
  return cresset::bernoulli_(self(*this), p, generator);
}
const Tensor& TensorMethods::random_(Generator* generator) const {
  return cresset::random_(self(*this), generator);
}
const Tensor& TensorMethods::random_(int64_t to, Generator* generator) const {
  return cresset::random_(self(*this), to, generator);
}
const Tensor& TensorMethods::random_(int64_t from, int64_t to,
                                     Generator* generator) const {
  return cresset::random_(self(*this), from, to, generator);
}
Tensor TensorMethods::repeat(IntSpan repeats) const {
  return cresset::repeat(self(*this), repeats);
}
Tensor TensorMethods::tile(IntSpan repeats) const {
  return cresset::tile(self(*this), repeats);
}
Tensor TensorMethods::roll(IntSpan shifts, IntSpan dims) const {
  return cresset::roll(self(*this), shifts, dims);
}
Tensor TensorMethods::flip(IntSpan dims) const {
  return cresset::flip(self(*this), dims);
}
Tensor TensorMethods::fliplr() const { return cresset::fliplr(self(*this)); }
Tensor TensorMethods::flipud() const { return cresset::flipud(self(*this)); }
Tensor TensorMethods::diag(int64_t offset) const {
  return cresset::diag(self(*this), offset);
}
Tensor TensorMethods::diag_embed(int64_t offset, int64_t dim1,
                                 int64_t dim2) const {
  return cresset::diag_embed(self(*this), offset, dim1, dim2);
}
Tensor TensorMethods::diagflat(int64_t offset) const {
  return cresset::diagflat(self(*this), offset);
}
Tensor TensorMethods::tril(int64_t diagonal) const {
  return cresset::tril(self(*this), diagonal);
}
Tensor TensorMethods::triu(int64_t diagonal) const {
  return cresset::triu(self(*this), diagonal);
}
const Tensor& TensorMethods::tril_(int64_t diagonal) const {
  return cresset::tril_(self(*this), diagonal);
}
const Tensor& TensorMethods::triu_(int64_t diagonal) const {
  return cresset::triu_(self(*this), diagonal);
}
Tensor TensorMethods::trace() const { return cresset::trace(self(*this)); }
Tensor TensorMethods::kron(const Tensor& b) const {
  return cresset::kron(self(*this), b);
}
Tensor TensorMethods::view(IntSpan shape) const {
  return cresset::view(self(*this), shape);
}
Tensor TensorMethods::reshape(IntSpan shape) const {
  return cresset::reshape(self(*this), shape);
}
Tensor TensorMethods::view_as(const Tensor& other) const {
  return cresset::view_as(self(*this), other);
}
Tensor TensorMethods::reshape_as(const Tensor& other) const {
  return cresset::reshape_as(self(*this), other);
}
Tensor TensorMethods::flatten(int64_t start_dim, int64_t end_dim) const {
  return cresset::flatten(self(*this), start_dim, end_dim);
}
Tensor TensorMethods::ravel() const { return cresset::ravel(self(*this)); }
Tensor TensorMethods::unflatten(int64_t dim, IntSpan sizes) const {
  return cresset::unflatten(self(*this), dim, sizes);
}
Tensor TensorMethods::transpose(int64_t dim0, int64_t dim1) const {
  return cresset::transpose(self(*this), dim0, dim1);
}
Tensor TensorMethods::swapaxes(int64_t axis0, int64_t axis1) const {
  return cresset::swapaxes(self(*this), axis0, axis1);
}
Tensor TensorMethods::swapdims(int64_t dim0, int64_t dim1) const {
  return cresset::swapdims(self(*this), dim0, dim1);
}
Tensor TensorMethods::t() const { return cresset::t(self(*this)); }
Tensor TensorMethods::mT() const { return cresset::mT(self(*this)); }
Tensor TensorMethods::adjoint() const { return cresset::adjoint(self(*this)); }
Tensor TensorMethods::permute(IntSpan dims) const {
  return cresset::permute(self(*this), dims);
}
Tensor TensorMethods::movedim(IntSpan source, IntSpan destination) const {
  return cresset::movedim(self(*this), source, destination);
}
Tensor TensorMethods::moveaxis(IntSpan source, IntSpan destination) const {
  return cresset::moveaxis(self(*this), source, destination);
}
Tensor TensorMethods::squeeze() const { return cresset::squeeze(self(*this)); }
Tensor TensorMethods::squeeze(int64_t dim) const {
  return cresset::squeeze(self(*this), dim);
}
Tensor TensorMethods::squeeze(IntSpan dims) const {
  return cresset::squeeze(self(*this), dims);
}
Tensor TensorMethods::unsqueeze(int64_t dim) const {
  return cresset::unsqueeze(self(*this), dim);
}
Tensor TensorMethods::expand(IntSpan sizes) const {
  return cresset::expand(self(*this), sizes);
}
Tensor TensorMethods::expand_as(const Tensor& other) const {
  return cresset::expand_as(self(*this), other);
}
Tensor TensorMethods::broadcast_to(IntSpan sizes) const {
  return cresset::broadcast_to(self(*this), sizes);
}
Tensor TensorMethods::select(int64_t dim, int64_t index) const {
  return cresset::select(self(*this), dim, index);
}
Tensor TensorMethods::narrow(int64_t dim, int64_t start, int64_t length) const {
  return cresset::narrow(self(*this), dim, start, length);
}
Tensor TensorMethods::narrow_copy(int64_t dim, int64_t start,
                                  int64_t length) const {
  return cresset::narrow_copy(self(*this), dim, start, length);
}
Tensor TensorMethods::diagonal(int64_t offset, int64_t dim1,
                               int64_t dim2) const {
  return cresset::diagonal(self(*this), offset, dim1, dim2);
}
Tensor TensorMethods::unfold(int64_t dim, int64_t size, int64_t step) const {
  return cresset::unfold(self(*this), dim, size, step);
}
Tensor TensorMethods::as_strided(IntSpan sizes, IntSpan strides) const {
  return cresset::as_strided(self(*this), sizes, strides);
}
Tensor TensorMethods::as_strided(IntSpan sizes, IntSpan strides,
                                 int64_t offset) const {
  return cresset::as_strided(self(*this), sizes, strides, offset);
}
std::vector<Tensor> TensorMethods::unbind(int64_t dim) const {
  return cresset::unbind(self(*this), dim);
}
std::vector<Tensor> TensorMethods::split(int64_t size, int64_t dim) const {
  return cresset::split(self(*this), size, dim);
}
std::vector<Tensor> TensorMethods::split(IntSpan sizes, int64_t dim) const {
  return cresset::split(self(*this), sizes, dim);
}
std::vector<Tensor> TensorMethods::split(std::initializer_list<int64_t> sizes,
                                         int64_t dim) const {
  return cresset::split(self(*this), sizes, dim);
}
std::vector<Tensor> TensorMethods::split_with_sizes(IntSpan sizes,
                                                    int64_t dim) const {
  return cresset::split_with_sizes(self(*this), sizes, dim);
}
std::vector<Tensor> TensorMethods::chunk(int64_t chunks, int64_t dim) const {
  return cresset::chunk(self(*this), chunks, dim);
}
std::vector<Tensor> TensorMethods::tensor_split(int64_t sections,
                                                int64_t dim) const {
  return cresset::tensor_split(self(*this), sections, dim);
}
std::vector<Tensor> TensorMethods::tensor_split(IntSpan indices,
                                                int64_t dim) const {
  return cresset::tensor_split(self(*this), indices, dim);
}
std::vector<Tensor> TensorMethods::tensor_split(
    std::initializer_list<int64_t> indices, int64_t dim) const {
  return cresset::tensor_split(self(*this), indices, dim);
}
std::vector<Tensor> TensorMethods::hsplit(int64_t sections) const {
  return cresset::hsplit(self(*this), sections);
}
std::vector<Tensor> TensorMethods::hsplit(IntSpan indices) const {
  return cresset::hsplit(self(*this), indices);
}
std::vector<Tensor> TensorMethods::hsplit(
    std::initializer_list<int64_t> indices) const {
  return cresset::hsplit(self(*this), indices);
}
std::vector<Tensor> TensorMethods::vsplit(int64_t sections) const {
  return cresset::vsplit(self(*this), sections);
}
std::vector<Tensor> TensorMethods::vsplit(IntSpan indices) const {
  return cresset::vsplit(self(*this), indices);
}
std::vector<Tensor> TensorMethods::vsplit(
    std::initializer_list<int64_t> indices) const {
  return cresset::vsplit(self(*this), indices);
}
std::vector<Tensor> TensorMethods::dsplit(int64_t sections) const {
  return cresset::dsplit(self(*this), sections);
}
std::vector<Tensor> TensorMethods::dsplit(IntSpan indices) const {
  return cresset::dsplit(self(*this), indices);
}
std::vector<Tensor> TensorMethods::dsplit(
    std::initializer_list<int64_t> indices) const {
  return cresset::dsplit(self(*this), indices);
}
Tensor TensorMethods::select_scatter(const Tensor& source, int64_t dim,
                                     int64_t index) const {
  return cresset::select_scatter(self(*this), source, dim, index);
}
Tensor TensorMethods::slice_scatter(const Tensor& source, int64_t dim,
                                    int64_t start, int64_t end,
                                    int64_t step) const {
  return cresset::slice_scatter(self(*this), source, dim, start, end, step);
}
Tensor TensorMethods::diagonal_scatter(const Tensor& source, int64_t offset,
                                       int64_t dim1, int64_t dim2) const {
  return cresset::diagonal_scatter(self(*this), source, offset, dim1, dim2);
}

}  // namespace cresset
