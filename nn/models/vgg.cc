#include "cresset/nn/models/vgg.h"

#include <utility>
#include <vector>

#include "cresset/nn/activation.h"
#include "cresset/nn/batch_norm.h"
#include "cresset/nn/conv.h"
#include "cresset/nn/dropout.h"
#include "cresset/nn/init.h"
#include "cresset/nn/linear.h"
#include "cresset/tensor/ops/view.h"

namespace cresset::nn::models {
namespace {

// Channels of one convolution each; 0 is a pooling layer.
using Plan = std::vector<int64_t>;

const Plan kPlan11 = {64, 0, 128, 0, 256, 256, 0, 512, 512, 0, 512, 512, 0};
const Plan kPlan13 = {64, 64,  0,   128, 128, 0,   256, 256,
                      0,  512, 512, 0,   512, 512, 0};
const Plan kPlan16 = {64, 64,  0,   128, 128, 0,   256, 256, 256,
                      0,  512, 512, 512, 0,   512, 512, 512, 0};
const Plan kPlan19 = {64,  64,  0,   128, 128, 0,   256, 256, 256, 256, 0,
                      512, 512, 512, 512, 0,   512, 512, 512, 512, 0};

Sequential make_layers(const Plan& plan, bool batch_norm) {
  Sequential layers;
  int64_t in = 3;
  for (const int64_t out : plan) {
    if (out == 0) {
      layers.append(MaxPool2d(2, {.stride = 2}));
      continue;
    }
    layers.append(Conv2d(in, out, 3, {.padding = 1}));
    if (batch_norm) layers.append(BatchNorm2d(out));
    layers.append(ReLU(true));
    in = out;
  }
  return layers;
}

void init_weights(Module& m) {
  if (auto* conv = m.as<Conv2d>()) {
    init::kaiming_normal_(conv->weight,
                          {.mode = "fan_out", .nonlinearity = "relu"});
    if (conv->bias.defined()) init::zeros_(conv->bias);
  } else if (auto* norm = m.as<BatchNorm2d>()) {
    init::ones_(norm->weight);
    init::zeros_(norm->bias);
  } else if (auto* linear = m.as<Linear>()) {
    init::normal_(linear->weight, 0, 0.01);
    init::zeros_(linear->bias);
  }
}

}  // namespace

VGG::VGG(Sequential layers, const VGGOptions& options)
    : features(module("features", std::move(layers))),
      classifier(module("classifier",
                        Sequential{Linear(512 * 7 * 7, 4096), ReLU(true),
                                   Dropout(options.dropout), Linear(4096, 4096),
                                   ReLU(true), Dropout(options.dropout),
                                   Linear(4096, options.num_classes)})) {
  if (!options.init_weights) return;
  for (Module* m : modules()) init_weights(*m);
}

Tensor VGG::forward(const Tensor& x) {
  return classifier(flatten(avgpool(features(x)), 1));
}

VGG vgg11(const VGGOptions& options) {
  return VGG(make_layers(kPlan11, false), options);
}
VGG vgg11_bn(const VGGOptions& options) {
  return VGG(make_layers(kPlan11, true), options);
}
VGG vgg13(const VGGOptions& options) {
  return VGG(make_layers(kPlan13, false), options);
}
VGG vgg13_bn(const VGGOptions& options) {
  return VGG(make_layers(kPlan13, true), options);
}
VGG vgg16(const VGGOptions& options) {
  return VGG(make_layers(kPlan16, false), options);
}
VGG vgg16_bn(const VGGOptions& options) {
  return VGG(make_layers(kPlan16, true), options);
}
VGG vgg19(const VGGOptions& options) {
  return VGG(make_layers(kPlan19, false), options);
}
VGG vgg19_bn(const VGGOptions& options) {
  return VGG(make_layers(kPlan19, true), options);
}

}  // namespace cresset::nn::models
