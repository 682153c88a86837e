// Attention without a matrix of weights.

#include "cresset/tensor/ops/attention.h"

#include "cresset/cuda/cuda.h"
#include "cresset/nn/multihead_attention.h"
#include "cresset/tensor/core/autocast.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tests/cuda/both.h"
#include "cresset/tests/cuda/device.h"

namespace cresset {
namespace {

using namespace testing;  // NOLINT

double tolerance(Dtype dtype) {
  return dtype == float32 ? 2e-5 : dtype == float16 ? 1e-2 : 8e-2;
}

Tensor small(IntSpan shape, Dtype dtype, uint64_t seed) {
  return numbers(shape, float32, seed).mul(0.5).to(dtype);
}

// Attention of the first three, with the fourth as mask if there is one.
auto attend(bool is_causal) {
  return [is_causal](const Tensors& t) {
    return Tensors{scaled_dot_product_attention(
        t[0], t[1], t[2],
        {.attn_mask = t.size() > 3 ? t[3].detach() : Tensor(),
         .is_causal = is_causal})};
  };
}

// The result and its gradients; the gradient of a mask is not asked for.
void check(const Tensors& inputs, bool is_causal, Dtype dtype) {
  check_both(inputs, attend(is_causal), tolerance(dtype));
  check_gradients(inputs, attend(is_causal), 2 * tolerance(dtype));
}

}  // namespace

TEST_CASE("cuda attention: sizes of all kinds", "[cuda][ops][grad]") {
  CRESSET_NEEDS_CUDA();
  struct Sizes {
    int64_t l, s, e, v;
  };
  for (const Sizes& z :
       {Sizes{1, 1, 1, 1}, Sizes{5, 7, 8, 8}, Sizes{64, 32, 16, 16},
        Sizes{65, 33, 30, 18}, Sizes{70, 97, 64, 40}, Sizes{33, 40, 65, 7},
        Sizes{40, 70, 128, 128}}) {
    CAPTURE(z.l, z.s, z.e, z.v);
    const Tensors inputs = {small({2, z.l, z.e}, float32, 1),
                            small({2, z.s, z.e}, float32, 2),
                            small({2, z.s, z.v}, float32, 3)};
    check(inputs, false, float32);
    check(inputs, true, float32);
  }
}

TEST_CASE("cuda attention: dtypes and ranks", "[cuda][ops][grad]") {
  CRESSET_NEEDS_CUDA();
  for (const Dtype dtype : {float16, bfloat16}) {
    CAPTURE(dtype);
    check({small({2, 3, 17, 16}, dtype, 1), small({2, 3, 35, 16}, dtype, 2),
           small({2, 3, 35, 16}, dtype, 3)},
          true, dtype);
  }
  check({small({9, 8}, float32, 1), small({9, 8}, float32, 2),
         small({9, 8}, float32, 3)},
        false, float32);
  check({small({2, 1, 2, 5, 4}, float32, 1), small({2, 1, 2, 6, 4}, float32, 2),
         small({2, 1, 2, 6, 3}, float32, 3)},
        false, float32);
}

TEST_CASE("cuda attention: masks", "[cuda][ops][grad]") {
  CRESSET_NEEDS_CUDA();
  const Tensors inputs = {small({2, 3, 37, 8}, float32, 1),
                          small({2, 3, 40, 8}, float32, 2),
                          small({2, 3, 40, 8}, float32, 3)};
  const auto with = [&](const Tensor& mask) {
    Tensors all = inputs;
    all.push_back(mask);
    return all;
  };
  const Tensor numbers_mask = numbers({37, 40}, float32, 5);
  // check_gradients would want that of the mask: it goes by ops.
  check_both(with(numbers_mask), attend(false), 2e-5);
  // Every query sees some keys.
  for (const Shape& sizes :
       {Shape{37, 40}, Shape{2, 1, 1, 40}, Shape{3, 37, 40}}) {
    CAPTURE(sizes);
    const Tensor seen = numbers(sizes, float32, 6).gt(-1);
    check(with(seen), false, float32);
  }
  check_both(with(numbers({2, 1, 37, 1}, float32, 7)), attend(false), 2e-5);
}

TEST_CASE("cuda attention: any strides, and the result's order is the query's",
          "[cuda][ops][grad]") {
  CRESSET_NEEDS_CUDA();
  // Heads as parts of the rows of [L, N, E], as MultiheadAttention has them.
  const auto heads = [](const Tensor& x) {
    return x.reshape({x.size(0), 2 * 4, 8}).transpose(0, 1);
  };
  const auto run = [&](const Tensors& t) {
    return Tensors{
        scaled_dot_product_attention(heads(t[0]), heads(t[1]), heads(t[2]))};
  };
  const Tensors inputs = {small({11, 2, 32}, float32, 1),
                          small({13, 2, 32}, float32, 2),
                          small({13, 2, 32}, float32, 3)};
  check_both(inputs, run, 2e-5);
  check_gradients(inputs, run, 4e-5);
  const Tensor y = run(on_gpu(inputs))[0];
  CHECK(y.transpose(0, 1).is_contiguous());
}

TEST_CASE("cuda attention: it keeps no matrix of weights", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  const Tensor q = small({1, 300, 4}, float32, 1).to(kGpu).requires_grad_();
  const Tensor y = scaled_dot_product_attention(q, q, q);
  CHECK(y.grad_fn() == "ScaledDotProductFlashAttentionBackward");
  // float64 goes by ops, and so does a mask that is learned.
  const Tensor wide = q.detach().to(float64).requires_grad_();
  CHECK(scaled_dot_product_attention(wide, wide, wide).grad_fn() !=
        y.grad_fn());
  const Tensor mask = small({300, 300}, float32, 2).to(kGpu).requires_grad_();
  CHECK(scaled_dot_product_attention(q, q, q, {.attn_mask = mask}).grad_fn() !=
        y.grad_fn());
}

TEST_CASE("cuda attention: second derivatives", "[cuda][ops][grad]") {
  CRESSET_NEEDS_CUDA();
  const auto second = [](const Tensors& t) {
    Tensors leaves;
    for (const Tensor& x : t) leaves.push_back(x.detach().requires_grad_());
    scaled_dot_product_attention(leaves[0], leaves[1], leaves[2])
        .sum()
        .backward({}, true, true);
    Tensor total;
    for (const Tensor& x : leaves) {
      const Tensor g = x.grad();
      x.set_grad(Tensor());
      const Tensor part = g.mul(g).sum();
      total = total.defined() ? total.add(part) : part;
    }
    total.backward();
    return Tensors{leaves[0].grad(), leaves[1].grad(), leaves[2].grad()};
  };
  check_both({small({2, 5, 4}, float32, 1), small({2, 6, 4}, float32, 2),
              small({2, 6, 3}, float32, 3)},
             second, 1e-4);
}

TEST_CASE("cuda attention: dropout drops the same weights in the gradient",
          "[cuda][ops][grad][random]") {
  CRESSET_NEEDS_CUDA();
  // Equal scores and values that are ones: a row sums what is kept.
  const int64_t n = 50;
  const Tensor q = zeros({1, n, 4}, {.device = kGpu});
  const Tensor v = ones({1, n, 4}, {.device = kGpu}).requires_grad_();
  const Tensor y = scaled_dot_product_attention(q, q, v, {.dropout_p = 0.25});
  const Tensor host = y.cpu();
  double total = 0;
  for (int64_t i = 0; i < n; ++i) {
    const double row = host.data<float>()[i * 4];
    const double kept = row * 0.75 * static_cast<double>(n);
    CHECK(kept == Approx(std::round(kept)).margin(1e-3));
    total += kept;
  }
  CHECK(std::fabs(total / static_cast<double>(n * n) - 0.75) < 0.05);
  // The gradient of value j is the sum of column j of the weights.
  y.backward(ones({1, n, 4}, {.device = kGpu}));
  const Tensor columns = v.grad().cpu();
  double again = 0;
  for (int64_t j = 0; j < n; ++j) {
    const double kept =
        columns.data<float>()[j * 4] * 0.75 * static_cast<double>(n);
    CHECK(kept == Approx(std::round(kept)).margin(1e-3));
    again += kept;
  }
  CHECK(again == Approx(total).margin(0.1));
  CHECK(difference(scaled_dot_product_attention(q, q, v, {.dropout_p = 0.25}),
                   host, 1e-6) != "");
  // The gradient is that of the function with these weights: g * dy is the same
  // for all three inputs and for y, as y is linear in v.
  const Tensor w = small({1, n, 4}, float32, 4).to(kGpu).requires_grad_();
  const Tensor z = scaled_dot_product_attention(q, q, w, {.dropout_p = 0.25});
  const Tensor g = small({1, n, 4}, float32, 5).to(kGpu);
  z.backward(g);
  CHECK(w.detach().mul(w.grad()).sum().item<double>() ==
        Approx(z.detach().mul(g).sum().item<double>()).epsilon(1e-4));
}

TEST_CASE("cuda attention: autocast lowers it", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  const Tensor q = small({2, 9, 8}, float32, 1).to(kGpu);
  const AutocastGuard autocast(DeviceType::kCuda, {.dtype = bfloat16});
  CHECK(scaled_dot_product_attention(q, q, q).dtype() == bfloat16);
}

TEST_CASE("cuda attention: MultiheadAttention uses it, and a graph holds it",
          "[cuda][nn]") {
  CRESSET_NEEDS_CUDA();
  nn::MultiheadAttention layer(16, 4);
  const Tensor x = small({7, 2, 16}, float32, 1);
  const Tensor padding = zeros({2, 7}, {.dtype = bool_, .device = Device()});
  padding.data<bool>()[5] = padding.data<bool>()[13] = true;
  const auto run = [&](const Tensor& at) {
    return layer(at, at, at,
                 {.key_padding_mask = padding.to(at.device()),
                  .attn_mask = small({7, 7}, float32, 3).to(at.device()),
                  .need_weights = false})
        .first;
  };
  const Tensor wanted = run(x).detach();
  CHECK(difference(run(x.clone()),
                   layer(x, x, x,
                         {.key_padding_mask = padding,
                          .attn_mask = small({7, 7}, float32, 3)})
                       .first.detach(),
                   1e-6) == "");
  layer.to(kGpu);
  const Tensor far = x.to(kGpu);
  check_same(run(far).detach().contiguous(), wanted.contiguous(), 2e-5);
  Tensor y;
  const auto step = [&] {
    y = scaled_dot_product_attention(far, far, far, {.dropout_p = 0.5});
  };
  step();
  cuda::Graph graph;
  graph.capture(step);
  graph.replay();
  const Tensor first = y.cpu();
  graph.replay();
  CHECK(difference(y, first, 1e-6) != "");  // other weights are dropped
}

}  // namespace cresset
