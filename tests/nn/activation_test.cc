// Activations and losses against numbers and texts of PyTorch 1.13.

#include <memory>
#include <string>
#include <vector>

#include "cresset/nn/nn.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/elements.h"
#include "cresset/tests/nn/golden.h"

using namespace cresset;
using namespace cresset::testing;

namespace {

Tensor floats(std::vector<double> values, IntSpan shape) {
  return generated<float>(shape, [&](int64_t i) { return values.at(i); });
}

// The layer gives `wanted` for -3, -0.4, 0, 0.7, 4 and prints as `text`.
template <class M>
void check(M&& layer, const std::string& text, std::vector<double> wanted) {
  INFO(text);
  CHECK(to_string(layer) == text);
  CHECK(begins(layer(floats({-3, -0.4, 0, 0.7, 4}, {5})), wanted, 2e-6));
}

}  // namespace

TEST_CASE("activations: values and text", "[nn]") {
  check(nn::ReLU(), "ReLU()", {0, 0, 0, 0.7, 4});
  check(nn::ReLU({.inplace = true}), "ReLU(inplace=True)", {0, 0, 0, 0.7, 4});
  check(nn::ReLU6(), "ReLU6()", {0, 0, 0, 0.7, 4});
  check(nn::LeakyReLU(0.2), "LeakyReLU(negative_slope=0.2)",
        {-0.6, -0.08, 0, 0.7, 4});
  check(nn::LeakyReLU(0.2, {.inplace = true}),
        "LeakyReLU(negative_slope=0.2, inplace=True)",
        {-0.6, -0.08, 0, 0.7, 4});
  check(nn::ELU(), "ELU(alpha=1.0)", {-0.950213, -0.32968, 0, 0.7, 4});
  check(nn::ELU(1), "ELU(alpha=1)", {-0.950213, -0.32968, 0, 0.7, 4});
  check(nn::CELU(2.0), "CELU(alpha=2.0)", {-1.55374, -0.3625385, 0, 0.7, 4});
  check(nn::SELU(), "SELU()", {-1.670569, -0.5796101, 0, 0.7354907, 4.202804});
  check(nn::GELU(), "GELU(approximate='none')",
        {-0.004049867, -0.1378313, 0, 0.5306255, 3.999873});
  check(nn::GELU("tanh"), "GELU(approximate='tanh')",
        {-0.003637433, -0.1378388, 0, 0.5305701, 3.99993});
  check(nn::SiLU(), "SiLU()", {-0.1422776, -0.1605249, 0, 0.4677314, 3.928055});
  check(nn::Mish(), "Mish()", {-0.1456475, -0.1889165, 0, 0.5611483, 3.997413});
  check(nn::Hardswish(true), "Hardswish()", {0, -0.1733333, 0, 0.4316666, 4});
  check(nn::Hardsigmoid(), "Hardsigmoid()", {0, 0.4333333, 0.5, 0.6166667, 1});
  check(nn::Hardtanh(-1, 2), "Hardtanh(min_val=-1, max_val=2)",
        {-1, -0.4, 0, 0.7, 2});
  check(nn::Threshold(0.5, 9), "Threshold(threshold=0.5, value=9)",
        {9, 9, 9, 0.7, 4});
  check(nn::Softplus(), "Softplus(beta=1, threshold=20)",
        {0.04858735, 0.5130153, 0.6931472, 1.103186, 4.01815});
  check(nn::Softsign(), "Softsign()", {-0.75, -0.2857143, 0, 0.4117647, 0.8});
  check(nn::LogSigmoid(), "LogSigmoid()",
        {-3.048587, -0.9130152, -0.6931472, -0.4031861, -0.01814993});
  check(nn::Tanhshrink(), "Tanhshrink()",
        {-2.004945, -0.02005103, 0, 0.0956322, 3.000671});
  check(nn::Hardshrink(), "Hardshrink(0.5)", {-3, 0, 0, 0.7, 4});
  check(nn::Softshrink(), "Softshrink(0.5)", {-2.5, 0, 0, 0.2, 3.5});
  check(nn::PReLU(), "PReLU(num_parameters=1)", {-0.75, -0.1, 0, 0.7, 4});
  check(nn::Sigmoid(), "Sigmoid()",
        {0.04742587, 0.4013124, 0.5, 0.6681877, 0.9820138});
  check(nn::Tanh(), "Tanh()", {-0.9950548, -0.379949, 0, 0.6043678, 0.9993293});
  check(nn::Softmax(0), "Softmax(dim=0)",
        {0.000853512, 0.01149146, 0.01714325, 0.03452226, 0.9359896});
  check(nn::LogSoftmax(0), "LogSoftmax(dim=0)",
        {-7.066151, -4.466151, -4.066151, -3.366151, -0.06615096});
  check(nn::Softmin(), "Softmin(dim=None)",
        {0.8697951, 0.06460281, 0.04330455, 0.0215044, 0.0007931505});
}

TEST_CASE("activations: inplace changes the input", "[nn]") {
  const Tensor x = floats({-1, 2}, {2});
  nn::ReLU{true}(x);
  CHECK(elements(x) == std::vector<double>{0, 2});
}

TEST_CASE("losses: values", "[nn]") {
  const Tensor x = floats({1, 2, 0.5, 0, -1, 3}, {2, 3});
  const Tensor z = floats({0, 1, 1, 0.5, 0, 1}, {2, 3});
  const Tensor w = floats({0.5, 1, 2}, {3});
  const Tensor classes = tensor({1, 0});
  const auto near = [](double value) { return Approx(value).epsilon(1e-5); };
  CHECK(total(nn::CrossEntropyLoss({.weight = w, .label_smoothing = 0.1})(
            x, classes)) == near(1.439628));
  CHECK(total(nn::NLLLoss({.reduction = Reduction::kSum})(x, classes)) == -2);
  CHECK(total(nn::MSELoss()(x, z)) == near(1.25));
  CHECK(nn::MSELoss({Reduction::kNone})(x, z).sizes() == x.sizes());
  CHECK(total(nn::L1Loss()(x, z)) == near(1));
  CHECK(total(nn::SmoothL1Loss({.beta = 0.5})(x, z)) == near(0.75));
  CHECK(total(nn::HuberLoss({.delta = 0.5})(x, z)) == near(0.375));
  CHECK(total(nn::BCELoss()(sigmoid(x), z)) == near(0.4948771));
  CHECK(total(nn::BCEWithLogitsLoss({.pos_weight = w})(x, z)) ==
        near(0.5531067));
  CHECK(total(nn::KLDivLoss({.reduction = Reduction::kSum})(x, z)) ==
        near(-2.923287 * 2));
  CHECK(total(nn::MarginRankingLoss({.margin = 0.5})(
            select(x, 0, 0), select(x, 0, 1), ones({3}))) == near(1));
  CHECK(total(nn::TripletMarginLoss()(x, z, add(x, 1))) == near(1.163595));
}

TEST_CASE("losses: weights are buffers", "[nn]") {
  nn::CrossEntropyLoss plain, weighted({.weight = ones({3})});
  CHECK(plain.state_dict().empty());
  CHECK(weighted.state_dict().keys() == std::vector<std::string>{"weight"});
  CHECK(to_string(weighted) == "CrossEntropyLoss()");
  weighted.to(float64);
  const Tensor x = floats({1, 2, 0.5}, {1, 3}).to(float64);
  CHECK(weighted(x, tensor({1})).dtype() == float64);
}
