// Rows of normalisations and embeddings.

#include "cresset/tensor/ops/distance.h"
#include "cresset/tensor/ops/embedding.h"
#include "cresset/tensor/ops/embedding_bag.h"
#include "cresset/tensor/ops/norm.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {
namespace {

using OptTensor = std::optional<Tensor>;

Tensor or_none(const OptTensor& x) { return x.value_or(Tensor()); }

}  // namespace

void add_layer_ops(OpTable& t) {
  t.add("nn.functional.batch_norm",
        "input, running_mean, running_var, weight=None, bias=None, "
        "training=False, momentum=0.1, eps=1e-05",
        [](const Tensor& x, const OptTensor& mean, const OptTensor& var,
           const OptTensor& weight, const OptTensor& bias, bool training,
           double momentum, double eps) {
          return batch_norm(
              x, or_none(mean), or_none(var), or_none(weight), or_none(bias),
              {.training = training, .momentum = momentum, .eps = eps});
        });
  t.add("nn.functional.layer_norm",
        "input, normalized_shape, weight=None, bias=None, eps=1e-05",
        [](const Tensor& x, const Ints& shape, const OptTensor& weight,
           const OptTensor& bias, double eps) {
          return layer_norm(x, shape, or_none(weight), or_none(bias), eps);
        });
  t.add("nn.functional.group_norm",
        "input, num_groups, weight=None, bias=None, eps=1e-05",
        [](const Tensor& x, int64_t groups, const OptTensor& weight,
           const OptTensor& bias, double eps) {
          return group_norm(x, groups, or_none(weight), or_none(bias), eps);
        });
  t.add("nn.functional.instance_norm",
        "input, running_mean=None, running_var=None, weight=None, bias=None, "
        "use_input_stats=True, momentum=0.1, eps=1e-05",
        [](const Tensor& x, const OptTensor& mean, const OptTensor& var,
           const OptTensor& weight, const OptTensor& bias, bool use_input_stats,
           double momentum, double eps) {
          return instance_norm(x, or_none(mean), or_none(var), or_none(weight),
                               or_none(bias),
                               {.use_input_stats = use_input_stats,
                                .momentum = momentum,
                                .eps = eps});
        });
  t.add("nn.functional.normalize", "input, p=2.0, dim=1, eps=1e-12",
        [](const Tensor& x, double p, int64_t dim, double eps) {
          return normalize(x, p, dim, eps);
        });
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
  t.add("nn.functional.embedding_bag",
        "input, weight, offsets=None, max_norm=None, norm_type=2, "
        "scale_grad_by_freq=False, mode='mean', sparse=False, "
        "per_sample_weights=None, include_last_offset=False, padding_idx=None",
        [](const Tensor& input, const Tensor& weight, const OptTensor& offsets,
           std::optional<double> max_norm, double norm_type,
           bool scale_grad_by_freq, const std::string& mode, Absent,
           const OptTensor& factors, bool include_last_offset,
           std::optional<int64_t> padding_idx) {
          // PyTorch takes the first two in either order.
          const bool swapped = is_floating(input.dtype());
          return embedding_bag(swapped ? weight : input,
                               swapped ? input : weight, or_none(offsets),
                               {.max_norm = max_norm,
                                .norm_type = norm_type,
                                .scale_grad_by_freq = scale_grad_by_freq,
                                .mode = mode,
                                .per_sample_weights = or_none(factors),
                                .include_last_offset = include_last_offset,
                                .padding_idx = padding_idx});
        });
  t.add("nn.functional.local_response_norm",
        "input, size, alpha=0.0001, beta=0.75, k=1.0",
        [](const Tensor& x, int64_t size, double alpha, double beta, double k) {
          return local_response_norm(x, size,
                                     {.alpha = alpha, .beta = beta, .k = k});
        });
  t.add("native_batch_norm",
        "input, weight, bias, running_mean, running_var, training, momentum, "
        "eps",
        [](const Tensor& x, const OptTensor& weight, const OptTensor& bias,
           const OptTensor& mean, const OptTensor& var, bool training,
           double momentum, double eps) {
          const NormAndStatistics r = native_batch_norm(
              x, or_none(weight), or_none(bias), or_none(mean), or_none(var),
              {.training = training, .momentum = momentum, .eps = eps});
          return Tensors{r.y, r.mean, r.rstd};
        });
  t.add("native_layer_norm", "input, normalized_shape, weight, bias, eps",
        [](const Tensor& x, const Ints& shape, const OptTensor& weight,
           const OptTensor& bias, double eps) {
          const NormAndStatistics r =
              native_layer_norm(x, shape, or_none(weight), or_none(bias), eps);
          return Tensors{r.y, r.mean, r.rstd};
        });
  t.add("nn.functional.one_hot", "tensor, num_classes=-1",
        [](const Tensor& x, int64_t classes) { return one_hot(x, classes); });
}

}  // namespace cresset::parity
