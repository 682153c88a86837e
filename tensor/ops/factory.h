// Tensors from sizes, ranges and C++ values.
//
// Unless an op says otherwise
//   Shape:    the given one, or that of `x`; results are row-major.
//   Dtype:    the options' or argument's; otherwise the default dtype, for
//             *_like and new_* that of `x`.
//   Gradient: none; the result is a leaf.
//   Errors:   kShape for negative sizes; kDevice if the device has no backend.

#ifndef CRESSET_TENSOR_OPS_FACTORY_H_
#define CRESSET_TENSOR_OPS_FACTORY_H_

#include <concepts>
#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// Torch: torch.zeros(shape), torch.ones(shape)
Tensor zeros(IntSpan shape, const TensorOptions& options = {});
Tensor ones(IntSpan shape, const TensorOptions& options = {});

/// Without a dtype in the options the value's kind decides: bool, int64 or the
/// default dtype.
/// Torch: torch.full(shape, value)
Tensor full(IntSpan shape, const Scalar& value,
            const TensorOptions& options = {});

/// Torch: torch.zeros_like(x), torch.ones_like(x), torch.full_like(x, value)
Tensor zeros_like(const Tensor& x, std::optional<Dtype> dtype = std::nullopt);
Tensor ones_like(const Tensor& x, std::optional<Dtype> dtype = std::nullopt);
Tensor full_like(const Tensor& x, const Scalar& value,
                 std::optional<Dtype> dtype = std::nullopt);

/// Tensors of another shape with the dtype and device of `x`.
/// Torch: x.new_empty(shape), x.new_zeros(shape), x.new_ones(shape),
///        x.new_full(shape, value)
Tensor new_empty(const Tensor& x, IntSpan shape,
                 std::optional<Dtype> dtype = std::nullopt);
Tensor new_zeros(const Tensor& x, IntSpan shape,
                 std::optional<Dtype> dtype = std::nullopt);
Tensor new_ones(const Tensor& x, IntSpan shape,
                std::optional<Dtype> dtype = std::nullopt);
Tensor new_full(const Tensor& x, IntSpan shape, const Scalar& value,
                std::optional<Dtype> dtype = std::nullopt);

/// start, start + step, ... up to but without `end`.
///
/// Shape:  [ceil((end - start) / step)].
/// Dtype:  the options'; otherwise int64 if all numbers are integers, else the
///         default dtype.
/// Errors: kValue if step is 0, has the wrong sign, or a bound is not finite.
/// Torch:  torch.arange(start, end, step)
Tensor arange(const Scalar& end, const TensorOptions& options = {});
Tensor arange(const Scalar& start, const Scalar& end,
              const TensorOptions& options = {});
Tensor arange(const Scalar& start, const Scalar& end, const Scalar& step,
              const TensorOptions& options = {});

/// `steps` numbers from start to end, both included; logspace takes `base` to
/// the power of each.
///
/// Shape:  [steps]. Dtype: the options' or the default dtype.
/// Errors: kValue if steps < 0.
/// Torch:  torch.linspace(start, end, steps), torch.logspace(...)
Tensor linspace(const Scalar& start, const Scalar& end, int64_t steps,
                const TensorOptions& options = {});
Tensor logspace(const Scalar& start, const Scalar& end, int64_t steps,
                double base = 10, const TensorOptions& options = {});

/// Ones on the diagonal, zeros elsewhere.
///
/// Shape:  [n, m]; m is n by default. Dtype: the options' or the default dtype.
/// Errors: kShape if a size is negative.
/// Torch:  torch.eye(n, m)
Tensor eye(int64_t n, const TensorOptions& options = {});
Tensor eye(int64_t n, int64_t m, const TensorOptions& options = {});

/// Row and column numbers of the elements on and below (tril) or on and above
/// (triu) diagonal number `offset` of a rows x columns matrix, row by row.
///
/// Shape:  [2, count]. Dtype: the options' or int64.
/// Errors: kShape if a size is negative.
/// Torch:  torch.tril_indices(rows, columns, offset), torch.triu_indices(...)
Tensor tril_indices(int64_t rows, int64_t columns, int64_t offset = 0,
                    const TensorOptions& options = {});
Tensor triu_indices(int64_t rows, int64_t columns, int64_t offset = 0,
                    const TensorOptions& options = {});

/// A number, or a braced list of lists of numbers: what tensor() takes.
class TensorData {
 public:
  TensorData() = default;
  template <class T>
  requires(std::convertible_to<T, Scalar>) TensorData(T value)  // NOLINT
      : is_list_(false), number_(value) {}
  TensorData(std::initializer_list<TensorData> items)  // NOLINT
      : items_(items) {}

  bool is_list() const { return is_list_; }
  const Scalar& number() const { return number_; }
  const std::vector<TensorData>& items() const { return items_; }

 private:
  bool is_list_ = true;
  Scalar number_;
  std::vector<TensorData> items_;
};

/// A tensor of the given numbers: tensor({{1.0, 2.0}, {3.0, 4.0}}).
///
/// Shape:  that of the nested lists; a single number gives rank 0.
/// Dtype:  the options'; otherwise bool if all are bool, int64 if all are
///         integers, the default dtype (or its complex twin) otherwise.
/// Errors: kShape if the lists are ragged.
/// Torch:  torch.tensor(data)
Tensor tensor(const TensorData& data, const TensorOptions& options = {});

namespace internal {

// A tensor with a copy of `data`, row-major, of `dtype`.
Tensor tensor_of(const void* data, IntSpan shape, Dtype dtype,
                 const TensorOptions& options);
[[noreturn]] void throw_ragged(size_t expected, size_t dim, size_t got);

template <class T>
void flatten_vector(const std::vector<T>& list, Shape& shape, size_t depth,
                    std::vector<T>& flat) {
  const auto n = static_cast<int64_t>(list.size());
  if (shape.size() == depth) shape.push_back(n);
  if (shape[depth] != n) {
    throw_ragged(static_cast<size_t>(shape[depth]), depth, list.size());
  }
  flat.insert(flat.end(), list.begin(), list.end());
}

template <class T, class Element>
void flatten_vector(const std::vector<std::vector<T>>& list, Shape& shape,
                    size_t depth, std::vector<Element>& flat) {
  const auto n = static_cast<int64_t>(list.size());
  if (shape.size() == depth) shape.push_back(n);
  if (shape[depth] != n) {
    throw_ragged(static_cast<size_t>(shape[depth]), depth, list.size());
  }
  for (const auto& inner : list) {
    flatten_vector(inner, shape, depth + 1, flat);
  }
}

template <class T>
struct ElementOf {
  using type = T;
};
template <class T>
struct ElementOf<std::vector<T>> : ElementOf<T> {};

}  // namespace internal

/// The same from a vector, or a vector of vectors, of one C++ type.
///
/// Shape:  that of the vectors.
/// Dtype:  the options'; otherwise that of the C++ type: float64 for double.
/// Errors: kShape if the vectors are ragged.
/// Torch:  torch.tensor(list, dtype=...)
template <class T>
Tensor tensor(const std::vector<T>& data, const TensorOptions& options = {}) {
  using Element = typename internal::ElementOf<T>::type;
  Shape shape;
  std::vector<Element> flat;
  internal::flatten_vector(data, shape, 0, flat);
  if constexpr (std::same_as<Element, bool>) {
    const std::vector<unsigned char> bytes(flat.begin(), flat.end());
    return internal::tensor_of(bytes.data(), shape, bool_, options);
  } else {
    return internal::tensor_of(flat.data(), shape, dtype_of<Element>, options);
  }
}

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_FACTORY_H_
