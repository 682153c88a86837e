// Rows of a table by number.

#ifndef CRESSET_TENSOR_OPS_EMBEDDING_H_
#define CRESSET_TENSOR_OPS_EMBEDDING_H_

#include <optional>

#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset {

struct EmbeddingOptions {
  std::optional<int64_t> padding_idx = std::nullopt;  ///< row without gradient
  std::optional<double> max_norm = std::nullopt;  ///< rows are shortened to it
  double norm_type = 2;                           ///< which norm max_norm means
  bool scale_grad_by_freq = false;  ///< divide gradients by the row's count
};

/// The rows of `weight` that `indices` name.
///
/// Shape:    indices [...], weight [V, D] -> [..., D].
/// Dtype:    indices int32 or int64; weight any.
/// Gradient: g added to the rows, dense; none to padding_idx.
/// Errors:   kIndex, with the index, if one is outside [0, V); kDtype for other
///           index types.
/// Torch:    torch.nn.functional.embedding(indices, weight, padding_idx,
///           max_norm, norm_type, scale_grad_by_freq)
Tensor embedding(const Tensor& indices, const Tensor& weight,
                 const EmbeddingOptions& options = {});

/// 1 at each index, 0 elsewhere.
/// Shape:    [...] -> [..., num_classes]; -1 takes the largest index + 1.
/// Dtype:    int64 -> int64.
/// Gradient: none.
/// Errors:   kIndex for an index outside [0, num_classes).
/// Torch:    torch.nn.functional.one_hot(indices, num_classes)
Tensor one_hot(const Tensor& indices, int64_t num_classes = -1);

namespace internal {

// y[i] = weight[indices[i]]; weight [V, D], indices int64 [n], y [n, D], all
// row-major. Errors: kIndex.
using RowGatherKernel =
    Kernel<void(const Tensor& weight, const Tensor& indices, const Tensor& y)>;
// gw[indices[i]] += g[i] (times 1 / count of the index), skipping `skip`; gw
// starts as zeros.
using RowAddKernel =
    Kernel<void(const Tensor& g, const Tensor& indices, int64_t skip,
                bool scale_by_count, const Tensor& gw)>;
extern RowGatherKernel row_gather_kernel;
extern RowAddKernel row_add_kernel;

}  // namespace internal
}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_EMBEDDING_H_
