// Rows of layers.

#include "cresset/nn/nn.h"
#include "cresset/tests/parity/module_table.h"

namespace cresset::parity {
namespace {

using OptInt = std::optional<int64_t>;
using OptInts = std::optional<Ints>;

// An output size, whose None keeps the input's.
Ints output_size(const std::vector<OptInt>& size) {
  Ints out;
  for (const OptInt& n : size) out.push_back(n.value_or(-1));
  return out;
}

template <class M>
void add_conv(ModuleTable& t, const char* name) {
  constexpr char kSignature[] =
      "in_channels, out_channels, kernel_size, stride=1, padding=0, "
      "dilation=1, groups=1, bias=True, padding_mode='zeros'";
  t.add(name, kSignature,
        [](int64_t in, int64_t out, const Ints& kernel, const Ints& stride,
           const Ints& padding, const Ints& dilation, int64_t groups, bool bias,
           const std::string& mode) {
          return built(M(in, out, kernel,
                         {.stride = stride,
                          .padding = padding,
                          .dilation = dilation,
                          .groups = groups,
                          .bias = bias,
                          .padding_mode = mode}));
        });
  t.add(name, kSignature,
        [](int64_t in, int64_t out, const Ints& kernel, const Ints& stride,
           const std::string& padding, const Ints& dilation, int64_t groups,
           bool bias, const std::string& mode) {
          return built(M(in, out, kernel,
                         {.stride = stride,
                          .padding = padding,
                          .dilation = dilation,
                          .groups = groups,
                          .bias = bias,
                          .padding_mode = mode}));
        });
}

template <class M>
void add_conv_transpose(ModuleTable& t, const char* name) {
  t.add(name,
        "in_channels, out_channels, kernel_size, stride=1, padding=0, "
        "output_padding=0, groups=1, bias=True, dilation=1, "
        "padding_mode='zeros'",
        [](int64_t in, int64_t out, const Ints& kernel, const Ints& stride,
           const Ints& padding, const Ints& output_padding, int64_t groups,
           bool bias, const Ints& dilation, Ignored) {
          return built(M(in, out, kernel,
                         {.stride = stride,
                          .padding = padding,
                          .output_padding = output_padding,
                          .groups = groups,
                          .bias = bias,
                          .dilation = dilation}));
        });
}

template <class M>
void add_batch_norm(ModuleTable& t, const char* name) {
  t.add(name,
        "num_features, eps=1e-05, momentum=0.1, affine=True, "
        "track_running_stats=True",
        [](int64_t features, double eps, std::optional<double> momentum,
           bool affine, bool track) {
          return built(M(features, {.eps = eps,
                                    .momentum = momentum,
                                    .affine = affine,
                                    .track_running_stats = track}));
        });
}

template <class M>
void add_instance_norm(ModuleTable& t, const char* name) {
  t.add(name,
        "num_features, eps=1e-05, momentum=0.1, affine=False, "
        "track_running_stats=False",
        [](int64_t features, double eps, double momentum, bool affine,
           bool track) {
          return built(M(features, {.eps = eps,
                                    .momentum = momentum,
                                    .affine = affine,
                                    .track_running_stats = track}));
        });
}

template <class M>
void add_max_pool(ModuleTable& t, const char* name) {
  t.add(name,
        "kernel_size, stride=None, padding=0, dilation=1, "
        "return_indices=False, ceil_mode=False",
        [](const Ints& kernel, const OptInts& stride, const Ints& padding,
           const Ints& dilation, bool return_indices, bool ceil_mode) {
          M module(kernel, {.stride = stride.value_or(Ints()),
                            .padding = padding,
                            .dilation = dilation,
                            .ceil_mode = ceil_mode});
          if (!return_indices) return built(std::move(module));
          return built(std::move(module), "input", [](std::shared_ptr<M> m) {
            return [m](const Tensor& x) { return m->forward_with_indices(x); };
          });
        });
}

template <class M>
void add_avg_pool(ModuleTable& t, const char* name) {
  t.add(name,
        "kernel_size, stride=None, padding=0, ceil_mode=False, "
        "count_include_pad=True, divisor_override=None",
        [](const Ints& kernel, const OptInts& stride, const Ints& padding,
           bool ceil_mode, bool count_include_pad, OptInt divisor) {
          return built(M(kernel, {.stride = stride.value_or(Ints()),
                                  .padding = padding,
                                  .ceil_mode = ceil_mode,
                                  .count_include_pad = count_include_pad,
                                  .divisor_override = divisor}));
        });
}

template <class M>
void add_adaptive_pool(ModuleTable& t, const char* name) {
  t.add(name, "output_size", [](const std::vector<OptInt>& size) {
    return built(M(output_size(size)));
  });
}

template <class M>
void add_dropout(ModuleTable& t, const char* name) {
  t.add(name, "p=0.5, inplace=False",
        [](double p, bool inplace) { return built(M(p, inplace)); });
}

}  // namespace

void add_layer_modules(ModuleTable& t) {
  t.add("Linear", "in_features, out_features, bias=True",
        [](int64_t in, int64_t out, bool bias) {
          return built(nn::Linear(in, out, bias));
        });
  t.add("Bilinear", "in1_features, in2_features, out_features, bias=True",
        [](int64_t in1, int64_t in2, int64_t out, bool bias) {
          return built_pair(nn::Bilinear(in1, in2, out, bias),
                            "input1, input2");
        });
  // Identity takes any arguments and looks at none.
  t.add("Identity", "*args, unused_argument1=None, unused_argument2=None",
        [](const Value&, Ignored, Ignored) { return built(nn::Identity()); });
  t.add("Flatten", "start_dim=1, end_dim=-1", [](int64_t start, int64_t end) {
    return built(nn::Flatten(start, end));
  });
  t.add("Unflatten", "dim, unflattened_size",
        [](int64_t dim, const Ints& size) {
          return built(nn::Unflatten(dim, size));
        });
  t.add(
      "Embedding",
      "num_embeddings, embedding_dim, padding_idx=None, max_norm=None, "
      "norm_type=2.0, scale_grad_by_freq=False, sparse=False, _weight=None",
      [](int64_t rows, int64_t columns, OptInt padding_idx,
         std::optional<double> max_norm, double norm_type,
         bool scale_grad_by_freq, Absent, Absent) {
        return built(nn::Embedding(rows, columns,
                                   {.padding_idx = padding_idx,
                                    .max_norm = max_norm,
                                    .norm_type = norm_type,
                                    .scale_grad_by_freq = scale_grad_by_freq}));
      });
  t.add("LayerNorm", "normalized_shape, eps=1e-05, elementwise_affine=True",
        [](const Ints& shape, double eps, bool affine) {
          return built(
              nn::LayerNorm(shape, {.eps = eps, .elementwise_affine = affine}));
        });
  t.add("GroupNorm", "num_groups, num_channels, eps=1e-05, affine=True",
        [](int64_t groups, int64_t channels, double eps, bool affine) {
          return built(
              nn::GroupNorm(groups, channels, {.eps = eps, .affine = affine}));
        });
  add_conv<nn::Conv1d>(t, "Conv1d");
  add_conv<nn::Conv2d>(t, "Conv2d");
  add_conv<nn::Conv3d>(t, "Conv3d");
  add_conv_transpose<nn::ConvTranspose1d>(t, "ConvTranspose1d");
  add_conv_transpose<nn::ConvTranspose2d>(t, "ConvTranspose2d");
  add_conv_transpose<nn::ConvTranspose3d>(t, "ConvTranspose3d");
  add_batch_norm<nn::BatchNorm1d>(t, "BatchNorm1d");
  add_batch_norm<nn::BatchNorm2d>(t, "BatchNorm2d");
  add_batch_norm<nn::BatchNorm3d>(t, "BatchNorm3d");
  add_instance_norm<nn::InstanceNorm1d>(t, "InstanceNorm1d");
  add_instance_norm<nn::InstanceNorm2d>(t, "InstanceNorm2d");
  add_instance_norm<nn::InstanceNorm3d>(t, "InstanceNorm3d");
  add_max_pool<nn::MaxPool1d>(t, "MaxPool1d");
  add_max_pool<nn::MaxPool2d>(t, "MaxPool2d");
  add_max_pool<nn::MaxPool3d>(t, "MaxPool3d");
  add_avg_pool<nn::AvgPool1d>(t, "AvgPool1d");
  add_avg_pool<nn::AvgPool2d>(t, "AvgPool2d");
  add_avg_pool<nn::AvgPool3d>(t, "AvgPool3d");
  add_adaptive_pool<nn::AdaptiveAvgPool1d>(t, "AdaptiveAvgPool1d");
  add_adaptive_pool<nn::AdaptiveAvgPool2d>(t, "AdaptiveAvgPool2d");
  add_adaptive_pool<nn::AdaptiveAvgPool3d>(t, "AdaptiveAvgPool3d");
  add_adaptive_pool<nn::AdaptiveMaxPool1d>(t, "AdaptiveMaxPool1d");
  add_adaptive_pool<nn::AdaptiveMaxPool2d>(t, "AdaptiveMaxPool2d");
  add_adaptive_pool<nn::AdaptiveMaxPool3d>(t, "AdaptiveMaxPool3d");
  add_dropout<nn::Dropout>(t, "Dropout");
  add_dropout<nn::Dropout1d>(t, "Dropout1d");
  add_dropout<nn::Dropout2d>(t, "Dropout2d");
  add_dropout<nn::Dropout3d>(t, "Dropout3d");
  add_dropout<nn::AlphaDropout>(t, "AlphaDropout");
}

}  // namespace cresset::parity
