// Layers that compare two tensors.

#ifndef CRESSET_NN_DISTANCE_H_
#define CRESSET_NN_DISTANCE_H_

#include "cresset/nn/module.h"

namespace cresset::nn {

/// a . b / max(|a| |b|, eps) along `dim`.
/// Torch: torch.nn.CosineSimilarity
class CosineSimilarity : public ModuleOf<Tensor(const Tensor&, const Tensor&)> {
 public:
  explicit CosineSimilarity(int64_t dimension = 1, double epsilon = 1e-8)
      : dim(dimension), eps(epsilon) {}
  using ModuleOf::forward;
  Tensor forward(const Tensor& a, const Tensor& b) override;

  int64_t dim;
  double eps;
};

/// The p-norm of a - b + eps along the last dimension.
/// Torch: torch.nn.PairwiseDistance
class PairwiseDistance : public ModuleOf<Tensor(const Tensor&, const Tensor&)> {
 public:
  explicit PairwiseDistance(double order = 2, double epsilon = 1e-6,
                            bool keep_dimension = false)
      : norm(order), eps(epsilon), keepdim(keep_dimension) {}
  using ModuleOf::forward;
  Tensor forward(const Tensor& a, const Tensor& b) override;

  double norm;
  double eps;
  bool keepdim;
};

}  // namespace cresset::nn

#endif  // CRESSET_NN_DISTANCE_H_
