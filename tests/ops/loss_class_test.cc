#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/loss.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/softmax.h"
#include "cresset/tests/elements.h"
#include "cresset/tests/ops/make.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

using testing::check_close;
using testing::check_threads;
using testing::error_of;
using testing::generated;
using testing::make;
using testing::noise;
using testing::reversed_layout;
using In = std::vector<Tensor>;

constexpr Reduction kNone = Reduction::kNone;

Tensor scores() { return make({2, 3}, {0.3, -1.2, 2.5, 1.1, 0.4, -0.7}); }
Tensor targets() { return make({2, 3}, {0.1, 0.9, 0.5, 1, 0, 0.3}); }
Tensor classes() { return make({2, 0}, int64); }
Tensor weights() { return make({0.5, 2, 1.5}); }

// sin(0), sin(1), ... as scores of 2 x 4 places.
Tensor wide_scores() {
  return generated<double>({2, 3, 4}, [](int64_t i) { return std::sin(i); });
}
Tensor wide_classes() {
  return make({2, 4}, {0, 1, 2, 1, 2, 2, -100, 0}, int64);
}

TEST_CASE("nll_loss: PyTorch's values", "[ops]") {
  const Tensor x = scores(), c = classes();
  check_close(nll_loss(x, c, {.reduction = kNone}), {-2.5, -1.1});
  check_close(nll_loss(x, c, {.weight = weights()}), {-2.15});
  check_close(nll_loss(x, c, {.ignore_index = 0, .reduction = kNone}),
              {-2.5, 0});
  check_close(nll_loss(wide_scores(), wide_classes(),
                       {.weight = weights(), .reduction = Reduction::kSum}),
              {-1.52963823575133});
}

TEST_CASE("cross_entropy: PyTorch's values", "[ops]") {
  const Tensor x = scores(), c = classes(), w = weights();
  check_close(cross_entropy(x, c), {0.317524298455037});
  check_close(cross_entropy(x.to(float32), c), {0.317524298455037}, 1e-6);
  check_close(cross_entropy(x.to(bfloat16), c), {0.3175}, 1e-2);
  check_close(cross_entropy(x, c, {.reduction = kNone}),
              {0.127096582800486, 0.507952014109589});
  check_close(cross_entropy(x, c, {.weight = w}), {0.222310440627762});
  check_close(cross_entropy(x, c, {.label_smoothing = 0.2}),
              {0.597524298455037});
  check_close(cross_entropy(x, c, {.weight = w, .label_smoothing = 0.2}),
              {0.682521498756886});
  check_close(cross_entropy(x, targets()), {2.4704912462716});
  check_close(
      cross_entropy(x, targets(),
                    {.weight = w, .reduction = kNone, .label_smoothing = 0.1}),
      {6.69068554812654, 1.36769257394498});
  check_close(cross_entropy(x, c, {.ignore_index = 0, .label_smoothing = 0.2}),
              {0.520429916133819});
  check_close(cross_entropy(x, make({0, 0}, int64), {.ignore_index = 0}),
              {NAN});
  check_close(cross_entropy(wide_scores(), wide_classes()), {1.13174812214427});
  check_close(cross_entropy(wide_scores(), wide_classes(),
                            {.weight = w, .label_smoothing = 0.3}),
              {1.26131597076444});
  check_close(cross_entropy(make({0.3, -1.2, 2.5}), make({}, {1}, int64)),
              {3.82709658280049});
}

TEST_CASE("cross_entropy: the fused path equals nll_loss of log_softmax",
          "[ops][grad]") {
  const Tensor x = noise({70, 130}, float64).requires_grad_();
  const Tensor t =
      generated<int64_t>({70}, [](int64_t i) { return i % 9 == 0 ? 3 : i; });
  const Tensor z = reversed_layout(x.detach()).requires_grad_();
  const Tensor fused = cross_entropy(x, t, {.ignore_index = 3});
  const Tensor plain = nll_loss(log_softmax(z, 1), t, {.ignore_index = 3});
  check_close(fused, plain);
  fused.backward();
  plain.backward();
  check_close(x.grad(), z.grad());
  CHECK(fused.grad_fn() == "NllLossBackward");
}

TEST_CASE("cross_entropy: the bits do not depend on the threads", "[ops]") {
  const Tensor x = noise({500, 200}, float32).requires_grad_();
  const Tensor t =
      generated<int64_t>({500}, [](int64_t i) { return i * 7 % 200; });
  check_threads([&] {
    x.set_grad(Tensor());
    cross_entropy(x, t).backward();
    return x.grad();
  });
}

TEST_CASE("losses against classes: gradients", "[ops][grad]") {
  const Tensor x = scores().requires_grad_(), t = targets().requires_grad_();
  const Tensor y = wide_scores().requires_grad_();
  const Tensor c = classes();
  for (const Reduction r : {Reduction::kMean, Reduction::kSum, kNone}) {
    gradcheck_all(
        [&](const In& in) {
          return nll_loss(in[0], c, {.weight = weights(), .reduction = r});
        },
        {x});
    gradcheck_all(
        [&](const In& in) {
          return cross_entropy(
              in[0], c,
              {.ignore_index = 0, .reduction = r, .label_smoothing = 0.1});
        },
        {x});
    gradcheck_all(
        [&](const In& in) {
          return cross_entropy(
              in[0], wide_classes(),
              {.weight = weights(), .reduction = r, .label_smoothing = 0.1});
        },
        {y});
    gradcheck_all(
        [&](const In& in) {
          return cross_entropy(in[0], in[1],
                               {.reduction = r, .label_smoothing = 0.1});
        },
        {x, t});
  }
}

TEST_CASE("losses against classes: errors", "[ops][error]") {
  const Tensor x = scores();
  CHECK_ERROR(cross_entropy(x, make({3, 0}, int64)), kIndex,
              "cross_entropy: target 3 is out of bounds for 3 classes");
  CHECK_ERROR(nll_loss(x, make({-1, 0}, int64)), kIndex,
              "nll_loss: target -1 is out of bounds for 3 classes");
  CHECK(error_of([&] {
          cross_entropy(x, make({1, 0, 2}, int64));
        }) ==
        "cross_entropy: for x of shape [2, 3] target must have shape [2]; got "
        "[3]");
  CHECK(error_of([&] {
          cross_entropy(x, make({1, 0}, int32));
        }) == "cross_entropy: target classes must be int64; got int32");
  CHECK(error_of([&] {
          cross_entropy(x, classes(), {.weight = make({1, 2})});
        }) ==
        "cross_entropy: weight must have one element for each of 3 classes; "
        "got shape [2]");
  CHECK(error_of([&] {
          cross_entropy(x, classes(), {.label_smoothing = 1.5});
        }) == "cross_entropy: label_smoothing must be in [0, 1]; got 1.5");
}

}  // namespace
}  // namespace cresset
