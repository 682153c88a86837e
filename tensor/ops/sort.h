// Elements in order, and choices by rank.
//
//   Shape:    any; `dim` may be negative.
//   Dtype:    any with an order -> the same; indices are int64.
//   Gradient: g, to the elements at the indices.
//   Errors:   kIndex if dim or a rank is out of range; kDtype for complex
//             numbers and storage-only dtypes.
// A NaN counts as larger than every number. sort keeps the order of equal
// elements; of equal ones topk, kthvalue and mode name those that PyTorch does.

#ifndef CRESSET_TENSOR_OPS_SORT_H_
#define CRESSET_TENSOR_OPS_SORT_H_

#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/ops/reduce.h"

namespace cresset {

struct SortOptions {
  int64_t dim = -1;
  bool descending = false;
  bool stable = true;  ///< as in PyTorch; the order is stable in any case
};

/// The elements along `dim` in order, and where they were.
/// Torch: torch.sort(x, dim, descending, stable)
ValuesAndIndices sort(const Tensor& x, int64_t dim = -1,
                      bool descending = false);
ValuesAndIndices sort(const Tensor& x, const SortOptions& options);

/// The indices of sort.
/// Gradient: none. Torch: torch.argsort(x, dim, descending)
Tensor argsort(const Tensor& x, int64_t dim = -1, bool descending = false);

/// The rows along the first dimension in order, each column by itself.
/// Torch: torch.msort(x)
Tensor msort(const Tensor& x);

/// The k largest, or smallest, elements along `dim`, the most extreme first
/// unless `sorted` is false.
/// Shape: [..., n, ...] -> [..., k, ...]. Torch: torch.topk(x, k, dim, largest)
ValuesAndIndices topk(const Tensor& x, int64_t k, int64_t dim = -1,
                      bool largest = true, bool sorted = true);

/// The k-th smallest element along `dim`, k counting from 1.
/// Torch: torch.kthvalue(x, k, dim, keepdim)
ValuesAndIndices kthvalue(const Tensor& x, int64_t k, int64_t dim = -1,
                          bool keepdim = false);

/// The element in the middle, the lower one of two; NaN if any is NaN.
/// Torch: torch.median(x), torch.median(x, dim, keepdim)
Tensor median(const Tensor& x);
ValuesAndIndices median(const Tensor& x, int64_t dim, bool keepdim = false);

/// The element in the middle of those that are not NaN.
/// Torch: torch.nanmedian(x), torch.nanmedian(x, dim, keepdim)
Tensor nanmedian(const Tensor& x);
ValuesAndIndices nanmedian(const Tensor& x, int64_t dim, bool keepdim = false);

/// The most frequent element along `dim`, the smallest of equally frequent
/// ones, and the place of its last occurrence.
/// Torch: torch.mode(x, dim, keepdim)
ValuesAndIndices mode(const Tensor& x, int64_t dim = -1, bool keepdim = false);

namespace internal {

// What a device provides: the first `k` of each row in order. x is [rows, n],
// row-major, of float32, float64 or int64; values and indices are [rows, k].
struct SortCall {
  const Tensor& x;
  int64_t k;
  bool descending;
  const Tensor& values;
  const Tensor& indices;
};
using SortKernel = Kernel<void(const SortCall&)>;
extern SortKernel sort_kernel;

void sort_cpu(const SortCall& call);

}  // namespace internal
}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_SORT_H_
