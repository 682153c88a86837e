#include "cresset/tensor/ops/loss.h"

#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/distance.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tests/ops/make.h"

namespace cresset {
namespace {

using testing::check_close;
using testing::error_of;
using testing::make;
using testing::noise;
using In = std::vector<Tensor>;

constexpr Reduction kNone = Reduction::kNone;
constexpr Reduction kSum = Reduction::kSum;

Tensor scores() { return make({2, 3}, {0.3, -1.2, 2.5, 1.1, 0.4, -0.7}); }
Tensor targets() { return make({2, 3}, {0.1, 0.9, 0.5, 1, 0, 0.3}); }
Tensor chances() { return make({2, 3}, {0.3, 0.8, 0.45, 0.9, 0.2, 0.6}); }
Tensor signs() { return make({2, 3}, {1, -1, 1, -1, 1, -1}); }
Tensor classes() { return make({2, 0}, int64); }
Tensor weights() { return make({0.5, 2, 1.5}); }

TEST_CASE("losses of numbers: PyTorch's values", "[ops]") {
  const Tensor x = scores(), t = targets();
  check_close(mse_loss(x, t), {1.60333333333333});
  check_close(mse_loss(x, t, {.reduction = kSum}), {9.62});
  check_close(mse_loss(x, t, {.reduction = kNone}),
              {0.04, 4.41, 4, 0.01, 0.16, 1});
  check_close(l1_loss(x, t), {0.966666666666667});
  check_close(smooth_l1_loss(x, t, {.reduction = kNone, .beta = 0.7}),
              {0.0285714285714286, 1.75, 1.65, 0.00714285714285716,
               0.114285714285714, 0.65});
  check_close(huber_loss(x, t, {.reduction = kNone, .delta = 0.7}),
              {0.02, 1.225, 1.155, 0.005, 0.08, 0.455});
}

TEST_CASE("losses of probabilities: PyTorch's values", "[ops]") {
  const Tensor x = scores(), t = targets(), p = chances(), w = weights();
  check_close(binary_cross_entropy(p, t, {.reduction = kNone}),
              {0.441404729977453, 0.361772987426199, 0.698172348486696,
               0.105360515657826, 0.22314355131421, 0.794651199441706});
  check_close(binary_cross_entropy(p, t, {.weight = w}), {0.613741837031843});
  check_close(binary_cross_entropy(make({0, 1, 0}), make({0, 1, 1}),
                                   {.reduction = kNone}),
              {0, 0, 100});
  check_close(binary_cross_entropy_with_logits(x, t, {.reduction = kNone}),
              {0.824355244468527, 1.34328246733803, 1.32888973429255,
               0.287335325115431, 0.913015252399953, 0.613186048885458});
  check_close(binary_cross_entropy_with_logits(
                  x, t, {.weight = w, .pos_weight = make({2, 1, 3})}),
              {1.54402364487531});
  check_close(kl_div(x, p, {.reduction = kNone}),
              {-0.451191841297781, 0.781485158948632, -1.484328463298,
               -1.08482446409204, -0.40188758248682, 0.113504625740406});
  check_close(kl_div(x, log(p), {.reduction = kSum, .log_target = true}),
              {-2.5272425664856});
  check_close(poisson_nll_loss(x, t * 3.0, {.reduction = kNone}),
              {1.259858807576, 3.5411942119122, 8.43249396070347,
               -0.295833976053567, 1.49182469764127, 1.12658530379141});
  check_close(
      poisson_nll_loss(p, t * 3.0,
                       {.log_input = false, .full = true, .reduction = kNone}),
      {0.661191831297781, 2.79983176163595, 1.87763026041433, 2.9801630571832,
       0.2, 1.05974304638939});
  check_close(gaussian_nll_loss(x, t, make({0.3, 0.9}),
                                {.full = true, .reduction = kNone}),
              {0.383618797708371, 7.66695213104171, 6.98361879770837,
               0.871813830931315, 0.955147164264648, 1.42181383093132});
  check_close(gaussian_nll_loss(x, t, p), {1.04677099135701});
}

TEST_CASE("losses of margins: PyTorch's values", "[ops]") {
  const Tensor x = scores(), t = targets(), s = signs();
  check_close(hinge_embedding_loss(x, s, {.margin = 0.8, .reduction = kNone}),
              {0.3, 2, 2.5, 0, 0.4, 1.5});
  check_close(margin_ranking_loss(x, t, s, {.margin = 0.1, .reduction = kNone}),
              {0, 0, 0, 0.2, 0, 0});
  check_close(cosine_embedding_loss(x, t, make({1, -1}),
                                    {.margin = 0.2, .reduction = kNone}),
              {0.930681635352637, 0.425057953315438});
  check_close(soft_margin_loss(x, s, {.reduction = kNone}),
              {0.554355244468527, 0.263282467338031, 0.0788897342925496,
               1.38733532511543, 0.513015252399952, 0.403186048885458});
  check_close(multi_margin_loss(x, classes(), {.reduction = kNone}), {0, 0.1});
  check_close(multi_margin_loss(x, classes(),
                                {.p = 2, .margin = 0.5, .weight = weights()}),
              testing::Doubles{0});
  check_close(
      multilabel_margin_loss(x, make({2, 3}, {1, 2, -1, 0, -1, 2}, int64),
                             {.reduction = kNone}),
      {0.833333333333333, 0.1});
  check_close(
      multilabel_soft_margin_loss(x, make({2, 3}, {0, 1, 1, 1, 0, 0}),
                                  {.weight = weights(), .reduction = kNone}),
      {1.15735905278305, 0.858159080228602});
  check_close(triplet_margin_loss(x, t, chances(),
                                  {.p = 3, .swap = true, .reduction = kNone}),
              {3.37580654324374, 1.6910210529995});
}

TEST_CASE("distances: PyTorch's values", "[ops]") {
  const Tensor x = scores(), t = targets();
  check_close(cosine_similarity(x, t), {0.0693183646473999, 0.625057953315893});
  check_close(pairwise_distance(x, t), {2.90688840515129, 1.08166492039032});
  check_close(normalize(x),
              {0.107555210907311, -0.430220843629245, 0.896293424227593,
               0.806559132617443, 0.293294230042707, -0.513264902574736});
}

TEST_CASE("losses: gradients", "[ops][grad]") {
  const Tensor x = scores().requires_grad_(), t = targets().requires_grad_();
  const Tensor p = chances().requires_grad_();
  const In both = {x, t};
  gradcheck_all([](const In& in) { return mse_loss(in[0], in[1]); }, both);
  gradcheck_all([](const In& in) { return l1_loss(in[0], in[1]); }, both);
  gradcheck_all(
      [](const In& in) { return smooth_l1_loss(in[0], in[1], {.beta = 0.7}); },
      both);
  gradcheck_all(
      [](const In& in) { return huber_loss(in[0], in[1], {.delta = 0.3}); },
      both);
  gradcheck_all(
      [](const In& in) {
        return binary_cross_entropy(in[0], in[1], {.weight = weights()});
      },
      {p, t});
  gradcheck_all(
      [](const In& in) {
        return binary_cross_entropy_with_logits(
            in[0], in[1], {.reduction = kNone, .pos_weight = weights()});
      },
      both);
  gradcheck_all([](const In& in) { return kl_div(in[0], in[1]); }, {x, p});
  gradcheck_all([](const In& in) { return poisson_nll_loss(in[0], in[1]); },
                both);
  gradcheck_all(
      [](const In& in) { return gaussian_nll_loss(in[0], in[1], in[2]); },
      {x, t, p});
  gradcheck_all(
      [](const In& in) { return hinge_embedding_loss(in[0], signs()); }, {x});
  gradcheck_all(
      [](const In& in) {
        return margin_ranking_loss(in[0], in[1], signs(), {.margin = 0.45});
      },
      both);
  gradcheck_all(
      [](const In& in) {
        return cosine_embedding_loss(in[0], in[1], make({1, -1}));
      },
      both);
  gradcheck_all([](const In& in) { return soft_margin_loss(in[0], signs()); },
                {x});
  gradcheck_all(
      [](const In& in) {
        return multi_margin_loss(in[0], classes(), {.p = 2, .margin = 2});
      },
      {x});
  gradcheck_all(
      [](const In& in) {
        return multilabel_margin_loss(
            in[0], make({2, 3}, {1, 2, -1, 0, -1, 2}, int64));
      },
      {x});
  gradcheck_all(
      [](const In& in) { return multilabel_soft_margin_loss(in[0], in[1]); },
      both);
  gradcheck_all(
      [](const In& in) { return triplet_margin_loss(in[0], in[1], in[2]); },
      {x, t, p});
  gradcheck_all([](const In& in) { return cosine_similarity(in[0], in[1]); },
                both);
  gradcheck_all([](const In& in) { return normalize(in[0]); }, {x});
}

TEST_CASE("losses: errors", "[ops][error]") {
  const Tensor x = scores();
  if (default_device().is_cpu()) {  // a GPU would have to be waited for
    CHECK(error_of([&] { binary_cross_entropy(x, targets()); }) ==
          "binary_cross_entropy: all elements of x must be between 0 and 1");
  }
  CHECK(error_of([&] {
          binary_cross_entropy_with_logits(x, make({1, 2}));
        }) ==
        "binary_cross_entropy_with_logits: x and target must have one shape; "
        "got [2, 3] and [2]");
  CHECK(error_of([&] { huber_loss(x, x, {.delta = 0}); }) ==
        "huber_loss: delta must be positive; got 0");
  CHECK(error_of([&] {
          gaussian_nll_loss(x, x, make({1, 1, 1}));
        }) ==
        "gaussian_nll_loss: var is of incorrect size; got [3] for x of shape "
        "[2, 3]");
}

}  // namespace
}  // namespace cresset
