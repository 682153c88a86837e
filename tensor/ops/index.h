// Indexing by integers, slices, masks and index tensors: Python's x[...].
//
//   x.index({0, Slice(1, 3), None, Ellipsis, mask})      x[0, 1:3, None, ...,
//   mask] x.index_put_({Slice(0, 2)}, 1.0)                     x[0:2] = 1.0

#ifndef CRESSET_TENSOR_OPS_INDEX_H_
#define CRESSET_TENSOR_OPS_INDEX_H_

#include <concepts>
#include <cstdint>
#include <vector>

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// Python's None in an index: a new dimension, or a bound left out.
struct NoneType {};
inline constexpr NoneType None{};

/// Python's `...`: all dimensions that no other index names.
struct EllipsisType {};
inline constexpr EllipsisType Ellipsis{};

/// Python's start:stop:step; None leaves a bound out.
class Slice {
 public:
  class Bound {
   public:
    Bound(NoneType) {}                                     // NOLINT
    Bound(int64_t value) : given_(true), value_(value) {}  // NOLINT
    int64_t value_or(int64_t other) const { return given_ ? value_ : other; }

   private:
    bool given_ = false;
    int64_t value_ = 0;
  };

  Slice() : Slice(None, None, None) {}
  Slice(Bound stop) : Slice(None, stop, None) {}  // NOLINT
  Slice(Bound start, Bound stop, Bound step = None)
      : start_(start.value_or(0)),
        stop_(stop.value_or(INT64_MAX)),
        step_(step.value_or(1)) {}

  int64_t start() const { return start_; }
  int64_t stop() const { return stop_; }
  int64_t step() const { return step_; }

 private:
  int64_t start_, stop_, step_;
};

/// One index of a list.
class TensorIndex {
 public:
  enum class Kind { kNone, kEllipsis, kInteger, kBool, kSlice, kTensor };

  TensorIndex(NoneType) : kind_(Kind::kNone) {}          // NOLINT
  TensorIndex(EllipsisType) : kind_(Kind::kEllipsis) {}  // NOLINT
  template <std::integral T>
  TensorIndex(T value)  // NOLINT
      : kind_(std::same_as<T, bool> ? Kind::kBool : Kind::kInteger),
        integer_(static_cast<int64_t>(value)) {}
  TensorIndex(const Slice& slice)  // NOLINT
      : kind_(Kind::kSlice), slice_(slice) {}
  TensorIndex(const Tensor& tensor)  // NOLINT
      : kind_(Kind::kTensor), tensor_(tensor) {}

  Kind kind() const { return kind_; }
  int64_t integer() const { return integer_; }
  const Slice& slice() const { return slice_; }
  const Tensor& tensor() const { return tensor_; }

 private:
  Kind kind_;
  int64_t integer_ = 0;
  Slice slice_;
  Tensor tensor_;
};

using TensorIndices = std::vector<TensorIndex>;

/// The elements at the indices. Without tensors among these a view of x, else
/// a new tensor.
///
/// Shape:    NumPy's rules. An integer takes its dimension away, None adds one,
///           a mask of rank k stands for k dimensions; index tensors are
///           broadcast together, and their dimensions stand where the indexed
///           ones stood if these are neighbours, in front otherwise.
/// Dtype:    any -> the same; index tensors are int32, int64, bool or uint8
///           (the last two are masks).
/// Gradient: g, added up where it came from.
/// Errors:   kIndex for too many indices, a position out of range or a mask
///           that does not fit; kShape if index tensors do not broadcast;
///           kDtype for index tensors of another dtype.
/// Torch:    x[indices]
Tensor index(const Tensor& x, const TensorIndices& indices);

/// Puts `value` there, broadcast, or adds it if `accumulate`. Of several values
/// for one place the last stays.
///
/// Shape:    `value` broadcasts to the shape of index(x, indices).
/// Dtype:    a tensor has x's dtype unless no index is a tensor.
/// Gradient: zeros there (g with `accumulate`) to x, g there to `value`.
/// Errors:   as index; kShape if `value` does not broadcast; kDtype; kState
///           where x may not be changed in place.
/// Torch:    x[indices] = value, x.index_put(indices, value, accumulate)
const Tensor& index_put_(const Tensor& x, const TensorIndices& indices,
                         const Tensor& value, bool accumulate = false);
const Tensor& index_put_(const Tensor& x, const TensorIndices& indices,
                         const Scalar& value, bool accumulate = false);
Tensor index_put(const Tensor& x, const TensorIndices& indices,
                 const Tensor& value, bool accumulate = false);
Tensor index_put(const Tensor& x, const TensorIndices& indices,
                 const Scalar& value, bool accumulate = false);

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_INDEX_H_
