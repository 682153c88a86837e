#include "cresset/nn/models/lenet.h"

#include "cresset/tensor/ops/activation.h"
#include "cresset/tensor/ops/pool.h"
#include "cresset/tensor/ops/view.h"

namespace cresset::nn::models {

LeNet::LeNet(int64_t num_classes)
    : fc3(module("fc3", Linear(84, num_classes))) {}

Tensor LeNet::forward(const Tensor& input) {
  Tensor x = max_pool2d(relu(conv1(input)), 2);  // [N, 6, 14, 14]
  x = max_pool2d(relu(conv2(x)), 2);             // [N, 16, 5, 5]
  x = flatten(x, 1);
  x = relu(fc1(x));
  x = relu(fc2(x));
  return fc3(x);
}

}  // namespace cresset::nn::models
