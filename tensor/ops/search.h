// Finding values: binary search, membership, distinct values.
//
//   Dtype:    all but complex; positions and counts are int64.
//   Gradient: none.

#ifndef CRESSET_TENSOR_OPS_SEARCH_H_
#define CRESSET_TENSOR_OPS_SEARCH_H_

#include <optional>

#include "cresset/tensor/core/tensor.h"

namespace cresset {

struct SearchOptions {
  bool out_int32 = false;  ///< positions as int32
  bool right = false;      ///< behind equal elements instead of before them
  Tensor sorter = {};      ///< positions that sort the sequence
};

/// Where each value would have to be put into a rising sequence.
///
/// Shape:    sequence [n] and any values, or [.., n] and [.., m] with the same
///           sizes in front -> the shape of the values.
/// Errors:   kShape if these do not fit; kDtype for complex numbers.
/// Torch:    torch.searchsorted(sequence, values, ...),
///           torch.bucketize(values, boundaries, ...)
Tensor searchsorted(const Tensor& sequence, const Tensor& values,
                    const SearchOptions& options = {});
Tensor searchsorted(const Tensor& sequence, const Scalar& value,
                    const SearchOptions& options = {});
Tensor bucketize(const Tensor& values, const Tensor& boundaries,
                 const SearchOptions& options = {});

/// Whether each element is among `test`.
///
/// Shape:    any -> the same, bool.
/// Errors:   kDtype for complex numbers.
/// Torch:    torch.isin(elements, test, invert=invert)
Tensor isin(const Tensor& elements, const Tensor& test, bool invert = false);

/// Distinct values, where each element went, and how often each value occurs.
struct UniqueValues {
  Tensor values;
  Tensor inverse;
  Tensor counts;
};

/// The distinct elements of x in rising order, or its distinct slices along
/// `dim` in the order of their elements. Without a dim and with `sorted` false
/// in the order of a hash table, which is PyTorch's. `unique_consecutive` keeps
/// the order and joins only neighbours.
///
/// Shape:    values [k], or x's sizes with k at `dim`; inverse that of x, or
///           [n]; counts [k].
/// Errors:   kIndex for a dimension out of range; kDtype for complex numbers.
/// Torch:    torch.unique(x, sorted, return_inverse=True, return_counts=True,
///           dim=dim), torch.unique_consecutive(...)
UniqueValues unique(const Tensor& x, std::optional<int64_t> dim = std::nullopt,
                    bool sorted = true);
UniqueValues unique_consecutive(const Tensor& x,
                                std::optional<int64_t> dim = std::nullopt);

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_SEARCH_H_
