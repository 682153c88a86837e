// Networks of torchvision.

#include "cresset/nn/models/resnet.h"
#include "cresset/nn/models/vgg.h"
#include "cresset/nn/python/class_table.h"

namespace cresset::internal {

using nn::models::BasicBlock;
using nn::models::Bottleneck;
using nn::models::ResNet;
using nn::models::VGG;

namespace {

// Blocks without a shortcut hold None in its place.
template <class Block>
Block blank_block(const Value& attributes) {
  std::optional<nn::Sequential> shortcut;
  if (has_child(attributes, "downsample")) shortcut.emplace();
  return Block(1, 1, 1, std::move(shortcut));
}

template <class A, class Block>
void visit_block(A& a, Block& m, const nn::Conv2d& strided) {
  if constexpr (!A::kReads) {
    if (!m.downsample) a.derived("downsample", [] { return Value(); });
  }
  a.derived("stride", [&] { return Value(strided.stride[0]); });
}

nn::models::ResNet blank_resnet() {
  return {ResNet::Block::kBasic, {1, 1, 1, 1}, {.num_classes = 1}};
}

// Channels of a group of 64 planes, and groups, of the first narrow block.
struct Width {
  int64_t base = 64;
  int64_t groups = 1;
};

Width width_of(ResNet& m) {
  const auto* block = m.layer1[0].as<Bottleneck>();
  if (block == nullptr) return {};
  const int64_t groups = block->conv2.groups;
  return {block->conv2.out_channels / groups, groups};
}

}  // namespace

template <class A>
void visit(A&, VGG&) {}

template <class A>
void visit(A& a, BasicBlock& m) {
  visit_block(a, m, m.conv1);
}

template <class A>
void visit(A& a, Bottleneck& m) {
  visit_block(a, m, m.conv2);
}

// Its blocks say all that these were for.
template <class A>
void visit(A& a, ResNet& m) {
  a.derived("_norm_layer", [] {
    return Value::global("torch.nn.modules.batchnorm", "BatchNorm2d");
  });
  a.derived("inplanes", [&] { return Value(m.fc.in_features); });
  a.derived("dilation", [] { return Value(1); });
  a.derived("groups", [&] { return Value(width_of(m).groups); });
  a.derived("base_width", [&] { return Value(width_of(m).base); });
}

std::vector<PythonClass> model_classes() {
  const char* const resnet = "torchvision.models.resnet";
  return {
      python_class<VGG>(
          "torchvision.models.vgg", "VGG",
          [] { return VGG({}, {.num_classes = 1, .init_weights = false}); }),
      python_class<ResNet>(resnet, "ResNet", blank_resnet),
      python_class<BasicBlock>(resnet, "BasicBlock", blank_block<BasicBlock>),
      python_class<Bottleneck>(resnet, "Bottleneck", blank_block<Bottleneck>),
  };
}

}  // namespace cresset::internal
