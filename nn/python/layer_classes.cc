// Layers of torch.nn that compute with weights, and containers.

#include "cresset/nn/batch_norm.h"
#include "cresset/nn/conv.h"
#include "cresset/nn/distance.h"
#include "cresset/nn/dropout.h"
#include "cresset/nn/embedding.h"
#include "cresset/nn/flatten.h"
#include "cresset/nn/linear.h"
#include "cresset/nn/module_dict.h"
#include "cresset/nn/module_list.h"
#include "cresset/nn/normalization.h"
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
void visit(A& a, EmbeddingBag& m) {
  a("num_embeddings", m.num_embeddings);
  a("embedding_dim", m.embedding_dim);
  a("max_norm", m.options.max_norm);
  a("norm_type", m.options.norm_type);
  a("scale_grad_by_freq", m.options.scale_grad_by_freq);
  a.optional("padding_idx", m.options.padding_idx);
  a("mode", m.mode);
  a.derived("sparse", [] { return Value(false); });
  a.optional("include_last_offset", m.options.include_last_offset);
}

template <class A>
void visit(A& a, CosineSimilarity& m) {
  a("dim", m.dim);
  a("eps", m.eps);
}

template <class A>
void visit(A& a, PairwiseDistance& m) {
  a("norm", m.norm);
  a("eps", m.eps);
  a("keepdim", m.keepdim);
}

template <class A>
void visit(A& a, LocalResponseNorm& m) {
  a("size", m.size);
  a("alpha", m.options.alpha);
  a("beta", m.options.beta);
  a("k", m.options.k);
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
      dropout_class<Dropout>("Dropout"),
      dropout_class<Dropout1d>("Dropout1d"),
      dropout_class<Dropout2d>("Dropout2d"),
      dropout_class<Dropout3d>("Dropout3d"),
      dropout_class<AlphaDropout>("AlphaDropout"),
      python_class<Embedding>("torch.nn.modules.sparse", "Embedding",
                              [] { return Embedding(1, 1); }),
      python_class<EmbeddingBag>("torch.nn.modules.sparse", "EmbeddingBag",
                                 [] { return EmbeddingBag(1, 1); }),
      python_class<CosineSimilarity>("torch.nn.modules.distance",
                                     "CosineSimilarity"),
      python_class<PairwiseDistance>("torch.nn.modules.distance",
                                     "PairwiseDistance"),
      norm_class<LocalResponseNorm>(norm, "LocalResponseNorm"),
      python_class<Flatten>(flatten, "Flatten"),
      python_class<Unflatten>(flatten, "Unflatten",
                              [] { return Unflatten(0, {1}); }),
      python_class<Sequential>(container, "Sequential"),
      python_class<ModuleList>(container, "ModuleList"),
      python_class<ModuleDict>(container, "ModuleDict"),
  };
}

}  // namespace cresset::internal
