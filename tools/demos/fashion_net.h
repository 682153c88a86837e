// The network of the Fashion-MNIST demo: LeNet's layout with the batch
// normalisation and dropout of our days.

#ifndef CRESSET_TOOLS_DEMOS_FASHION_NET_H_
#define CRESSET_TOOLS_DEMOS_FASHION_NET_H_

#include "cresset/nn/nn.h"

namespace cresset::demos {

/// [N, 1, 28, 28] -> [N, 10] scores.
class FashionNet : public nn::Module {
 public:
  FashionNet()
      : features(module(
            "features",
            nn::Sequential{nn::Conv2d(1, 32, 5, {.padding = 2}),  // 28 x 28
                           nn::BatchNorm2d(32), nn::ReLU(),
                           nn::MaxPool2d(2),       // 14 x 14
                           nn::Conv2d(32, 64, 5),  // 10 x 10
                           nn::BatchNorm2d(64), nn::ReLU(),
                           nn::MaxPool2d(2)})),  // 5 x 5
        classifier(
            module("classifier",
                   nn::Sequential{nn::Flatten(), nn::Dropout(0.25),
                                  nn::Linear(64 * 5 * 5, 256),
                                  nn::BatchNorm1d(256), nn::ReLU(),
                                  nn::Dropout(0.5), nn::Linear(256, 10)})) {}

  Tensor forward(const Tensor& images) override {
    return classifier(features(images));
  }

  nn::Sequential features;
  nn::Sequential classifier;
};

}  // namespace cresset::demos

#endif  // CRESSET_TOOLS_DEMOS_FASHION_NET_H_
