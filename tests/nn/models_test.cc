// Ready-made networks against torchvision 0.14.1: text, keys, start values
// after torch.manual_seed(0), and outputs.

#include "cresset/nn/models/models.h"

#include <cstdint>
#include <string>

#include "cresset/tensor/core/generator.h"
#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/random.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/elements.h"
#include "cresset/tests/nn/golden.h"

using namespace cresset;
using namespace cresset::testing;

namespace models = nn::models;

namespace {

// FNV-1a, 64 bits.
uint64_t hash(const std::string& text) {
  uint64_t h = 0xcbf29ce484222325;
  for (const char c : text) {
    h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return h;
}

uint64_t key_hash(const nn::Module& m) {
  std::string text;
  for (const std::string& key : m.state_dict().keys()) {
    text += (text.empty() ? "" : "\n") + key;
  }
  return hash(text);
}

Tensor image() {
  return generated<float>({1, 3, 64, 64}, [](int64_t i) {
    return static_cast<float>(i % 17) / 17 - 0.5f;
  });
}

}  // namespace

TEST_CASE("ResNet: equal to torchvision's from the same seed", "[nn]") {
  const NoGradGuard no_grad;
  manual_seed(0);
  models::ResNet net = models::resnet18({.num_classes = 10});
  CHECK(begins(rand({1}), {0.09961968660354614}));
  CHECK(begins(net.conv1.weight, {0.0021970532834529877, 0.035336077213287354,
                                  0.016136009246110916}));
  CHECK(begins(net.fc.bias, {0.02550536021590233, -0.0040762219578027725}));
  CHECK(hash(to_string(net)) == 0x843e6d99d67ced8e);
  CHECK(key_hash(net) == 0x8346cc82ba7bf519);
  net.eval();
  CHECK(begins(net(image()),
               {-0.0729899, 0.0174222, -0.209739, 0.3727544, -0.2031376,
                -0.497191, 0.0863532, -0.0679804, 0.2228568, 0.2242341},
               1e-4));
}

TEST_CASE("ResNet: bottlenecks and depth", "[nn]") {
  const NoGradGuard no_grad;
  manual_seed(0);
  models::ResNet net = models::resnet50({.num_classes = 10});
  CHECK(begins(rand({1}), {0.41892486810684204}));
  CHECK(hash(to_string(net)) == 0x1dcc2eab78a87ed0);
  CHECK(key_hash(net) == 0x567484cc020f0ddb);
  net.eval();
  CHECK(begins(net(image()),
               {1.7049252, -4.9257603, 3.3300052, -0.7931402, 1.1510892,
                2.2680893, 1.5384685, -1.4501133, -1.8266586, 1.9834039},
               5e-4));
  const models::ResNet deeper = models::resnet34({.num_classes = 10});
  CHECK(hash(to_string(deeper)) == 0xf8888efc292d4a11);
  CHECK(key_hash(deeper) == 0xdf94020a41236869);
}

TEST_CASE("ResNet: the last layer can be replaced", "[nn]") {
  models::ResNet net = models::resnet18();
  net.fc = nn::Linear(512, 2);
  CHECK(net.state_dict()["fc.weight"].sizes() == IntSpan({2, 512}));
  const models::ResNet moved = std::move(net);
  CHECK(&moved.get_submodule("fc") == &moved.fc);
  CHECK(moved.parameters().size() == 62);
}

TEST_CASE("ResNet: residuals can start at zero", "[nn]") {
  const models::ResNet net =
      models::resnet18({.num_classes = 2, .zero_init_residual = true});
  CHECK(total(net.get_parameter("layer3.1.bn2.weight")) == 0);
  CHECK(total(net.get_parameter("layer3.1.bn1.weight")) == 256);
}

TEST_CASE("VGG: equal to torchvision's from the same seed", "[nn]") {
  const NoGradGuard no_grad;
  manual_seed(0);
  models::VGG net = models::vgg11_bn({.num_classes = 10});
  CHECK(begins(rand({1}), {0.6555382013320923}));
  CHECK(hash(to_string(net)) == 0xefeae0be48391121);
  CHECK(key_hash(net) == 0x8931947b76e44136);
  net.eval();
  CHECK(begins(net(image()),
               {-0.0043044, 0.0056548, 0.0153007, -0.0027975, 0.0231358,
                -0.0111195, 0.0078275, -0.0360231, -0.0002992, 0.0115612},
               1e-4));
}

TEST_CASE("VGG: texts and keys of all depths", "[nn]") {
  const models::VGGOptions options{.num_classes = 10, .init_weights = false};
  const auto check = [&](models::VGG (*make)(const models::VGGOptions&),
                         uint64_t text, uint64_t keys) {
    const models::VGG net = make(options);
    CHECK(hash(to_string(net)) == text);
    CHECK(key_hash(net) == keys);
  };
  check(models::vgg11, 0x18b79a87bb9eaa1a, 0x6a62ea0491461a44);
  check(models::vgg13_bn, 0xeefd6254ff32cf18, 0x3b4ccdbee8303f1);
  check(models::vgg16, 0x872f24a970afcfd6, 0xd97685eaf9ccd08b);
  check(models::vgg19_bn, 0x79fd3e8f8e3cd75d, 0x8ccbe2c5fe91c09d);
}

TEST_CASE("LeNet: shapes and keys", "[nn]") {
  models::LeNet net;
  CHECK(net(ones({2, 1, 32, 32})).sizes() == IntSpan({2, 10}));
  CHECK(net.state_dict().keys().front() == "conv1.weight");
  CHECK(net.parameters().size() == 10);
}
