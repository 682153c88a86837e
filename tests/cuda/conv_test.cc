// Convolutions on the device.

#include "cresset/tensor/ops/conv.h"

#include "cresset/cuda/cuda.h"
#include "cresset/tests/cuda/both.h"
#include "cresset/tests/cuda/device.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

using namespace testing;  // NOLINT

struct Case {
  Sizes x, w;
  ConvOptions options = {};
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {{2, 3, 9}, {4, 3, 3}},
      {{2, 4, 11}, {6, 2, 4}, {.stride = 3, .padding = 2, .groups = 2}},
      {{1, 1, 5, 5}, {1, 1, 1, 1}},
      {{2, 3, 8, 7}, {5, 3, 3, 3}, {.padding = 1}},
      {{2, 3, 8, 7}, {5, 3, 3, 2}, {.stride = {2, 3}, .padding = {1, 0}}},
      {{1, 2, 12, 9}, {3, 2, 3, 3}, {.padding = 2, .dilation = {3, 2}}},
      {{2, 6, 7, 7}, {6, 1, 3, 3}, {.padding = 1, .groups = 6}},
      {{2, 4, 6, 6}, {8, 2, 2, 3}, {.stride = 2, .groups = 2}},
      {{3, 2, 5, 5}, {4, 2, 5, 5}},
      {{1, 2, 4, 5, 6}, {3, 2, 2, 3, 3}, {.padding = 1}},
      {{2, 4, 5, 5, 5},
       {4, 2, 3, 2, 3},
       {.stride = {1, 2, 2},
        .padding = {1, 0, 2},
        .dilation = {1, 2, 1},
        .groups = 2}},
  };
  return all;
}

Tensor convolve(const Tensor& x, const Tensor& w, const Tensor& bias,
                const ConvOptions& options) {
  switch (w.dim()) {
    case 3:
      return conv1d(x, w, bias, options);
    case 4:
      return conv2d(x, w, bias, options);
    default:
      return conv3d(x, w, bias, options);
  }
}

// float32 sums of multiples of 1/8 are exact, but engines that transform
// (Winograd, FFT) round.
double tolerance_for(Dtype dtype) {
  return dtype == float32 ? 2e-5 : tolerance_of(dtype);
}

}  // namespace

TEST_CASE("cuda conv: values in every dtype", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  cuda::set_cudnn_allow_tf32(false);
  for (const Case& c : cases()) {
    for (const Dtype dtype : {float32, float64, float16, bfloat16}) {
      CAPTURE(c.x, c.w, dtype);
      const Tensor x = numbers(c.x, dtype, 1), w = numbers(c.w, dtype, 2);
      const Tensor bias = numbers({c.w[0]}, dtype, 3);
      check_same(convolve(x.to(kGpu), w.to(kGpu), Tensor(), c.options),
                 convolve(x, w, Tensor(), c.options), tolerance_for(dtype));
      check_same(convolve(x.to(kGpu), w.to(kGpu), bias.to(kGpu), c.options),
                 convolve(x, w, bias, c.options), tolerance_for(dtype));
    }
  }
  cuda::set_cudnn_allow_tf32(true);
}

TEST_CASE("cuda conv: gradients", "[cuda][ops][grad]") {
  CRESSET_NEEDS_CUDA();
  cuda::set_cudnn_allow_tf32(false);
  for (const Case& c : cases()) {
    for (const Dtype dtype : {float32, float64, bfloat16}) {
      CAPTURE(c.x, c.w, dtype);
      check_gradients(
          {numbers(c.x, dtype, 1), numbers(c.w, dtype, 2),
           numbers({c.w[0]}, dtype, 3)},
          [&](const Tensors& t) {
            return Tensors{convolve(t[0], t[1], t[2], c.options)};
          },
          tolerance_for(dtype));
    }
  }
  cuda::set_cudnn_allow_tf32(true);
}

TEST_CASE("cuda conv: TF32 is allowed unless switched off", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  CHECK(cuda::cudnn_allow_tf32());
  const Tensor x = numbers({2, 8, 9, 9}), w = numbers({8, 8, 3, 3});
  check_same(conv2d(x.to(kGpu), w.to(kGpu)), conv2d(x, w), 1e-3);
}

TEST_CASE("cuda conv: transposed", "[cuda][ops][grad]") {
  CRESSET_NEEDS_CUDA();
  cuda::set_cudnn_allow_tf32(false);
  const ConvTransposeOptions options = {
      .stride = 2, .padding = 1, .output_padding = 1, .dilation = 2};
  check_gradients(
      {numbers({2, 4, 5, 6}), numbers({4, 3, 3, 2}, float32, 2),
       numbers({3}, float32, 3)},
      [&](const Tensors& t) {
        return Tensors{conv_transpose2d(t[0], t[1], t[2], options)};
      },
      2e-5);
  const Tensor x = numbers({4, 9}), w = numbers({4, 2, 3}, float32, 2);
  check_same(
      conv_transpose1d(x.to(kGpu), w.to(kGpu), {}, {.stride = 3, .groups = 2}),
      conv_transpose1d(x, w, {}, {.stride = 3, .groups = 2}), 2e-5);
  cuda::set_cudnn_allow_tf32(true);
}

TEST_CASE("cuda conv: operands that are views, empty, or integers",
          "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  cuda::set_cudnn_allow_tf32(false);
  const Tensor x = numbers({2, 3, 8, 8}), w = numbers({4, 3, 3, 3});
  const Tensor bias = numbers({4});
  const Tensor wanted = conv2d(x, w, bias);
  check_same(conv2d(reversed(x.to(kGpu)), gapped(w.to(kGpu)), bias.to(kGpu)),
             wanted, 2e-5);
  check_same(
      conv2d(shifted(x.to(kGpu)), shifted(w.to(kGpu)), shifted(bias.to(kGpu))),
      wanted, 2e-5);
  const Tensor ints = numbers({1, 2, 5, 5}, int64);
  const Tensor kernel = numbers({2, 2, 3, 3}, int64, 2);
  check_same(conv2d(ints.to(kGpu), kernel.to(kGpu)), conv2d(ints, kernel));
  for (const Sizes& sizes : {Sizes{0, 3, 8, 8}, Sizes{2, 0, 8, 8}}) {
    const Tensor none = cresset::empty(sizes);
    const Tensor filter = empty({4, sizes[1], 3, 3}).fill_(1);
    check_gradients({none, filter, bias}, [](const Tensors& t) {
      return Tensors{conv2d(t[0], t[1], t[2])};
    });
  }
  cuda::set_cudnn_allow_tf32(true);
}

TEST_CASE("cuda conv: nothing waits, so a graph can hold it", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  cuda::set_cudnn_allow_tf32(false);
  const Tensor x = numbers({2, 3, 8, 8}).to(kGpu);
  const Tensor w = numbers({4, 3, 3, 3}).to(kGpu).requires_grad_();
  const Tensor bias = numbers({4}).to(kGpu).requires_grad_();
  const auto step = [&] {
    w.set_grad(Tensor());
    bias.set_grad(Tensor());
    conv2d(x, w, bias).sum().backward();
  };
  step();  // chooses the plans
  const Tensor wanted_w = w.grad().cpu(), wanted_bias = bias.grad().cpu();
  cuda::Graph graph;
  graph.capture(step);
  graph.replay();
  check_same(w.grad(), wanted_w, 2e-5);
  check_same(bias.grad(), wanted_bias, 2e-5);
  cuda::set_cudnn_allow_tf32(true);
}

}  // namespace cresset
