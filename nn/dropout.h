// Layers that drop elements or channels in training.

#ifndef CRESSET_NN_DROPOUT_H_
#define CRESSET_NN_DROPOUT_H_

#include <string>

#include "cresset/nn/module.h"

namespace cresset::nn {

/// What all dropout layers share; not used by itself.
/// Errors: kValue unless p is in [0, 1].
class DropoutBase : public Module {
 public:
  std::string extra_repr() const override;

  double p;  ///< probability of zero
  bool inplace;

 protected:
  DropoutBase(double p, bool inplace);
};

/// Zeroes each element with probability p and scales the others by 1 / (1 - p)
/// in training; gives back its input in evaluation.
///
/// Torch: torch.nn.Dropout
class Dropout : public DropoutBase {
 public:
  explicit Dropout(double prob = 0.5, bool in_place = false)
      : DropoutBase(prob, in_place) {}
  Tensor forward(const Tensor& x) override;
};

/// Zeroes whole channels. Shape: [N, C, L]. Torch: torch.nn.Dropout1d
class Dropout1d : public DropoutBase {
 public:
  explicit Dropout1d(double prob = 0.5, bool in_place = false)
      : DropoutBase(prob, in_place) {}
  Tensor forward(const Tensor& x) override;
};

/// Zeroes whole channels. Shape: [N, C, H, W]. Torch: torch.nn.Dropout2d
class Dropout2d : public DropoutBase {
 public:
  explicit Dropout2d(double prob = 0.5, bool in_place = false)
      : DropoutBase(prob, in_place) {}
  Tensor forward(const Tensor& x) override;
};

/// Zeroes whole channels. Shape: [N, C, D, H, W]. Torch: torch.nn.Dropout3d
class Dropout3d : public DropoutBase {
 public:
  explicit Dropout3d(double prob = 0.5, bool in_place = false)
      : DropoutBase(prob, in_place) {}
  Tensor forward(const Tensor& x) override;
};

/// Keeps mean and variance of what SELU gives. Torch: torch.nn.AlphaDropout
class AlphaDropout : public DropoutBase {
 public:
  explicit AlphaDropout(double prob = 0.5, bool in_place = false)
      : DropoutBase(prob, in_place) {}
  Tensor forward(const Tensor& x) override;
};

}  // namespace cresset::nn

#endif  // CRESSET_NN_DROPOUT_H_
