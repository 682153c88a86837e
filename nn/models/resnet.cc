#include "cresset/nn/models/resnet.h"

#include <utility>

#include "cresset/nn/init.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/view.h"

namespace cresset::nn::models {
namespace {

Conv2d conv3x3(int64_t in, int64_t out, int64_t stride = 1) {
  return Conv2d(in, out, 3, {.stride = stride, .padding = 1, .bias = false});
}

Conv2d conv1x1(int64_t in, int64_t out, int64_t stride = 1) {
  return Conv2d(in, out, 1, {.stride = stride, .bias = false});
}

// A stage: the first block changes size and channels, and so does its
// shortcut.
template <class Block>
Sequential make_stage(int64_t in, int64_t planes, int64_t blocks,
                      int64_t stride) {
  const int64_t out = planes * Block::kExpansion;
  std::optional<Sequential> downsample;
  if (stride != 1 || in != out) {
    downsample = Sequential{conv1x1(in, out, stride), BatchNorm2d(out)};
  }
  Sequential stage;
  stage.append(Block(in, planes, stride, std::move(downsample)));
  for (int64_t i = 1; i < blocks; ++i) {
    stage.append(Block(out, planes, 1, std::nullopt));
  }
  return stage;
}

Sequential make_stage(ResNet::Block block, int number, int64_t blocks) {
  const int64_t planes = int64_t{64} << number;
  const int64_t stride = number == 0 ? 1 : 2;
  if (block == ResNet::Block::kBasic) {
    const int64_t in = number == 0 ? 64 : planes / 2;
    return make_stage<BasicBlock>(in, planes, blocks, stride);
  }
  const int64_t in = number == 0 ? 64 : planes * 2;
  return make_stage<Bottleneck>(in, planes, blocks, stride);
}

}  // namespace

BasicBlock::BasicBlock(int64_t in, int64_t planes, int64_t stride,
                       std::optional<Sequential> shortcut)
    : conv1(module("conv1", conv3x3(in, planes, stride))),
      bn1(module("bn1", BatchNorm2d(planes))),
      relu(module("relu", ReLU(true))),
      conv2(module("conv2", conv3x3(planes, planes))),
      bn2(module("bn2", BatchNorm2d(planes))),
      downsample(module("downsample", std::move(shortcut))) {}

Tensor BasicBlock::forward(const Tensor& x) {
  Tensor y = relu(bn1(conv1(x)));
  y = bn2(conv2(y));
  y += downsample ? (*downsample)(x) : x;
  return relu(y);
}

Bottleneck::Bottleneck(int64_t in, int64_t planes, int64_t stride,
                       std::optional<Sequential> shortcut)
    : conv1(module("conv1", conv1x1(in, planes))),
      bn1(module("bn1", BatchNorm2d(planes))),
      conv2(module("conv2", conv3x3(planes, planes, stride))),
      bn2(module("bn2", BatchNorm2d(planes))),
      conv3(module("conv3", conv1x1(planes, planes * kExpansion))),
      bn3(module("bn3", BatchNorm2d(planes * kExpansion))),
      relu(module("relu", ReLU(true))),
      downsample(module("downsample", std::move(shortcut))) {}

Tensor Bottleneck::forward(const Tensor& x) {
  Tensor y = relu(bn1(conv1(x)));
  y = relu(bn2(conv2(y)));
  y = bn3(conv3(y));
  y += downsample ? (*downsample)(x) : x;
  return relu(y);
}

ResNet::ResNet(Block block, const std::array<int64_t, 4>& layers,
               const ResNetOptions& options)
    : conv1(
          module("conv1",
                 Conv2d(3, 64, 7, {.stride = 2, .padding = 3, .bias = false}))),
      bn1(module("bn1", BatchNorm2d(64))),
      relu(module("relu", ReLU(true))),
      maxpool(module("maxpool", MaxPool2d(3, {.stride = 2, .padding = 1}))),
      layer1(module("layer1", make_stage(block, 0, layers[0]))),
      layer2(module("layer2", make_stage(block, 1, layers[1]))),
      layer3(module("layer3", make_stage(block, 2, layers[2]))),
      layer4(module("layer4", make_stage(block, 3, layers[3]))),
      avgpool(module("avgpool", AdaptiveAvgPool2d({1, 1}))),
      fc(module("fc",
                Linear(512 * (block == Block::kBasic ? BasicBlock::kExpansion
                                                     : Bottleneck::kExpansion),
                       options.num_classes))) {
  for (Module* m : modules()) {
    if (auto* conv = m->as<Conv2d>()) {
      init::kaiming_normal_(conv->weight,
                            {.mode = "fan_out", .nonlinearity = "relu"});
    } else if (auto* norm = m->as<BatchNorm2d>()) {
      init::ones_(norm->weight);
      init::zeros_(norm->bias);
    }
  }
  if (!options.zero_init_residual) return;
  // Each block starts as the identity.
  for (Module* m : modules()) {
    if (auto* basic = m->as<BasicBlock>()) init::zeros_(basic->bn2.weight);
    if (auto* narrow = m->as<Bottleneck>()) init::zeros_(narrow->bn3.weight);
  }
}

Tensor ResNet::forward(const Tensor& input) {
  Tensor x = maxpool(relu(bn1(conv1(input))));
  x = layer1(x);
  x = layer2(x);
  x = layer3(x);
  x = layer4(x);
  return fc(flatten(avgpool(x), 1));
}

ResNet resnet18(const ResNetOptions& options) {
  return ResNet(ResNet::Block::kBasic, {2, 2, 2, 2}, options);
}
ResNet resnet34(const ResNetOptions& options) {
  return ResNet(ResNet::Block::kBasic, {3, 4, 6, 3}, options);
}
ResNet resnet50(const ResNetOptions& options) {
  return ResNet(ResNet::Block::kBottleneck, {3, 4, 6, 3}, options);
}
ResNet resnet101(const ResNetOptions& options) {
  return ResNet(ResNet::Block::kBottleneck, {3, 4, 23, 3}, options);
}
ResNet resnet152(const ResNetOptions& options) {
  return ResNet(ResNet::Block::kBottleneck, {3, 8, 36, 3}, options);
}

}  // namespace cresset::nn::models
