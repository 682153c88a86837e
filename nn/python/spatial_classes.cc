// Layers of torch.nn that pool, pad or resize.

#include "cresset/nn/padding.h"
#include "cresset/nn/pool.h"
#include "cresset/nn/python/class_table.h"
#include "cresset/nn/resize.h"
#include "cresset/nn/unpool.h"

namespace cresset::internal {

using namespace cresset::nn;  // NOLINT: the layers are what this file is about

namespace {

// The size of blank layers. As a literal, GCC 12 takes it for uninitialised.
const Ints& one() {
  static const Ints size = 1;
  return size;
}

}  // namespace

// Pooling.

template <class A>
void visit(A& a, MaxPoolBase& m) {
  a("kernel_size", m.kernel_size);
  a("stride", m.options.stride);
  a("padding", m.options.padding);
  a("dilation", m.options.dilation);
  a.only("return_indices", false);
  a("ceil_mode", m.options.ceil_mode);
}

template <class A>
void visit(A& a, AvgPool1d& m) {
  a("kernel_size", SingleField{m.kernel_size});
  a("stride", SingleField{m.options.stride});
  a("padding", SingleField{m.options.padding});
  a("ceil_mode", m.options.ceil_mode);
  a("count_include_pad", m.options.count_include_pad);
}

template <class A>
void visit(A& a, AvgPoolBase& m) {
  a("kernel_size", m.kernel_size);
  a("stride", m.options.stride);
  a("padding", m.options.padding);
  a("ceil_mode", m.options.ceil_mode);
  a("count_include_pad", m.options.count_include_pad);
  a.optional("divisor_override", m.options.divisor_override);
}

template <class A>
void visit(A& a, AdaptivePoolBase& m) {
  a("output_size", SizesOrNoneField{m.output_size});
  if (dynamic_cast<AdaptiveMaxPool1d*>(&m) != nullptr ||
      dynamic_cast<AdaptiveMaxPool2d*>(&m) != nullptr ||
      dynamic_cast<AdaptiveMaxPool3d*>(&m) != nullptr) {
    a.only("return_indices", false);
  }
}

namespace {

template <class M>
PythonClass pool_class(const char* name) {
  return python_class<M>("torch.nn.modules.pooling", name,
                         [] { return M(one()); });
}

}  // namespace

template <class A>
void visit_unpool(A& a, MaxUnpoolBase& m, size_t rank) {
  a("kernel_size", TupleField{m.kernel_size, rank});
  a("stride", TupleField{m.stride, rank});
  a("padding", TupleField{m.padding, rank});
}

template <class A>
void visit(A& a, MaxUnpool1d& m) {
  visit_unpool(a, m, 1);
}
template <class A>
void visit(A& a, MaxUnpool2d& m) {
  visit_unpool(a, m, 2);
}
template <class A>
void visit(A& a, MaxUnpool3d& m) {
  visit_unpool(a, m, 3);
}

// Padding. The blank layer has as many sides as the class needs.

template <class A>
void visit(A& a, PadBase& m) {
  a("padding", TupleField{m.padding, m.padding.size()});
}

template <class A>
void visit(A& a, ConstantPadBase& m) {
  a("value", m.value);
  a("padding", TupleField{m.padding, m.padding.size()});
}

template <class A>
void visit(A& a, ZeroPad2d& m) {
  a.derived("value", [] { return Value(0.0); });
  a("padding", TupleField{m.padding, m.padding.size()});
}

namespace {

template <class M>
PythonClass pad_class(const char* name) {
  return python_class<M>("torch.nn.modules.padding", name, [] {
    if constexpr (std::is_base_of_v<ConstantPadBase, M>) {
      return M(one(), 0);
    } else {
      return M(one());
    }
  });
}

}  // namespace

// Resizing.

template <class A>
void visit(A& a, Upsample& m) {
  a.derived("name", [&] { return Value(m.name()); });
  a("size", OptionalSizesField{m.options.size});
  a("scale_factor", FactorsField{m.options.scale_factor});
  a("mode", m.options.mode);
  a("align_corners", FlagOrNoneField{m.options.align_corners});
  a.optional("recompute_scale_factor",
             FlagOrNoneField{m.options.recompute_scale_factor});
}

template <class A>
void visit(A& a, PixelShuffle& m) {
  a("upscale_factor", m.upscale_factor);
  a.require(m.upscale_factor > 0, "upscale_factor", "positive");
}

template <class A>
void visit(A& a, PixelUnshuffle& m) {
  a("downscale_factor", m.downscale_factor);
  a.require(m.downscale_factor > 0, "downscale_factor", "positive");
}

template <class A>
void visit(A& a, ChannelShuffle& m) {
  a("groups", m.groups);
  a.require(m.groups > 0, "groups", "positive");
}

template <class A>
void visit_patches(A& a, Ints& kernel_size, PatchOptions& options) {
  a("kernel_size", kernel_size);
  a("dilation", options.dilation);
  a("padding", options.padding);
  a("stride", options.stride);
}

template <class A>
void visit(A& a, Unfold& m) {
  visit_patches(a, m.kernel_size, m.options);
}

template <class A>
void visit(A& a, Fold& m) {
  a("output_size", m.output_size);
  visit_patches(a, m.kernel_size, m.options);
}

namespace {

template <class M>
PythonClass upsample_class(const char* name) {
  return python_class<M>("torch.nn.modules.upsampling", name,
                         [] { return M(UpsampleOptions()); });
}

}  // namespace

std::vector<PythonClass> spatial_classes() {
  const char* const shuffle = "torch.nn.modules.pixelshuffle";
  return {
      pool_class<MaxPool1d>("MaxPool1d"),
      pool_class<MaxPool2d>("MaxPool2d"),
      pool_class<MaxPool3d>("MaxPool3d"),
      pool_class<AvgPool1d>("AvgPool1d"),
      pool_class<AvgPool2d>("AvgPool2d"),
      pool_class<AvgPool3d>("AvgPool3d"),
      pool_class<AdaptiveAvgPool1d>("AdaptiveAvgPool1d"),
      pool_class<AdaptiveAvgPool2d>("AdaptiveAvgPool2d"),
      pool_class<AdaptiveAvgPool3d>("AdaptiveAvgPool3d"),
      pool_class<AdaptiveMaxPool1d>("AdaptiveMaxPool1d"),
      pool_class<AdaptiveMaxPool2d>("AdaptiveMaxPool2d"),
      pool_class<AdaptiveMaxPool3d>("AdaptiveMaxPool3d"),
      pool_class<MaxUnpool1d>("MaxUnpool1d"),
      pool_class<MaxUnpool2d>("MaxUnpool2d"),
      pool_class<MaxUnpool3d>("MaxUnpool3d"),
      pad_class<ZeroPad2d>("ZeroPad2d"),
      pad_class<ConstantPad1d>("ConstantPad1d"),
      pad_class<ConstantPad2d>("ConstantPad2d"),
      pad_class<ConstantPad3d>("ConstantPad3d"),
      pad_class<ReflectionPad1d>("ReflectionPad1d"),
      pad_class<ReflectionPad2d>("ReflectionPad2d"),
      pad_class<ReflectionPad3d>("ReflectionPad3d"),
      pad_class<ReplicationPad1d>("ReplicationPad1d"),
      pad_class<ReplicationPad2d>("ReplicationPad2d"),
      pad_class<ReplicationPad3d>("ReplicationPad3d"),
      upsample_class<Upsample>("Upsample"),
      upsample_class<UpsamplingNearest2d>("UpsamplingNearest2d"),
      upsample_class<UpsamplingBilinear2d>("UpsamplingBilinear2d"),
      python_class<PixelShuffle>(shuffle, "PixelShuffle",
                                 [] { return PixelShuffle(1); }),
      python_class<PixelUnshuffle>(shuffle, "PixelUnshuffle",
                                   [] { return PixelUnshuffle(1); }),
      python_class<ChannelShuffle>("torch.nn.modules.channelshuffle",
                                   "ChannelShuffle",
                                   [] { return ChannelShuffle(1); }),
      python_class<Unfold>("torch.nn.modules.fold", "Unfold",
                           [] { return Unfold(one()); }),
      python_class<Fold>("torch.nn.modules.fold", "Fold",
                         [] { return Fold(one(), one()); }),
  };
}

}  // namespace cresset::internal
