// Layers that only change the shape.

#ifndef CRESSET_NN_FLATTEN_H_
#define CRESSET_NN_FLATTEN_H_

#include <string>

#include "cresset/nn/module.h"
#include "cresset/tensor/base/shape.h"

namespace cresset::nn {

/// Joins the dimensions start_dim to end_dim.
/// Torch: torch.nn.Flatten
class Flatten : public Module {
 public:
  explicit Flatten(int64_t start = 1, int64_t end = -1)
      : start_dim(start), end_dim(end) {}
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override;

  int64_t start_dim;
  int64_t end_dim;
};

/// Splits one dimension into several; one size may be -1.
/// Torch: torch.nn.Unflatten
class Unflatten : public Module {
 public:
  Unflatten(int64_t dimension, const Ints& sizes)
      : dim(dimension), unflattened_size(sizes) {}
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override;

  int64_t dim;
  Shape unflattened_size;
};

}  // namespace cresset::nn

#endif  // CRESSET_NN_FLATTEN_H_
