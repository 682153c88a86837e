// The methods of Tensor that are ops: PyTorch's spelling `x.sum(1)` of the free
// function `sum(x, 1)`. Each is one line in tensor/ops/methods_*.cc; shapes,
// dtypes, gradients and errors are described at the free functions, in the
// header of tensor/ops that each group names.

#ifndef CRESSET_TENSOR_CORE_METHODS_H_
#define CRESSET_TENSOR_CORE_METHODS_H_

#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "cresset/tensor/base/dtype.h"
#include "cresset/tensor/base/scalar.h"
#include "cresset/tensor/base/shape.h"

namespace cresset {

class Generator;
class Slice;
class Tensor;
class TensorIndex;
struct ValuesAndIndices;

class TensorMethods {
 public:
  // Python's x[i], x[mask] and x[start:stop].
  Tensor operator[](int64_t position) const;
  Tensor operator[](const Tensor& positions) const;
  Tensor operator[](const Slice& slice) const;

  // binary.h
  Tensor add(const Tensor& b, const Scalar& alpha = 1) const;
  Tensor add(const Scalar& b, const Scalar& alpha = 1) const;
  const Tensor& add_(const Tensor& b, const Scalar& alpha = 1) const;
  const Tensor& add_(const Scalar& b, const Scalar& alpha = 1) const;
  Tensor sub(const Tensor& b, const Scalar& alpha = 1) const;
  Tensor sub(const Scalar& b, const Scalar& alpha = 1) const;
  const Tensor& sub_(const Tensor& b, const Scalar& alpha = 1) const;
  const Tensor& sub_(const Scalar& b, const Scalar& alpha = 1) const;
  Tensor mul(const Tensor& b) const;
  Tensor mul(const Scalar& b) const;
  const Tensor& mul_(const Tensor& b) const;
  const Tensor& mul_(const Scalar& b) const;
  Tensor div(const Tensor& b) const;
  Tensor div(const Scalar& b) const;
  const Tensor& div_(const Tensor& b) const;
  const Tensor& div_(const Scalar& b) const;

  // factory.h
  Tensor new_empty(IntSpan shape,
                   std::optional<Dtype> dtype = std::nullopt) const;
  Tensor new_zeros(IntSpan shape,
                   std::optional<Dtype> dtype = std::nullopt) const;
  Tensor new_ones(IntSpan shape,
                  std::optional<Dtype> dtype = std::nullopt) const;
  Tensor new_full(IntSpan shape, const Scalar& value,
                  std::optional<Dtype> dtype = std::nullopt) const;

  // gather.h
  Tensor gather(int64_t dim, const Tensor& index) const;
  Tensor take_along_dim(const Tensor& index) const;
  Tensor take_along_dim(const Tensor& index, int64_t dim) const;
  Tensor scatter(int64_t dim, const Tensor& index, const Tensor& source,
                 std::string_view reduce = "") const;
  Tensor scatter(int64_t dim, const Tensor& index, const Scalar& value,
                 std::string_view reduce = "") const;
  const Tensor& scatter_(int64_t dim, const Tensor& index, const Tensor& source,
                         std::string_view reduce = "") const;
  const Tensor& scatter_(int64_t dim, const Tensor& index, const Scalar& value,
                         std::string_view reduce = "") const;
  Tensor scatter_add(int64_t dim, const Tensor& index,
                     const Tensor& source) const;
  const Tensor& scatter_add_(int64_t dim, const Tensor& index,
                             const Tensor& source) const;
  Tensor scatter_reduce(int64_t dim, const Tensor& index, const Tensor& source,
                        std::string_view reduce,
                        bool include_self = true) const;
  const Tensor& scatter_reduce_(int64_t dim, const Tensor& index,
                                const Tensor& source, std::string_view reduce,
                                bool include_self = true) const;
  Tensor index_reduce(int64_t dim, const Tensor& index, const Tensor& source,
                      std::string_view reduce, bool include_self = true) const;
  const Tensor& index_reduce_(int64_t dim, const Tensor& index,
                              const Tensor& source, std::string_view reduce,
                              bool include_self = true) const;

  // index.h
  Tensor index(const std::vector<TensorIndex>& indices) const;
  const Tensor& index_put_(const std::vector<TensorIndex>& indices,
                           const Tensor& value, bool accumulate = false) const;
  const Tensor& index_put_(const std::vector<TensorIndex>& indices,
                           const Scalar& value, bool accumulate = false) const;
  Tensor index_put(const std::vector<TensorIndex>& indices, const Tensor& value,
                   bool accumulate = false) const;
  Tensor index_put(const std::vector<TensorIndex>& indices, const Scalar& value,
                   bool accumulate = false) const;

  // index_dim.h
  Tensor index_select(int64_t dim, const Tensor& index) const;
  Tensor index_add(int64_t dim, const Tensor& index, const Tensor& source,
                   const Scalar& alpha = 1) const;
  const Tensor& index_add_(int64_t dim, const Tensor& index,
                           const Tensor& source, const Scalar& alpha = 1) const;
  Tensor index_copy(int64_t dim, const Tensor& index,
                    const Tensor& source) const;
  const Tensor& index_copy_(int64_t dim, const Tensor& index,
                            const Tensor& source) const;
  Tensor index_fill(int64_t dim, const Tensor& index,
                    const Scalar& value) const;
  Tensor index_fill(int64_t dim, const Tensor& index,
                    const Tensor& value) const;
  const Tensor& index_fill_(int64_t dim, const Tensor& index,
                            const Scalar& value) const;
  const Tensor& index_fill_(int64_t dim, const Tensor& index,
                            const Tensor& value) const;
  Tensor take(const Tensor& index) const;
  Tensor put(const Tensor& index, const Tensor& source,
             bool accumulate = false) const;
  const Tensor& put_(const Tensor& index, const Tensor& source,
                     bool accumulate = false) const;
  Tensor repeat_interleave(int64_t repeats) const;
  Tensor repeat_interleave(int64_t repeats, int64_t dim) const;
  Tensor repeat_interleave(const Tensor& repeats, int64_t dim) const;

  // masked.h
  Tensor nonzero() const;
  Tensor argwhere() const;
  std::vector<Tensor> where() const;
  Tensor masked_select(const Tensor& mask) const;
  Tensor masked_scatter(const Tensor& mask, const Tensor& source) const;
  const Tensor& masked_scatter_(const Tensor& mask, const Tensor& source) const;

  // matmul.h
  Tensor matmul(const Tensor& b) const;
  Tensor mm(const Tensor& b) const;
  Tensor bmm(const Tensor& b) const;
  Tensor mv(const Tensor& b) const;
  Tensor dot(const Tensor& b) const;
  Tensor outer(const Tensor& b) const;
  Tensor inner(const Tensor& b) const;

  // random.h
  Tensor bernoulli(Generator* generator = nullptr) const;
  Tensor bernoulli(double p, Generator* generator = nullptr) const;
  Tensor multinomial(int64_t count, bool replacement = false,
                     Generator* generator = nullptr) const;
  const Tensor& uniform_(double from = 0, double to = 1,
                         Generator* generator = nullptr) const;
  const Tensor& normal_(double mean = 0, double std = 1,
                        Generator* generator = nullptr) const;
  const Tensor& log_normal_(double mean = 1, double std = 2,
                            Generator* generator = nullptr) const;
  const Tensor& exponential_(double lambda = 1,
                             Generator* generator = nullptr) const;
  const Tensor& cauchy_(double median = 0, double sigma = 1,
                        Generator* generator = nullptr) const;
  const Tensor& geometric_(double p, Generator* generator = nullptr) const;
  const Tensor& bernoulli_(double p = 0.5,
                           Generator* generator = nullptr) const;
  const Tensor& bernoulli_(const Tensor& p,
                           Generator* generator = nullptr) const;
  const Tensor& random_(Generator* generator = nullptr) const;
  const Tensor& random_(int64_t to, Generator* generator = nullptr) const;
  const Tensor& random_(int64_t from, int64_t to,
                        Generator* generator = nullptr) const;

  // rearrange.h
  Tensor repeat(IntSpan repeats) const;
  Tensor tile(IntSpan repeats) const;
  Tensor flip(IntSpan dims) const;
  Tensor fliplr() const;
  Tensor flipud() const;

  // reduce.h
  Tensor sum(std::optional<Dtype> dtype = std::nullopt) const;
  Tensor sum(IntSpan dim, bool keepdim = false,
             std::optional<Dtype> dtype = std::nullopt) const;
  Tensor nansum(std::optional<Dtype> dtype = std::nullopt) const;
  Tensor nansum(IntSpan dim, bool keepdim = false,
                std::optional<Dtype> dtype = std::nullopt) const;
  Tensor mean(std::optional<Dtype> dtype = std::nullopt) const;
  Tensor mean(IntSpan dim, bool keepdim = false,
              std::optional<Dtype> dtype = std::nullopt) const;
  Tensor nanmean(std::optional<Dtype> dtype = std::nullopt) const;
  Tensor nanmean(IntSpan dim, bool keepdim = false,
                 std::optional<Dtype> dtype = std::nullopt) const;
  Tensor prod(std::optional<Dtype> dtype = std::nullopt) const;
  Tensor prod(int64_t dim, bool keepdim = false,
              std::optional<Dtype> dtype = std::nullopt) const;
  Tensor any() const;
  Tensor any(int64_t dim, bool keepdim = false) const;
  Tensor all() const;
  Tensor all(int64_t dim, bool keepdim = false) const;
  Tensor sum_to_size(IntSpan shape) const;

  // softmax.h
  Tensor softmax(int64_t dim, std::optional<Dtype> dtype = std::nullopt) const;
  Tensor log_softmax(int64_t dim,
                     std::optional<Dtype> dtype = std::nullopt) const;

  // triangle.h
  Tensor diag(int64_t offset = 0) const;
  Tensor diag_embed(int64_t offset = 0, int64_t dim1 = -2,
                    int64_t dim2 = -1) const;
  Tensor diagflat(int64_t offset = 0) const;
  Tensor tril(int64_t diagonal = 0) const;
  Tensor triu(int64_t diagonal = 0) const;
  const Tensor& tril_(int64_t diagonal = 0) const;
  const Tensor& triu_(int64_t diagonal = 0) const;
  Tensor trace() const;
  Tensor kron(const Tensor& b) const;

  // unary.h
  Tensor neg() const;
  const Tensor& neg_() const;
  Tensor exp() const;
  const Tensor& exp_() const;
  Tensor log() const;
  const Tensor& log_() const;

  // view.h
  Tensor view(IntSpan shape) const;
  Tensor reshape(IntSpan shape) const;
  Tensor view_as(const Tensor& other) const;
  Tensor reshape_as(const Tensor& other) const;
  Tensor flatten(int64_t start_dim = 0, int64_t end_dim = -1) const;
  Tensor ravel() const;
  Tensor unflatten(int64_t dim, IntSpan sizes) const;
  Tensor transpose(int64_t dim0, int64_t dim1) const;
  Tensor swapaxes(int64_t axis0, int64_t axis1) const;
  Tensor swapdims(int64_t dim0, int64_t dim1) const;
  Tensor t() const;
  Tensor mT() const;
  Tensor adjoint() const;
  Tensor permute(IntSpan dims) const;
  Tensor movedim(IntSpan source, IntSpan destination) const;
  Tensor moveaxis(IntSpan source, IntSpan destination) const;
  Tensor squeeze() const;
  Tensor squeeze(int64_t dim) const;
  Tensor squeeze(IntSpan dims) const;
  Tensor unsqueeze(int64_t dim) const;
  Tensor expand(IntSpan sizes) const;
  Tensor expand_as(const Tensor& other) const;
  Tensor broadcast_to(IntSpan sizes) const;
  Tensor select(int64_t dim, int64_t index) const;
  Tensor narrow(int64_t dim, int64_t start, int64_t length) const;
  Tensor narrow_copy(int64_t dim, int64_t start, int64_t length) const;
  Tensor diagonal(int64_t offset = 0, int64_t dim1 = 0, int64_t dim2 = 1) const;
  Tensor unfold(int64_t dim, int64_t size, int64_t step) const;
  Tensor as_strided(IntSpan sizes, IntSpan strides) const;
  Tensor as_strided(IntSpan sizes, IntSpan strides, int64_t offset) const;
  std::vector<Tensor> unbind(int64_t dim = 0) const;
  std::vector<Tensor> split(int64_t size, int64_t dim = 0) const;
  std::vector<Tensor> split(IntSpan sizes, int64_t dim = 0) const;
  std::vector<Tensor> split(std::initializer_list<int64_t> sizes,
                            int64_t dim = 0) const;
  std::vector<Tensor> split_with_sizes(IntSpan sizes, int64_t dim = 0) const;
  std::vector<Tensor> chunk(int64_t chunks, int64_t dim = 0) const;
  std::vector<Tensor> tensor_split(int64_t sections, int64_t dim = 0) const;
  std::vector<Tensor> tensor_split(IntSpan indices, int64_t dim = 0) const;
  std::vector<Tensor> tensor_split(std::initializer_list<int64_t> indices,
                                   int64_t dim = 0) const;
  std::vector<Tensor> hsplit(int64_t sections) const;
  std::vector<Tensor> hsplit(IntSpan indices) const;
  std::vector<Tensor> hsplit(std::initializer_list<int64_t> indices) const;
  std::vector<Tensor> vsplit(int64_t sections) const;
  std::vector<Tensor> vsplit(IntSpan indices) const;
  std::vector<Tensor> vsplit(std::initializer_list<int64_t> indices) const;
  std::vector<Tensor> dsplit(int64_t sections) const;
  std::vector<Tensor> dsplit(IntSpan indices) const;
  std::vector<Tensor> dsplit(std::initializer_list<int64_t> indices) const;
};

}  // namespace cresset

#endif  // CRESSET_TENSOR_CORE_METHODS_H_
