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
struct DiffOptions;
struct ScaledProduct;
struct SortOptions;
struct ValuesAndIndices;
struct VarOptions;

class TensorMethods {
 public:
  // Python's x[i], x[mask] and x[start:stop].
  Tensor operator[](int64_t position) const;
  // Gathers a copy; const, so that nobody assigns to it: index_put_ writes.
  const Tensor operator[](const Tensor& positions) const;
  Tensor operator[](const Slice& slice) const;

  // activation.h
  Tensor relu() const;
  const Tensor& relu_() const;
  Tensor hardshrink(double lambd = 0.5) const;
  Tensor prelu(const Tensor& weight) const;

  // binary.h
  Tensor add(const Tensor& b, const Scalar& alpha = 1) const;
  Tensor add(const Scalar& b, const Scalar& alpha = 1) const;
  const Tensor& add_(const Tensor& b, const Scalar& alpha = 1) const;
  const Tensor& add_(const Scalar& b, const Scalar& alpha = 1) const;
  Tensor sub(const Tensor& b, const Scalar& alpha = 1) const;
  Tensor sub(const Scalar& b, const Scalar& alpha = 1) const;
  Tensor rsub(const Tensor& b, const Scalar& alpha = 1) const;
  Tensor rsub(const Scalar& b, const Scalar& alpha = 1) const;
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

  // bitwise.h
  Tensor bitwise_and(const Tensor& b) const;
  Tensor bitwise_and(const Scalar& b) const;
  Tensor bitwise_or(const Tensor& b) const;
  Tensor bitwise_or(const Scalar& b) const;
  Tensor bitwise_xor(const Tensor& b) const;
  Tensor bitwise_xor(const Scalar& b) const;
  Tensor bitwise_not() const;
  Tensor bitwise_left_shift(const Tensor& b) const;
  Tensor bitwise_left_shift(const Scalar& b) const;
  Tensor bitwise_right_shift(const Tensor& b) const;
  Tensor bitwise_right_shift(const Scalar& b) const;
  Tensor gcd(const Tensor& b) const;
  Tensor lcm(const Tensor& b) const;

  // clamp.h
  Tensor clamp(const std::optional<Scalar>& low,
               const std::optional<Scalar>& high = std::nullopt) const;
  Tensor clamp(const Tensor& low, const Tensor& high) const;
  const Tensor& clamp_(const std::optional<Scalar>& low,
                       const std::optional<Scalar>& high = std::nullopt) const;
  Tensor clamp_min(const Scalar& low) const;
  Tensor clamp_min(const Tensor& low) const;
  const Tensor& clamp_min_(const Scalar& low) const;
  Tensor clamp_max(const Scalar& high) const;
  Tensor clamp_max(const Tensor& high) const;
  const Tensor& clamp_max_(const Scalar& high) const;
  Tensor maximum(const Tensor& b) const;
  Tensor minimum(const Tensor& b) const;
  Tensor fmax(const Tensor& b) const;
  Tensor fmin(const Tensor& b) const;

  // compare.h
  Tensor eq(const Tensor& b) const;
  Tensor eq(const Scalar& b) const;
  Tensor ne(const Tensor& b) const;
  Tensor ne(const Scalar& b) const;
  Tensor lt(const Tensor& b) const;
  Tensor lt(const Scalar& b) const;
  Tensor le(const Tensor& b) const;
  Tensor le(const Scalar& b) const;
  Tensor gt(const Tensor& b) const;
  Tensor gt(const Scalar& b) const;
  Tensor ge(const Tensor& b) const;
  Tensor ge(const Scalar& b) const;
  bool equal(const Tensor& b) const;
  Tensor isclose(const Tensor& b, double rtol = 1e-5, double atol = 1e-8,
                 bool equal_nan = false) const;
  bool allclose(const Tensor& b, double rtol = 1e-5, double atol = 1e-8,
                bool equal_nan = false) const;
  Tensor logical_and(const Tensor& b) const;
  Tensor logical_or(const Tensor& b) const;
  Tensor logical_xor(const Tensor& b) const;
  Tensor logical_not() const;
  Tensor isnan() const;
  Tensor isinf() const;
  Tensor isfinite() const;
  Tensor isposinf() const;
  Tensor isneginf() const;
  Tensor signbit() const;

  // division.h
  Tensor div(const Tensor& b, std::string_view rounding_mode) const;
  Tensor div(const Scalar& b, std::string_view rounding_mode) const;
  Tensor floor_divide(const Tensor& b) const;
  Tensor floor_divide(const Scalar& b) const;
  const Tensor& floor_divide_(const Tensor& b) const;
  const Tensor& floor_divide_(const Scalar& b) const;
  Tensor fmod(const Tensor& b) const;
  Tensor fmod(const Scalar& b) const;
  const Tensor& fmod_(const Tensor& b) const;
  const Tensor& fmod_(const Scalar& b) const;
  Tensor remainder(const Tensor& b) const;
  Tensor remainder(const Scalar& b) const;
  const Tensor& remainder_(const Tensor& b) const;
  const Tensor& remainder_(const Scalar& b) const;

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
  Tensor addmm(const Tensor& a, const Tensor& b) const;
  Tensor addmm(const Tensor& a, const Tensor& b,
               const ScaledProduct& options) const;
  Tensor addmv(const Tensor& a, const Tensor& b) const;
  Tensor addmv(const Tensor& a, const Tensor& b,
               const ScaledProduct& options) const;
  Tensor addr(const Tensor& a, const Tensor& b) const;
  Tensor addr(const Tensor& a, const Tensor& b,
              const ScaledProduct& options) const;
  Tensor baddbmm(const Tensor& a, const Tensor& b) const;
  Tensor baddbmm(const Tensor& a, const Tensor& b,
                 const ScaledProduct& options) const;
  Tensor addbmm(const Tensor& a, const Tensor& b) const;
  Tensor addbmm(const Tensor& a, const Tensor& b,
                const ScaledProduct& options) const;

  // power.h
  Tensor pow(const Tensor& exponent) const;
  Tensor pow(const Scalar& exponent) const;
  const Tensor& pow_(const Tensor& exponent) const;
  const Tensor& pow_(const Scalar& exponent) const;
  Tensor float_power(const Tensor& exponent) const;
  Tensor float_power(const Scalar& exponent) const;

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
  Tensor roll(IntSpan shifts, IntSpan dims = {}) const;
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
  Tensor count_nonzero(IntSpan dim = {}) const;
  Tensor sum_to_size(IntSpan shape) const;

  // reduce_minmax.h
  Tensor max() const;
  Tensor min() const;
  ValuesAndIndices max(int64_t dim, bool keepdim = false) const;
  ValuesAndIndices min(int64_t dim, bool keepdim = false) const;
  Tensor amax(IntSpan dim = {}, bool keepdim = false) const;
  Tensor amin(IntSpan dim = {}, bool keepdim = false) const;
  Tensor argmax() const;
  Tensor argmax(int64_t dim, bool keepdim = false) const;
  Tensor argmin() const;
  Tensor argmin(int64_t dim, bool keepdim = false) const;

  // reduce_stats.h
  Tensor var() const;
  Tensor var(IntSpan dim) const;
  Tensor var(IntSpan dim, const VarOptions& options) const;
  Tensor std() const;
  Tensor std(IntSpan dim) const;
  Tensor std(IntSpan dim, const VarOptions& options) const;
  Tensor logsumexp(IntSpan dim, bool keepdim = false) const;
  Tensor norm(double p = 2, IntSpan dim = {}, bool keepdim = false,
              std::optional<Dtype> dtype = std::nullopt) const;
  Tensor dist(const Tensor& b, double p = 2) const;

  // scan.h
  Tensor cumsum(int64_t dim, std::optional<Dtype> dtype = std::nullopt) const;
  Tensor cumprod(int64_t dim, std::optional<Dtype> dtype = std::nullopt) const;
  Tensor logcumsumexp(int64_t dim) const;
  ValuesAndIndices cummax(int64_t dim) const;
  ValuesAndIndices cummin(int64_t dim) const;
  Tensor diff() const;
  Tensor diff(const DiffOptions& options) const;

  // softmax.h
  Tensor softmax(int64_t dim, std::optional<Dtype> dtype = std::nullopt) const;
  Tensor log_softmax(int64_t dim,
                     std::optional<Dtype> dtype = std::nullopt) const;

  // histogram.h
  Tensor histc(int64_t bins = 100, double min = 0, double max = 0) const;
  Tensor bincount() const;
  Tensor bincount(const Tensor& weights, int64_t minlength = 0) const;
  Tensor quantile(double q, std::optional<int64_t> dim = std::nullopt,
                  bool keepdim = false) const;
  Tensor quantile(const Tensor& q, std::optional<int64_t> dim = std::nullopt,
                  bool keepdim = false) const;

  // sort.h
  ValuesAndIndices sort(int64_t dim = -1, bool descending = false) const;
  ValuesAndIndices sort(const SortOptions& options) const;
  Tensor argsort(int64_t dim = -1, bool descending = false) const;
  Tensor msort() const;
  ValuesAndIndices topk(int64_t k, int64_t dim = -1, bool largest = true,
                        bool sorted = true) const;
  ValuesAndIndices kthvalue(int64_t k, int64_t dim = -1,
                            bool keepdim = false) const;
  Tensor median() const;
  ValuesAndIndices median(int64_t dim, bool keepdim = false) const;
  Tensor nanmedian() const;
  ValuesAndIndices nanmedian(int64_t dim, bool keepdim = false) const;
  ValuesAndIndices mode(int64_t dim = -1, bool keepdim = false) const;

  // special.h
  Tensor atan2(const Tensor& b) const;
  Tensor hypot(const Tensor& b) const;
  Tensor copysign(const Tensor& b) const;
  Tensor copysign(const Scalar& b) const;
  Tensor heaviside(const Tensor& values) const;
  Tensor xlogy(const Tensor& b) const;
  Tensor xlogy(const Scalar& b) const;
  Tensor logaddexp(const Tensor& b) const;
  Tensor logaddexp2(const Tensor& b) const;

  // ternary.h
  Tensor lerp(const Tensor& end, const Tensor& weight) const;
  Tensor lerp(const Tensor& end, const Scalar& weight) const;
  const Tensor& lerp_(const Tensor& end, const Tensor& weight) const;
  const Tensor& lerp_(const Tensor& end, const Scalar& weight) const;
  Tensor addcmul(const Tensor& a, const Tensor& b,
                 const Scalar& value = 1) const;
  const Tensor& addcmul_(const Tensor& a, const Tensor& b,
                         const Scalar& value = 1) const;
  Tensor addcdiv(const Tensor& a, const Tensor& b,
                 const Scalar& value = 1) const;
  const Tensor& addcdiv_(const Tensor& a, const Tensor& b,
                         const Scalar& value = 1) const;

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
  Tensor abs() const;
  const Tensor& abs_() const;
  Tensor square() const;
  const Tensor& square_() const;
  Tensor ceil() const;
  const Tensor& ceil_() const;
  Tensor floor() const;
  const Tensor& floor_() const;
  Tensor trunc() const;
  const Tensor& trunc_() const;
  Tensor frac() const;
  const Tensor& frac_() const;
  Tensor sign() const;
  const Tensor& sign_() const;
  Tensor sgn() const;
  const Tensor& sgn_() const;
  Tensor reciprocal() const;
  const Tensor& reciprocal_() const;
  Tensor sqrt() const;
  const Tensor& sqrt_() const;
  Tensor rsqrt() const;
  const Tensor& rsqrt_() const;
  Tensor exp() const;
  const Tensor& exp_() const;
  Tensor exp2() const;
  const Tensor& exp2_() const;
  Tensor expm1() const;
  const Tensor& expm1_() const;
  Tensor log() const;
  const Tensor& log_() const;
  Tensor log2() const;
  const Tensor& log2_() const;
  Tensor log10() const;
  const Tensor& log10_() const;
  Tensor log1p() const;
  const Tensor& log1p_() const;
  Tensor sin() const;
  const Tensor& sin_() const;
  Tensor cos() const;
  const Tensor& cos_() const;
  Tensor tan() const;
  const Tensor& tan_() const;
  Tensor asin() const;
  const Tensor& asin_() const;
  Tensor acos() const;
  const Tensor& acos_() const;
  Tensor atan() const;
  const Tensor& atan_() const;
  Tensor sinh() const;
  const Tensor& sinh_() const;
  Tensor cosh() const;
  const Tensor& cosh_() const;
  Tensor tanh() const;
  const Tensor& tanh_() const;
  Tensor asinh() const;
  const Tensor& asinh_() const;
  Tensor acosh() const;
  const Tensor& acosh_() const;
  Tensor atanh() const;
  const Tensor& atanh_() const;
  Tensor sigmoid() const;
  const Tensor& sigmoid_() const;
  Tensor erf() const;
  const Tensor& erf_() const;
  Tensor erfc() const;
  const Tensor& erfc_() const;
  Tensor sinc() const;
  const Tensor& sinc_() const;
  Tensor round(int64_t decimals = 0) const;
  const Tensor& round_(int64_t decimals = 0) const;
  Tensor logit(std::optional<double> eps = std::nullopt) const;
  const Tensor& logit_(std::optional<double> eps = std::nullopt) const;
  Tensor nan_to_num(std::optional<double> nan = std::nullopt,
                    std::optional<double> posinf = std::nullopt,
                    std::optional<double> neginf = std::nullopt) const;
  const Tensor& nan_to_num_(std::optional<double> nan = std::nullopt,
                            std::optional<double> posinf = std::nullopt,
                            std::optional<double> neginf = std::nullopt) const;
  Tensor positive() const;
  Tensor deg2rad() const;
  Tensor rad2deg() const;

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

  // view_scatter.h
  Tensor select_scatter(const Tensor& source, int64_t dim, int64_t index) const;
  Tensor slice_scatter(const Tensor& source, int64_t dim = 0, int64_t start = 0,
                       int64_t end = INT64_MAX, int64_t step = 1) const;
  Tensor diagonal_scatter(const Tensor& source, int64_t offset = 0,
                          int64_t dim1 = 0, int64_t dim2 = 1) const;

  // where.h
  Tensor where(const Tensor& a, const Tensor& b) const;
  Tensor where(const Tensor& a, const Scalar& b) const;
  Tensor where(const Scalar& a, const Tensor& b) const;
  Tensor where(const Scalar& a, const Scalar& b) const;
  Tensor masked_fill(const Tensor& mask, const Scalar& value) const;
  Tensor masked_fill(const Tensor& mask, const Tensor& value) const;
  const Tensor& masked_fill_(const Tensor& mask, const Scalar& value) const;
  const Tensor& masked_fill_(const Tensor& mask, const Tensor& value) const;
};

}  // namespace cresset

#endif  // CRESSET_TENSOR_CORE_METHODS_H_
