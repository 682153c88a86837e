// ResNets with torchvision's names, keys and start values.

#ifndef CRESSET_NN_MODELS_RESNET_H_
#define CRESSET_NN_MODELS_RESNET_H_

#include <array>
#include <optional>

#include "cresset/nn/activation.h"
#include "cresset/nn/batch_norm.h"
#include "cresset/nn/conv.h"
#include "cresset/nn/linear.h"
#include "cresset/nn/module.h"
#include "cresset/nn/pool.h"
#include "cresset/nn/sequential.h"

namespace cresset::nn::models {

/// Two convolutions of 3 x 3 and a shortcut around them.
class BasicBlock : public Module {
 public:
  static constexpr int64_t kExpansion = 1;
  BasicBlock(int64_t in, int64_t planes, int64_t stride,
             std::optional<Sequential> shortcut);
  Tensor forward(const Tensor& x) override;

  Conv2d conv1;
  BatchNorm2d bn1;
  ReLU relu;
  Conv2d conv2;
  BatchNorm2d bn2;
  std::optional<Sequential> downsample;
};

/// A convolution of 3 x 3 between two of 1 x 1, and a shortcut around them.
class Bottleneck : public Module {
 public:
  static constexpr int64_t kExpansion = 4;
  Bottleneck(int64_t in, int64_t planes, int64_t stride,
             std::optional<Sequential> shortcut);
  Tensor forward(const Tensor& x) override;

  Conv2d conv1;
  BatchNorm2d bn1;
  Conv2d conv2;
  BatchNorm2d bn2;
  Conv2d conv3;
  BatchNorm2d bn3;
  ReLU relu;
  std::optional<Sequential> downsample;
};

struct ResNetOptions {
  int64_t num_classes = 1000;
  bool zero_init_residual = false;
};

/// Shape: [N, 3, H, W] -> [N, num_classes].
/// Torch: torchvision.models.ResNet
class ResNet : public Module {
 public:
  enum class Block { kBasic, kBottleneck };
  /// `layers` says how many blocks each of the four stages has.
  ResNet(Block block, const std::array<int64_t, 4>& layers,
         const ResNetOptions& options = {});
  Tensor forward(const Tensor& x) override;

  Conv2d conv1;
  BatchNorm2d bn1;
  ReLU relu;
  MaxPool2d maxpool;
  Sequential layer1;
  Sequential layer2;
  Sequential layer3;
  Sequential layer4;
  AdaptiveAvgPool2d avgpool;
  Linear fc;
};

/// Torch: torchvision.models.resnet18() and so on
ResNet resnet18(const ResNetOptions& options = {});
ResNet resnet34(const ResNetOptions& options = {});
ResNet resnet50(const ResNetOptions& options = {});
ResNet resnet101(const ResNetOptions& options = {});
ResNet resnet152(const ResNetOptions& options = {});

}  // namespace cresset::nn::models

#endif  // CRESSET_NN_MODELS_RESNET_H_
