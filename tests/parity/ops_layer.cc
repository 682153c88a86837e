// Rows of normalisations and embeddings.

#include "cresset/tensor/ops/embedding.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {
namespace {

using OptTensor = std::optional<Tensor>;

}  // namespace

void add_layer_ops(OpTable& t) {
  t.add("nn.functional.embedding",
        "input, weight, padding_idx=None, max_norm=None, norm_type=2.0, "
        "scale_grad_by_freq=False, sparse=False",
        [](const Tensor& input, const Tensor& weight,
           std::optional<int64_t> padding_idx, std::optional<double> max_norm,
           double norm_type, bool scale_grad_by_freq, Absent) {
          return embedding(input, weight,
                           {.padding_idx = padding_idx,
                            .max_norm = max_norm,
                            .norm_type = norm_type,
                            .scale_grad_by_freq = scale_grad_by_freq});
        });
  t.add("nn.functional.one_hot", "tensor, num_classes=-1",
        [](const Tensor& x, int64_t classes) { return one_hot(x, classes); });
}

}  // namespace cresset::parity
