// VGG networks with torchvision's names, keys and start values.

#ifndef CRESSET_NN_MODELS_VGG_H_
#define CRESSET_NN_MODELS_VGG_H_

#include "cresset/nn/module.h"
#include "cresset/nn/pool.h"
#include "cresset/nn/sequential.h"

namespace cresset::nn::models {

struct VGGOptions {
  int64_t num_classes = 1000;
  bool init_weights = true;
  double dropout = 0.5;
};

/// Convolutions of 3 x 3 with pooling between, and three linear layers.
///
/// Shape: [N, 3, H, W] -> [N, num_classes]; H and W are 32 or more.
/// Torch: torchvision.models.VGG
class VGG : public Module {
 public:
  explicit VGG(Sequential layers, const VGGOptions& options = {});
  Tensor forward(const Tensor& x) override;

  Sequential features;
  AdaptiveAvgPool2d avgpool{module("avgpool", AdaptiveAvgPool2d({7, 7}))};
  Sequential classifier;
};

/// Torch: torchvision.models.vgg11(), vgg11_bn() and so on
VGG vgg11(const VGGOptions& options = {});
VGG vgg11_bn(const VGGOptions& options = {});
VGG vgg13(const VGGOptions& options = {});
VGG vgg13_bn(const VGGOptions& options = {});
VGG vgg16(const VGGOptions& options = {});
VGG vgg16_bn(const VGGOptions& options = {});
VGG vgg19(const VGGOptions& options = {});
VGG vgg19_bn(const VGGOptions& options = {});

}  // namespace cresset::nn::models

#endif  // CRESSET_NN_MODELS_VGG_H_
