// Normalisation of each sample over its last dimensions or over groups of
// channels.

#ifndef CRESSET_NN_NORMALIZATION_H_
#define CRESSET_NN_NORMALIZATION_H_

#include <string>

#include "cresset/nn/module.h"
#include "cresset/tensor/base/shape.h"
#include "cresset/tensor/ops/norm.h"

namespace cresset::nn {

struct LayerNormOptions {
  double eps = 1e-5;
  bool elementwise_affine = true;
};

/// (x - mean) / sqrt(var + eps) * weight + bias over the last dimensions.
///
/// Shape: [..., normalized_shape...] -> the same.
/// Torch: torch.nn.LayerNorm
class LayerNorm : public Module {
 public:
  explicit LayerNorm(const Ints& normalized_shape,
                     const LayerNormOptions& options = {});
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override;
  void reset_parameters();

  Shape normalized_shape;
  double eps;
  bool elementwise_affine;
  Parameter weight;  ///< normalized_shape, undefined unless affine
  Parameter bias;
};

struct GroupNormOptions {
  double eps = 1e-5;
  bool affine = true;
};

/// The same over groups of channels.
///
/// Shape: [N, num_channels, ...] -> the same.
/// Torch: torch.nn.GroupNorm
class GroupNorm : public Module {
 public:
  GroupNorm(int64_t groups, int64_t channels,
            const GroupNormOptions& options = {});
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override;
  void reset_parameters();

  int64_t num_groups;
  int64_t num_channels;
  double eps;
  bool affine;
  Parameter weight;  ///< [num_channels], undefined unless affine
  Parameter bias;
};

/// Each element divided by a power of the mean square of its neighbours in
/// `size` channels.
///
/// Shape: [N, C, ...] -> the same.
/// Torch: torch.nn.LocalResponseNorm
class LocalResponseNorm : public Module {
 public:
  explicit LocalResponseNorm(int64_t channels,
                             const LocalResponseNormOptions& o = {})
      : size(channels), options(o) {}
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override;

  int64_t size;
  LocalResponseNormOptions options;
};

}  // namespace cresset::nn

#endif  // CRESSET_NN_NORMALIZATION_H_
