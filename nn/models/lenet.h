// LeNet-5 as PyTorch's first tutorial has it.

#ifndef CRESSET_NN_MODELS_LENET_H_
#define CRESSET_NN_MODELS_LENET_H_

#include "cresset/nn/conv.h"
#include "cresset/nn/linear.h"
#include "cresset/nn/module.h"

namespace cresset::nn::models {

/// Two convolutions and three linear layers for grey images of 32 x 32.
///
/// Shape: [N, 1, 32, 32] -> [N, num_classes].
class LeNet : public Module {
 public:
  explicit LeNet(int64_t num_classes = 10);
  Tensor forward(const Tensor& x) override;

  Conv2d conv1{module("conv1", Conv2d(1, 6, 5))};
  Conv2d conv2{module("conv2", Conv2d(6, 16, 5))};
  Linear fc1{module("fc1", Linear(16 * 5 * 5, 120))};
  Linear fc2{module("fc2", Linear(120, 84))};
  Linear fc3;
};

}  // namespace cresset::nn::models

#endif  // CRESSET_NN_MODELS_LENET_H_
