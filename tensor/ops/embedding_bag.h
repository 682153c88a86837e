// Rows of a table, several reduced to one.

#ifndef CRESSET_TENSOR_OPS_EMBEDDING_BAG_H_
#define CRESSET_TENSOR_OPS_EMBEDDING_BAG_H_

#include <optional>
#include <string_view>

#include "cresset/tensor/core/tensor.h"

namespace cresset {

struct EmbeddingBagOptions {
  std::optional<double> max_norm = std::nullopt;  ///< rows are shortened to it
  double norm_type = 2;                           ///< which norm max_norm means
  bool scale_grad_by_freq = false;   ///< divide gradients by the row's count
  std::string_view mode = "mean";    ///< or "sum", "max"
  Tensor per_sample_weights = {};    ///< a factor for each index, with "sum"
  bool include_last_offset = false;  ///< the last offset is the end of the last
  std::optional<int64_t> padding_idx = std::nullopt;  ///< indices left out
};

/// The sum, mean or maximum of the rows of `weight` in each bag of indices; 0
/// for an empty bag.
///
/// Shape:    indices [B, n], weight [V, D] -> [B, D]; or indices [n] with
///           offsets [B], where each bag starts.
/// Dtype:    indices and offsets int32 or int64; weight floating -> the same.
/// Gradient: g to the rows, dense, and g row to the factors.
/// Errors:   kIndex for an index outside [0, V); kShape, kDtype; kValue for an
///           unknown mode, offsets that do not rise from 0, or factors with
///           another mode than "sum".
/// Torch:    torch.nn.functional.embedding_bag(indices, weight, offsets,
///           max_norm, norm_type, scale_grad_by_freq, mode, sparse,
///           per_sample_weights, include_last_offset, padding_idx)
Tensor embedding_bag(const Tensor& indices, const Tensor& weight,
                     const Tensor& offsets = Tensor(),
                     const EmbeddingBagOptions& options = {});

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_EMBEDDING_BAG_H_
