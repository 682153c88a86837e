// Rows of activation modules.

#include "cresset/nn/nn.h"
#include "cresset/tensor/ops/activation.h"
#include "cresset/tests/parity/module_table.h"

namespace cresset::parity {
namespace {

using OptInt = std::optional<int64_t>;

}  // namespace

// Modules without arguments, with `inplace` alone, and with `dim` alone.
#define CRESSET_PLAIN(name) t.add(#name, "", [] { return built(nn::name()); })
#define CRESSET_INPLACE(name)   \
  t.add(#name, "inplace=False", \
        [](bool inplace) { return built(nn::name(inplace)); })
#define CRESSET_DIM(name) \
  t.add(#name, "dim=None", [](OptInt dim) { return built(nn::name(dim)); })

void add_activation_modules(ModuleTable& t) {
  CRESSET_PLAIN(Sigmoid);
  CRESSET_PLAIN(Tanh);
  CRESSET_PLAIN(LogSigmoid);
  CRESSET_PLAIN(Softsign);
  CRESSET_PLAIN(Tanhshrink);
  CRESSET_PLAIN(Softmax2d);
  CRESSET_INPLACE(ReLU);
  CRESSET_INPLACE(ReLU6);
  CRESSET_INPLACE(SELU);
  CRESSET_INPLACE(SiLU);
  CRESSET_INPLACE(Mish);
  CRESSET_INPLACE(Hardswish);
  CRESSET_INPLACE(Hardsigmoid);
  CRESSET_DIM(Softmax);
  CRESSET_DIM(LogSoftmax);
  CRESSET_DIM(Softmin);
  t.add("GELU", "approximate='none'", [](const std::string& approximate) {
    return built(nn::GELU(approximate));
  });
  t.add("GLU", "dim=-1", [](int64_t dim) { return built(nn::GLU(dim)); });
  t.add("LeakyReLU", "negative_slope=0.01, inplace=False",
        [](const Scalar& slope, bool inplace) {
          return built(nn::LeakyReLU(slope, {.inplace = inplace}));
        });
  t.add("ELU", "alpha=1.0, inplace=False",
        [](const Scalar& alpha, bool inplace) {
          return built(nn::ELU(alpha, {.inplace = inplace}));
        });
  t.add("CELU", "alpha=1.0, inplace=False",
        [](const Scalar& alpha, bool inplace) {
          return built(nn::CELU(alpha, {.inplace = inplace}));
        });
  t.add("Hardtanh", "min_val=-1.0, max_val=1.0, inplace=False",
        [](const Scalar& low, const Scalar& high, bool inplace) {
          return built(nn::Hardtanh(low, high, {.inplace = inplace}));
        });
  t.add("Threshold", "threshold, value, inplace=False",
        [](const Scalar& threshold, const Scalar& value, bool inplace) {
          return built(nn::Threshold(threshold, value, {.inplace = inplace}));
        });
  t.add("Softplus", "beta=1, threshold=20",
        [](const Scalar& beta, const Scalar& threshold) {
          return built(nn::Softplus(beta, threshold));
        });
  t.add("Hardshrink", "lambd=0.5",
        [](const Scalar& lambd) { return built(nn::Hardshrink(lambd)); });
  t.add("Softshrink", "lambd=0.5",
        [](const Scalar& lambd) { return built(nn::Softshrink(lambd)); });
  t.add("PReLU", "num_parameters=1, init=0.25", [](int64_t count, double init) {
    return built(nn::PReLU(count, init));
  });
}

#undef CRESSET_PLAIN
#undef CRESSET_INPLACE
#undef CRESSET_DIM

}  // namespace cresset::parity
