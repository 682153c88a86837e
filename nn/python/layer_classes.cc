// Layers of torch.nn that compute with weights, pool, reshape or contain.

#include "cresset/nn/batch_norm.h"
#include "cresset/nn/conv.h"
#include "cresset/nn/dropout.h"
#include "cresset/nn/embedding.h"
#include "cresset/nn/flatten.h"
#include "cresset/nn/linear.h"
#include "cresset/nn/module_dict.h"
#include "cresset/nn/module_list.h"
#include "cresset/nn/normalization.h"
#include "cresset/nn/pool.h"
#include "cresset/nn/python/class_table.h"
#include "cresset/nn/sequential.h"

namespace cresset::internal {

using namespace cresset::nn;  // NOLINT: the layers are what this file is about

template <class A>
void visit(A& a, Linear& m) {
  a("in_features", m.in_features);
  a("out_features", m.out_features);
}

template <class A>
void visit(A& a, Bilinear& m) {
  a("in1_features", m.in1_features);
  a("in2_features", m.in2_features);
  a("out_features", m.out_features);
}

template <class A>
void visit(A&, Identity&) {}

template <class A>
void visit(A&, Container&) {}

// Convolutions.

namespace {

// What F.pad takes: the last dimension comes first, each with two sides. For
// "same" the side after the window gets the odd one.
Value padding_of_sides(const ConvBase& m) {
  std::vector<Value> sides;
  for (size_t d = m.kernel_size.size(); d-- > 0;) {
    const int64_t total = m.padding_name == "same"
                              ? m.dilation[d] * (m.kernel_size[d] - 1)
                              : 2 * m.padding[d];
    sides.push_back(total / 2);
    sides.push_back(total - total / 2);
  }
  return m.padding_name.empty() ? Value::tuple(std::move(sides))
                                : Value::list(std::move(sides));
}

template <class A>
void visit_conv(A& a, ConvBase& m, size_t rank) {
  a("in_channels", m.in_channels);
  a("out_channels", m.out_channels);
  a("kernel_size", TupleField{m.kernel_size, rank});
  a("stride", TupleField{m.stride, rank});
  a("padding", PaddingField{m.padding, m.padding_name, rank});
  a("dilation", TupleField{m.dilation, rank});
  a.derived("transposed", [&] { return Value(m.transposed); });
  a("output_padding", TupleField{m.output_padding, rank});
  a("groups", m.groups);
  a.optional("padding_mode", m.padding_mode);
  a.derived("_reversed_padding_repeated_twice",
            [&] { return padding_of_sides(m); });
}

}  // namespace

template <class A>
void visit(A& a, Conv1d& m) {
  visit_conv(a, m, 1);
}
template <class A>
void visit(A& a, Conv2d& m) {
  visit_conv(a, m, 2);
}
template <class A>
void visit(A& a, Conv3d& m) {
  visit_conv(a, m, 3);
}
template <class A>
void visit(A& a, ConvTranspose1d& m) {
  visit_conv(a, m, 1);
}
template <class A>
void visit(A& a, ConvTranspose2d& m) {
  visit_conv(a, m, 2);
}
template <class A>
void visit(A& a, ConvTranspose3d& m) {
  visit_conv(a, m, 3);
}

namespace {

template <class M>
PythonClass conv_class(const char* name) {
  return python_class<M>("torch.nn.modules.conv", name,
                         [] { return M(1, 1, 1); });
}

}  // namespace

// Normalisation.

template <class A>
void visit(A& a, NormBase& m) {
  a("num_features", m.num_features);
  a("eps", m.eps);
  a("momentum", m.momentum);
  a("affine", m.affine);
  a.optional("track_running_stats", m.track_running_stats);
}

namespace {

template <class M>
PythonClass norm_class(const char* module, const char* name) {
  return python_class<M>(module, name, [] { return M(1); });
}

}  // namespace

template <class A>
void visit(A& a, LayerNorm& m) {
  a("normalized_shape", ShapeField{m.normalized_shape});
  a("eps", m.eps);
  a("elementwise_affine", m.elementwise_affine);
}

template <class A>
void visit(A& a, GroupNorm& m) {
  a("num_groups", m.num_groups);
  a("num_channels", m.num_channels);
  a("eps", m.eps);
  a("affine", m.affine);
}

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
  return python_class<M>("torch.nn.modules.pooling", name, [] { return M(1); });
}

}  // namespace

// The others.

template <class A>
void visit(A& a, DropoutBase& m) {
  a("p", m.p);
  a("inplace", m.inplace);
}

namespace {

template <class M>
PythonClass dropout_class(const char* name) {
  return python_class<M>("torch.nn.modules.dropout", name);
}

}  // namespace

template <class A>
void visit(A& a, Embedding& m) {
  a("num_embeddings", m.num_embeddings);
  a("embedding_dim", m.embedding_dim);
  a("padding_idx", m.options.padding_idx);
  a("max_norm", m.options.max_norm);
  a("norm_type", m.options.norm_type);
  a("scale_grad_by_freq", m.options.scale_grad_by_freq);
  // Gradients are dense here, whatever the optimizer would have liked.
  a.derived("sparse", [] { return Value(false); });
}

template <class A>
void visit(A& a, Flatten& m) {
  a("start_dim", m.start_dim);
  a("end_dim", m.end_dim);
}

template <class A>
void visit(A& a, Unflatten& m) {
  a("dim", m.dim);
  a("unflattened_size", ShapeField{m.unflattened_size});
}

std::vector<PythonClass> layer_classes() {
  const char* const linear = "torch.nn.modules.linear";
  const char* const batch = "torch.nn.modules.batchnorm";
  const char* const instance = "torch.nn.modules.instancenorm";
  const char* const norm = "torch.nn.modules.normalization";
  const char* const flatten = "torch.nn.modules.flatten";
  const char* const container = "torch.nn.modules.container";
  return {
      python_class<Linear>(linear, "Linear", [] { return Linear(1, 1); }),
      python_class<Bilinear>(linear, "Bilinear",
                             [] { return Bilinear(1, 1, 1); }),
      python_class<Identity>(linear, "Identity"),
      conv_class<Conv1d>("Conv1d"),
      conv_class<Conv2d>("Conv2d"),
      conv_class<Conv3d>("Conv3d"),
      conv_class<ConvTranspose1d>("ConvTranspose1d"),
      conv_class<ConvTranspose2d>("ConvTranspose2d"),
      conv_class<ConvTranspose3d>("ConvTranspose3d"),
      norm_class<BatchNorm1d>(batch, "BatchNorm1d"),
      norm_class<BatchNorm2d>(batch, "BatchNorm2d"),
      norm_class<BatchNorm3d>(batch, "BatchNorm3d"),
      norm_class<InstanceNorm1d>(instance, "InstanceNorm1d"),
      norm_class<InstanceNorm2d>(instance, "InstanceNorm2d"),
      norm_class<InstanceNorm3d>(instance, "InstanceNorm3d"),
      norm_class<LayerNorm>(norm, "LayerNorm"),
      python_class<GroupNorm>(norm, "GroupNorm",
                              [] { return GroupNorm(1, 1); }),
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
      dropout_class<Dropout>("Dropout"),
      dropout_class<Dropout1d>("Dropout1d"),
      dropout_class<Dropout2d>("Dropout2d"),
      dropout_class<Dropout3d>("Dropout3d"),
      dropout_class<AlphaDropout>("AlphaDropout"),
      python_class<Embedding>("torch.nn.modules.sparse", "Embedding",
                              [] { return Embedding(1, 1); }),
      python_class<Flatten>(flatten, "Flatten"),
      python_class<Unflatten>(flatten, "Unflatten",
                              [] { return Unflatten(0, {1}); }),
      python_class<Sequential>(container, "Sequential"),
      python_class<ModuleList>(container, "ModuleList"),
      python_class<ModuleDict>(container, "ModuleDict"),
  };
}

}  // namespace cresset::internal
