#include "cresset/nn/linear.h"

#include <cmath>

#include "cresset/nn/init.h"
#include "cresset/tensor/ops/matmul.h"

namespace cresset::nn {

using cresset::internal::concat;

Linear::Linear(int64_t in, int64_t out, bool with_bias)
    : in_features(in),
      out_features(out),
      weight(parameter("weight", empty({out, in}))),
      bias(parameter("bias", with_bias ? empty({out}) : Tensor())) {
  reset_parameters();
}

void Linear::reset_parameters() {
  init::kaiming_uniform_(weight, {.a = std::sqrt(5.0)});
  if (!bias.defined()) return;
  const double bound =
      in_features > 0 ? 1 / std::sqrt(static_cast<double>(in_features)) : 0;
  init::uniform_(bias, -bound, bound);
}

Tensor Linear::forward(const Tensor& x) { return linear(x, weight, bias); }

std::string Linear::extra_repr() const {
  return concat("in_features=", in_features, ", out_features=", out_features,
                ", bias=", bias.defined() ? "True" : "False");
}

Bilinear::Bilinear(int64_t in1, int64_t in2, int64_t out, bool with_bias)
    : in1_features(in1),
      in2_features(in2),
      out_features(out),
      weight(parameter("weight", empty({out, in1, in2}))),
      bias(parameter("bias", with_bias ? empty({out}) : Tensor())) {
  reset_parameters();
}

void Bilinear::reset_parameters() {
  const double bound = 1 / std::sqrt(static_cast<double>(in1_features));
  init::uniform_(weight, -bound, bound);
  if (bias.defined()) init::uniform_(bias, -bound, bound);
}

Tensor Bilinear::forward(const Tensor& x1, const Tensor& x2) {
  return bilinear(x1, x2, weight, bias);
}

std::string Bilinear::extra_repr() const {
  return concat("in1_features=", in1_features, ", in2_features=", in2_features,
                ", out_features=", out_features,
                ", bias=", bias.defined() ? "True" : "False");
}

}  // namespace cresset::nn
