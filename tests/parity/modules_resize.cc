// Rows of modules that pad, resize, rearrange and compare.

#include "cresset/nn/nn.h"
#include "cresset/tests/parity/module_table.h"

namespace cresset::parity {
namespace {

using OptInt = std::optional<int64_t>;
using OptInts = std::optional<Ints>;
using OptTensor = std::optional<Tensor>;

template <class M>
void add_pad(ModuleTable& t, const char* name) {
  t.add(name, "padding", [](const Ints& padding) { return built(M(padding)); });
}

template <class M>
void add_constant_pad(ModuleTable& t, const char* name) {
  t.add(name, "padding, value", [](const Ints& padding, const Scalar& value) {
    return built(M(padding, value));
  });
}

template <class M>
void add_upsampling(ModuleTable& t, const char* name) {
  t.add(name, "size=None, scale_factor=None",
        [](const OptInts& size,
           const std::optional<std::vector<double>>& factor) {
          return built(
              M({.size = size.value_or(Ints()),
                 .scale_factor = factor.value_or(std::vector<double>())}));
        });
}

template <class M>
void add_unpool(ModuleTable& t, const char* name) {
  t.add(name, "kernel_size, stride=None, padding=0",
        [](const Ints& kernel, const OptInts& stride, const Ints& padding) {
          return built(
              M(kernel, stride.value_or(Ints()), padding),
              "input, indices, output_size=None", [](std::shared_ptr<M> m) {
                return [m](const Tensor& x, const Tensor& indices,
                           const OptInts& size) {
                  return m->forward_to(x, indices, size.value_or(Ints()));
                };
              });
        });
}

}  // namespace

void add_resize_modules(ModuleTable& t) {
  add_constant_pad<nn::ConstantPad1d>(t, "ConstantPad1d");
  add_constant_pad<nn::ConstantPad2d>(t, "ConstantPad2d");
  add_constant_pad<nn::ConstantPad3d>(t, "ConstantPad3d");
  add_pad<nn::ZeroPad2d>(t, "ZeroPad2d");
  add_pad<nn::ReflectionPad1d>(t, "ReflectionPad1d");
  add_pad<nn::ReflectionPad2d>(t, "ReflectionPad2d");
  add_pad<nn::ReflectionPad3d>(t, "ReflectionPad3d");
  add_pad<nn::ReplicationPad1d>(t, "ReplicationPad1d");
  add_pad<nn::ReplicationPad2d>(t, "ReplicationPad2d");
  add_pad<nn::ReplicationPad3d>(t, "ReplicationPad3d");
  add_unpool<nn::MaxUnpool1d>(t, "MaxUnpool1d");
  add_unpool<nn::MaxUnpool2d>(t, "MaxUnpool2d");
  add_unpool<nn::MaxUnpool3d>(t, "MaxUnpool3d");
  add_upsampling<nn::UpsamplingNearest2d>(t, "UpsamplingNearest2d");
  add_upsampling<nn::UpsamplingBilinear2d>(t, "UpsamplingBilinear2d");
  t.add(
      "Upsample",
      "size=None, scale_factor=None, mode='nearest', align_corners=None, "
      "recompute_scale_factor=None",
      [](const OptInts& size, const std::optional<std::vector<double>>& factor,
         const std::string& mode, std::optional<bool> align_corners,
         std::optional<bool> recompute) {
        return built(nn::Upsample(
            {.size = size.value_or(Ints()),
             .scale_factor = factor.value_or(std::vector<double>()),
             .mode = mode,
             .align_corners = align_corners.value_or(false),
             .recompute_scale_factor = recompute.value_or(false)}));
      });
  t.add("PixelShuffle", "upscale_factor",
        [](int64_t r) { return built(nn::PixelShuffle(r)); });
  t.add("PixelUnshuffle", "downscale_factor",
        [](int64_t r) { return built(nn::PixelUnshuffle(r)); });
  t.add("ChannelShuffle", "groups",
        [](int64_t groups) { return built(nn::ChannelShuffle(groups)); });
  t.add("Unfold", "kernel_size, dilation=1, padding=0, stride=1",
        [](const Ints& kernel, const Ints& dilation, const Ints& padding,
           const Ints& stride) {
          return built(nn::Unfold(
              kernel,
              {.dilation = dilation, .padding = padding, .stride = stride}));
        });
  t.add("Fold", "output_size, kernel_size, dilation=1, padding=0, stride=1",
        [](const Ints& size, const Ints& kernel, const Ints& dilation,
           const Ints& padding, const Ints& stride) {
          return built(nn::Fold(
              size, kernel,
              {.dilation = dilation, .padding = padding, .stride = stride}));
        });
  t.add("LocalResponseNorm", "size, alpha=0.0001, beta=0.75, k=1.0",
        [](int64_t size, double alpha, double beta, double k) {
          return built(nn::LocalResponseNorm(
              size, {.alpha = alpha, .beta = beta, .k = k}));
        });
  t.add("CosineSimilarity", "dim=1, eps=1e-08", [](int64_t dim, double eps) {
    return built_pair(nn::CosineSimilarity(dim, eps), "x1, x2");
  });
  t.add("PairwiseDistance", "p=2.0, eps=1e-06, keepdim=False",
        [](double p, double eps, bool keepdim) {
          return built_pair(nn::PairwiseDistance(p, eps, keepdim), "x1, x2");
        });
  t.add("EmbeddingBag",
        "num_embeddings, embedding_dim, max_norm=None, norm_type=2.0, "
        "scale_grad_by_freq=False, mode='mean', sparse=False, _weight=None, "
        "include_last_offset=False, padding_idx=None",
        [](int64_t rows, int64_t columns, std::optional<double> max_norm,
           double norm_type, bool scale_grad_by_freq, const std::string& mode,
           Absent, Absent, bool include_last_offset, OptInt padding_idx) {
          return built(
              nn::EmbeddingBag(rows, columns,
                               {.max_norm = max_norm,
                                .norm_type = norm_type,
                                .scale_grad_by_freq = scale_grad_by_freq,
                                .mode = mode,
                                .include_last_offset = include_last_offset,
                                .padding_idx = padding_idx}),
              "input, offsets=None, per_sample_weights=None",
              [](std::shared_ptr<nn::EmbeddingBag> m) {
                return [m](const Tensor& x, const OptTensor& offsets,
                           const OptTensor& factors) {
                  return m->forward(x, offsets.value_or(Tensor()),
                                    factors.value_or(Tensor()));
                };
              });
        });
}

}  // namespace cresset::parity
