// How the backend chooses and keeps cuDNN's plans, on a cuDNN that does what a
// test wants.

#include "cresset/cuda/ops/conv_plan.h"

#include "cresset/cuda/cuda.h"
#include "cresset/cuda/ops/conv_patches.h"
#include "cresset/cuda/runtime/conv_settings.h"
#include "cresset/tensor/core/backend.h"
#include "cresset/tensor/ops/conv.h"
#include "cresset/tests/cuda/compare.h"
#include "cresset/tests/cuda_sim/dnn/behaviour.h"

namespace cresset {
namespace {

using namespace testing;         // NOLINT
using namespace internal::cuda;  // NOLINT
using cuda_sim::dnn::behaviour;
using cuda_sim::dnn::last_engine;

// One convolution and what it did.
struct Trial {
  Tensor x = numbers({2, 4, 6, 6}), w = numbers({4, 2, 3, 3});
  Tensor bias = numbers({4});
  ConvOptions options = {.padding = 1, .groups = 2};
  Tensor wanted = conv2d(x, w, bias, options);
  Tensor far_x = x.to(kGpu), far_w = w.to(kGpu), far_bias = bias.to(kGpu);

  Trial() {
    forget_conv_plans();
    behaviour() = {};
    conv_counts() = {};
  }
  ~Trial() {
    behaviour() = {};
    set_conv_benchmark(false);
    set_conv_deterministic(false);
    set_conv_workspace_limit(int64_t{1} << 40);
    cuda::set_cudnn_allow_tf32(true);
    forget_conv_plans();
  }

  ConvCounts run() {
    conv_counts() = {};
    check_same(conv2d(far_x, far_w, far_bias, options), wanted);
    return conv_counts();
  }
};

}  // namespace

TEST_CASE("conv plans: chosen once for each geometry", "[cuda_sim]") {
  Trial t;
  ConvCounts counts = t.run();
  CHECK(counts.plans == 1);
  CHECK(counts.fused == 1);
  CHECK(counts.patches == 0);
  counts = t.run();
  CHECK(counts.plans == 0);
  CHECK(counts.reused == 1);
  t.options.stride = 2;
  t.wanted = conv2d(t.x, t.w, t.bias, t.options);
  CHECK(t.run().plans == 1);
}

TEST_CASE("conv plans: engines that are not allowed are passed over",
          "[cuda_sim]") {
  Trial t;
  t.run();
  CHECK(last_engine() == 0);  // tensor cores, as TF32 is allowed
  cuda::set_cudnn_allow_tf32(false);
  t.run();
  CHECK(last_engine() == 2);
  set_conv_workspace_limit(0);
  forget_conv_plans();
  t.run();
  CHECK(last_engine() == 3);
  const auto w_gradient = [&] {
    const Tensor w = t.far_w.detach().requires_grad_();
    conv2d(t.far_x, w, Tensor(), t.options).sum().backward();
    synchronize(kGpu);
    return last_engine();
  };
  set_conv_workspace_limit(1 << 30);
  CHECK(w_gradient() == 1);
  set_conv_deterministic(true);
  CHECK(w_gradient() == 2);
}

TEST_CASE("conv plans: the next one where a plan or a run fails",
          "[cuda_sim]") {
  Trial t;
  behaviour().plans_that_fail = 1;
  CHECK(t.run().fused == 1);
  CHECK(last_engine() == 2);
  behaviour().runs_that_fail = 1;  // of the plan in the cache
  const ConvCounts counts = t.run();
  CHECK(counts.plans == 1);
  CHECK(counts.patches == 0);
}

TEST_CASE("conv plans: the bias by itself where no engine adds it",
          "[cuda_sim]") {
  Trial t;
  behaviour().refuses_bias = true;
  const ConvCounts counts = t.run();
  CHECK(counts.fused == 0);
  CHECK(counts.patches == 0);
  CHECK(t.run().reused == 1);
}

TEST_CASE("conv plans: own kernels where cuDNN has none", "[cuda_sim]") {
  for (const Dtype dtype : {float32, float64, float16, bfloat16}) {
    Trial t;
    behaviour().refuses_all = true;
    const Tensor x = t.x.to(dtype), w = t.w.to(dtype), b = t.bias.to(dtype);
    const auto step = [&](Device device) {
      std::vector<Tensor> leaves = {
          x.to(device).detach(), w.to(device).detach(), b.to(device).detach()};
      for (const Tensor& leaf : leaves) leaf.requires_grad_();
      const Tensor y = conv2d(leaves[0], leaves[1], leaves[2],
                              {.stride = 2, .padding = 1, .groups = 2});
      y.backward(numbers(y.sizes(), dtype, 7).to(device));
      return std::vector<Tensor>{y.detach(), leaves[0].grad(), leaves[1].grad(),
                                 leaves[2].grad()};
    };
    const std::vector<Tensor> here = step(Device()), far = step(kGpu);
    CHECK(conv_counts().patches == 3);
    for (size_t i = 0; i < here.size(); ++i) {
      INFO("result " << i);
      check_same(far[i], here[i]);
    }
  }
}

TEST_CASE("conv plans: benchmark mode measures", "[cuda_sim]") {
  Trial t;
  set_conv_benchmark(true);
  CHECK(t.run().plans == 1);
  CHECK(t.run().reused == 1);
}

}  // namespace cresset
