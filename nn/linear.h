// Layers that multiply by a matrix, and the one that does nothing.

#ifndef CRESSET_NN_LINEAR_H_
#define CRESSET_NN_LINEAR_H_

#include <string>

#include "cresset/nn/module.h"

namespace cresset::nn {

/// x * weight^T + bias.
///
/// Shape: [..., in_features] -> [..., out_features].
/// Torch: torch.nn.Linear
class Linear : public Module {
 public:
  Linear(int64_t in, int64_t out, bool with_bias = true);

  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override;
  void reset_parameters();

  int64_t in_features;
  int64_t out_features;
  Parameter weight;  ///< [out_features, in_features]
  Parameter bias;    ///< [out_features], undefined without bias
};

/// x1^T * weight * x2 + bias.
///
/// Shape: [..., in1_features] and [..., in2_features] -> [..., out_features].
/// Torch: torch.nn.Bilinear
class Bilinear : public ModuleOf<Tensor(const Tensor&, const Tensor&)> {
 public:
  Bilinear(int64_t in1, int64_t in2, int64_t out, bool with_bias = true);

  using Module::forward;
  Tensor forward(const Tensor& x1, const Tensor& x2) override;
  std::string extra_repr() const override;
  void reset_parameters();

  int64_t in1_features;
  int64_t in2_features;
  int64_t out_features;
  Parameter weight;  ///< [out_features, in1_features, in2_features]
  Parameter bias;    ///< [out_features], undefined without bias
};

/// Gives back its input.
/// Torch: torch.nn.Identity
class Identity : public Module {
 public:
  Tensor forward(const Tensor& x) override { return x; }
};

}  // namespace cresset::nn

#endif  // CRESSET_NN_LINEAR_H_
