#include "cresset/nn/normalization.h"

#include "cresset/nn/init.h"
#include "cresset/nn/text.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/norm.h"

namespace cresset::nn {

using cresset::internal::concat;
using cresset::internal::python_bool;

LayerNorm::LayerNorm(const Ints& shape, const LayerNormOptions& options)
    : normalized_shape(shape),
      eps(options.eps),
      elementwise_affine(options.elementwise_affine),
      weight(parameter("weight",
                       elementwise_affine ? ones(normalized_shape) : Tensor())),
      bias(parameter(
          "bias", elementwise_affine ? zeros(normalized_shape) : Tensor())) {}

void LayerNorm::reset_parameters() {
  if (!elementwise_affine) return;
  init::ones_(weight);
  init::zeros_(bias);
}

Tensor LayerNorm::forward(const Tensor& x) {
  return layer_norm(x, normalized_shape, weight, bias, eps);
}

std::string LayerNorm::extra_repr() const {
  return concat(cresset::internal::python_tuple(normalized_shape),
                ", eps=", python_float(eps),
                ", elementwise_affine=", python_bool(elementwise_affine));
}

GroupNorm::GroupNorm(int64_t groups, int64_t channels,
                     const GroupNormOptions& options)
    : num_groups(groups),
      num_channels(channels),
      eps(options.eps),
      affine(options.affine),
      weight(parameter("weight", affine ? ones({channels}) : Tensor())),
      bias(parameter("bias", affine ? zeros({channels}) : Tensor())) {
  CRESSET_CHECK(groups > 0 && channels % groups == 0, kValue,
                "num_channels must be divisible by num_groups");
}

void GroupNorm::reset_parameters() {
  if (!affine) return;
  init::ones_(weight);
  init::zeros_(bias);
}

Tensor GroupNorm::forward(const Tensor& x) {
  return group_norm(x, num_groups, weight, bias, eps);
}

std::string GroupNorm::extra_repr() const {
  return concat(num_groups, ", ", num_channels, ", eps=", python_float(eps),
                ", affine=", python_bool(affine));
}

Tensor LocalResponseNorm::forward(const Tensor& x) {
  return local_response_norm(x, size, options);
}

std::string LocalResponseNorm::extra_repr() const {
  return concat(size, ", alpha=", python_float(options.alpha),
                ", beta=", python_float(options.beta),
                ", k=", python_float(options.k));
}

}  // namespace cresset::nn
