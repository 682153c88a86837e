// Rows of activation functions.

#include "cresset/tensor/ops/activation.h"
#include "cresset/tensor/ops/dropout.h"
#include "cresset/tensor/ops/math_tensor.h"
#include "cresset/tensor/ops/softmax.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {
namespace {

using OptDtype = std::optional<Dtype>;

}  // namespace

// Functions of one tensor that may work in place.
#define CRESSET_ROW(name)                               \
  t.add("nn.functional." #name, "input, inplace=False", \
        [](const Tensor& x, Ignored) { return cresset::name(x); })

void add_activation_ops(OpTable& t) {
  CRESSET_ROW(hardsigmoid);
  CRESSET_ROW(hardswish);
  CRESSET_ROW(logsigmoid);
  CRESSET_ROW(mish);
  CRESSET_ROW(relu);
  CRESSET_ROW(relu6);
  CRESSET_ROW(selu);
  CRESSET_ROW(sigmoid);
  CRESSET_ROW(silu);
  CRESSET_ROW(softsign);
  CRESSET_ROW(tanh);
  CRESSET_ROW(tanhshrink);
  t.add("nn.functional.celu", "input, alpha=1.0, inplace=False",
        [](const Tensor& x, double alpha, Ignored) { return celu(x, alpha); });
  t.add("nn.functional.elu", "input, alpha=1.0, inplace=False",
        [](const Tensor& x, double alpha, Ignored) { return elu(x, alpha); });
  t.add("nn.functional.gelu", "input, *, approximate='none'",
        [](const Tensor& x, const std::string& approximate) {
          return gelu(x, approximate);
        });
  t.add("nn.functional.glu", "input, dim=-1",
        [](const Tensor& x, int64_t dim) { return glu(x, dim); });
  t.add("nn.functional.hardshrink", "input, lambd=0.5",
        [](const Tensor& x, double lambd) { return hardshrink(x, lambd); });
  t.add("nn.functional.hardtanh",
        "input, min_val=-1.0, max_val=1.0, inplace=False",
        [](const Tensor& x, double low, double high, Ignored) {
          return hardtanh(x, low, high);
        });
  t.add("nn.functional.leaky_relu", "input, negative_slope=0.01, inplace=False",
        [](const Tensor& x, double slope, Ignored) {
          return leaky_relu(x, slope);
        });
  t.add("nn.functional.prelu", "input, weight",
        [](const Tensor& x, const Tensor& weight) { return prelu(x, weight); });
  t.add("nn.functional.softplus", "input, beta=1, threshold=20",
        [](const Tensor& x, double beta, double threshold) {
          return softplus(x, beta, threshold);
        });
  t.add("nn.functional.softshrink", "input, lambd=0.5",
        [](const Tensor& x, double lambd) { return softshrink(x, lambd); });
  t.add("nn.functional.threshold", "input, threshold, value, inplace=False",
        [](const Tensor& x, double limit, double value, Ignored) {
          return threshold(x, limit, value);
        });
  t.add("softmax", "input, dim, dtype=None",
        [](const Tensor& x, int64_t dim, OptDtype dtype) {
          return softmax(x, dim, dtype);
        });
  t.add("log_softmax", "input, dim, dtype=None",
        [](const Tensor& x, int64_t dim, OptDtype dtype) {
          return log_softmax(x, dim, dtype);
        });
  t.add("nn.functional.softmax", "input, dim, _stacklevel=3, dtype=None",
        [](const Tensor& x, int64_t dim, Ignored, OptDtype dtype) {
          return softmax(x, dim, dtype);
        });
  t.add("nn.functional.log_softmax", "input, dim, _stacklevel=3, dtype=None",
        [](const Tensor& x, int64_t dim, Ignored, OptDtype dtype) {
          return log_softmax(x, dim, dtype);
        });
  t.add("nn.functional.softmin", "input, dim, _stacklevel=3, dtype=None",
        [](const Tensor& x, int64_t dim, Ignored, OptDtype dtype) {
          return softmin(x, dim, dtype);
        });
  t.add("nn.functional.dropout", "input, p=0.5, training=True, inplace=False",
        [](const Tensor& x, double p, bool training, Ignored) {
          return dropout(x, p, training);
        });
}

#undef CRESSET_ROW

}  // namespace cresset::parity
