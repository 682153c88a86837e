#include "cresset/nn/activation.h"

#include "cresset/tensor/ops/activation.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/softmax.h"
#include "cresset/tensor/ops/unary.h"

namespace cresset::nn {

using cresset::internal::concat;

std::string InplaceActivation::extra_repr() const {
  return inplace ? "inplace=True" : "";
}

std::string InplaceActivation::repr_after(const std::string& first) const {
  return first + (inplace ? ", inplace=True" : "");
}

Tensor ReLU::forward(const Tensor& x) { return inplace ? relu_(x) : relu(x); }
Tensor ReLU6::forward(const Tensor& x) {
  return inplace ? relu6_(x) : relu6(x);
}
Tensor SELU::forward(const Tensor& x) { return inplace ? selu_(x) : selu(x); }
Tensor SiLU::forward(const Tensor& x) { return inplace ? silu_(x) : silu(x); }
Tensor Mish::forward(const Tensor& x) { return inplace ? mish_(x) : mish(x); }
Tensor Hardswish::forward(const Tensor& x) {
  return inplace ? hardswish_(x) : hardswish(x);
}
Tensor Hardsigmoid::forward(const Tensor& x) {
  return inplace ? hardsigmoid_(x) : hardsigmoid(x);
}

Tensor Sigmoid::forward(const Tensor& x) { return sigmoid(x); }
Tensor Tanh::forward(const Tensor& x) { return tanh(x); }
Tensor LogSigmoid::forward(const Tensor& x) { return logsigmoid(x); }
Tensor Softsign::forward(const Tensor& x) { return softsign(x); }
Tensor Tanhshrink::forward(const Tensor& x) { return tanhshrink(x); }

Tensor LeakyReLU::forward(const Tensor& x) {
  const auto slope = negative_slope.to<double>();
  return inplace ? leaky_relu_(x, slope) : leaky_relu(x, slope);
}

std::string LeakyReLU::extra_repr() const {
  return repr_after(concat("negative_slope=", negative_slope));
}

Tensor ELU::forward(const Tensor& x) {
  const auto a = alpha.to<double>();
  return inplace ? elu_(x, a) : elu(x, a);
}

std::string ELU::extra_repr() const {
  return repr_after(concat("alpha=", alpha));
}

Tensor CELU::forward(const Tensor& x) {
  const auto a = alpha.to<double>();
  return inplace ? celu_(x, a) : celu(x, a);
}

std::string CELU::extra_repr() const {
  return repr_after(concat("alpha=", alpha));
}

Hardtanh::Hardtanh(const Scalar& low, const Scalar& high,
                   const ActivationOptions& options)
    : InplaceActivation(options.inplace), min_val(low), max_val(high) {
  CRESSET_CHECK(low.to<double>() < high.to<double>(), kValue,
                "Hardtanh: min_val must be below max_val; got ", low, " and ",
                high);
}

Tensor Hardtanh::forward(const Tensor& x) {
  const auto low = min_val.to<double>(), high = max_val.to<double>();
  return inplace ? hardtanh_(x, low, high) : hardtanh(x, low, high);
}

std::string Hardtanh::extra_repr() const {
  return repr_after(concat("min_val=", min_val, ", max_val=", max_val));
}

Tensor Threshold::forward(const Tensor& x) {
  return inplace ? cresset::threshold_(x, threshold, value)
                 : cresset::threshold(x, threshold, value);
}

std::string Threshold::extra_repr() const {
  return repr_after(concat("threshold=", threshold, ", value=", value));
}

Tensor GELU::forward(const Tensor& x) { return gelu(x, approximate); }

std::string GELU::extra_repr() const {
  return "approximate='" + approximate + "'";
}

Tensor Softplus::forward(const Tensor& x) {
  return softplus(x, beta.to<double>(), threshold.to<double>());
}

std::string Softplus::extra_repr() const {
  return concat("beta=", beta, ", threshold=", threshold);
}

Tensor Hardshrink::forward(const Tensor& x) {
  return hardshrink(x, lambd.to<double>());
}

Tensor Softshrink::forward(const Tensor& x) {
  return softshrink(x, lambd.to<double>());
}

PReLU::PReLU(int64_t count, double init)
    : num_parameters(count), weight(parameter("weight", full({count}, init))) {}

Tensor PReLU::forward(const Tensor& x) { return prelu(x, weight); }

std::string PReLU::extra_repr() const {
  return concat("num_parameters=", num_parameters);
}

Tensor GLU::forward(const Tensor& x) { return glu(x, dim); }

std::string GLU::extra_repr() const { return concat("dim=", dim); }

std::string SoftmaxBase::extra_repr() const {
  return dim ? concat("dim=", *dim) : "dim=None";
}

int64_t SoftmaxBase::dim_for(const Tensor& x) const {
  if (dim) return *dim;
  return x.dim() == 0 || x.dim() == 1 || x.dim() == 3 ? 0 : 1;
}

Tensor Softmax::forward(const Tensor& x) { return softmax(x, dim_for(x)); }
Tensor LogSoftmax::forward(const Tensor& x) {
  return log_softmax(x, dim_for(x));
}
Tensor Softmin::forward(const Tensor& x) { return softmin(x, dim_for(x)); }

Tensor Softmax2d::forward(const Tensor& x) {
  CRESSET_CHECK(x.dim() == 3 || x.dim() == 4, kShape,
                "Softmax2d requires a 3D or 4D tensor as input");
  return softmax(x, -3);
}

}  // namespace cresset::nn
