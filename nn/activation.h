// Activation functions as layers.
//
// Each computes the op of its name (tensor/ops/activation.h, unary.h,
// softmax.h), element by element unless it says otherwise. With `inplace` the
// input itself is changed.

#ifndef CRESSET_NN_ACTIVATION_H_
#define CRESSET_NN_ACTIVATION_H_

#include <optional>
#include <string>

#include "cresset/nn/module.h"
#include "cresset/tensor/base/scalar.h"

namespace cresset::nn {

struct ActivationOptions {
  bool inplace = false;
};

/// What the activations that can work in place share; not used by itself.
class InplaceActivation : public Module {
 public:
  std::string extra_repr() const override;

  bool inplace;

 protected:
  explicit InplaceActivation(bool in_place) : inplace(in_place) {}
  // `first` and the text of `inplace`.
  std::string repr_after(const std::string& first) const;
};

/// max(0, x).
/// Torch: torch.nn.ReLU
class ReLU : public InplaceActivation {
 public:
  explicit ReLU(bool in_place = false) : InplaceActivation(in_place) {}
  ReLU(const ActivationOptions& options)  // NOLINT
      : InplaceActivation(options.inplace) {}
  Tensor forward(const Tensor& x) override;
};

/// min(max(0, x), 6).
/// Torch: torch.nn.ReLU6
class ReLU6 : public InplaceActivation {
 public:
  explicit ReLU6(bool in_place = false) : InplaceActivation(in_place) {}
  ReLU6(const ActivationOptions& options)  // NOLINT
      : InplaceActivation(options.inplace) {}
  Tensor forward(const Tensor& x) override;
};

/// The scaled exponential linear unit.
/// Torch: torch.nn.SELU
class SELU : public InplaceActivation {
 public:
  explicit SELU(bool in_place = false) : InplaceActivation(in_place) {}
  SELU(const ActivationOptions& options)  // NOLINT
  : InplaceActivation(options.inplace) {}
  Tensor forward(const Tensor& x) override;
};

/// x * sigmoid(x).
/// Torch: torch.nn.SiLU
class SiLU : public InplaceActivation {
 public:
  explicit SiLU(bool in_place = false) : InplaceActivation(in_place) {}
  SiLU(const ActivationOptions& options)  // NOLINT
      : InplaceActivation(options.inplace) {}
  Tensor forward(const Tensor& x) override;
};

/// x * tanh(softplus(x)).
/// Torch: torch.nn.Mish
class Mish : public InplaceActivation {
 public:
  explicit Mish(bool in_place = false) : InplaceActivation(in_place) {}
  Mish(const ActivationOptions& options)  // NOLINT
      : InplaceActivation(options.inplace) {}
  Tensor forward(const Tensor& x) override;
};

/// x * relu6(x + 3) / 6.
/// Torch: torch.nn.Hardswish
class Hardswish : public InplaceActivation {
 public:
  explicit Hardswish(bool in_place = false) : InplaceActivation(in_place) {}
  Hardswish(const ActivationOptions& options)  // NOLINT
      : InplaceActivation(options.inplace) {}
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override { return ""; }
};

/// relu6(x + 3) / 6.
/// Torch: torch.nn.Hardsigmoid
class Hardsigmoid : public InplaceActivation {
 public:
  explicit Hardsigmoid(bool in_place = false) : InplaceActivation(in_place) {}
  Hardsigmoid(const ActivationOptions& options)  // NOLINT
      : InplaceActivation(options.inplace) {}
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override { return ""; }
};

/// x where it is positive, negative_slope * x elsewhere.
/// Torch: torch.nn.LeakyReLU
class LeakyReLU : public InplaceActivation {
 public:
  explicit LeakyReLU(const Scalar& slope = 0.01,
                     const ActivationOptions& options = {})
      : InplaceActivation(options.inplace), negative_slope(slope) {}
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override;

  Scalar negative_slope;
};

/// x where it is positive, alpha * (exp(x) - 1) elsewhere.
/// Torch: torch.nn.ELU
class ELU : public InplaceActivation {
 public:
  explicit ELU(const Scalar& factor = 1.0,
               const ActivationOptions& options = {})
      : InplaceActivation(options.inplace), alpha(factor) {}
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override;

  Scalar alpha;
};

/// x where it is positive, alpha * (exp(x / alpha) - 1) elsewhere.
/// Torch: torch.nn.CELU
class CELU : public InplaceActivation {
 public:
  explicit CELU(const Scalar& factor = 1.0,
                const ActivationOptions& options = {})
      : InplaceActivation(options.inplace), alpha(factor) {}
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override;

  Scalar alpha;
};

/// x cut off below min_val and above max_val.
/// Errors: kValue unless min_val < max_val.
/// Torch: torch.nn.Hardtanh
class Hardtanh : public InplaceActivation {
 public:
  explicit Hardtanh(const Scalar& low = -1.0, const Scalar& high = 1.0,
                    const ActivationOptions& options = {});
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override;

  Scalar min_val;
  Scalar max_val;
};

/// x where it is above the threshold, `value` elsewhere.
/// Torch: torch.nn.Threshold
class Threshold : public InplaceActivation {
 public:
  Threshold(const Scalar& limit, const Scalar& replacement,
            const ActivationOptions& options = {})
      : InplaceActivation(options.inplace),
        threshold(limit),
        value(replacement) {}
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override;

  Scalar threshold;
  Scalar value;
};

/// 1 / (1 + exp(-x)).
/// Torch: torch.nn.Sigmoid
class Sigmoid : public Module {
 public:
  Tensor forward(const Tensor& x) override;
};

/// The hyperbolic tangent.
/// Torch: torch.nn.Tanh
class Tanh : public Module {
 public:
  Tensor forward(const Tensor& x) override;
};

/// log(sigmoid(x)).
/// Torch: torch.nn.LogSigmoid
class LogSigmoid : public Module {
 public:
  Tensor forward(const Tensor& x) override;
};

/// x / (1 + |x|).
/// Torch: torch.nn.Softsign
class Softsign : public Module {
 public:
  Tensor forward(const Tensor& x) override;
};

/// x - tanh(x).
/// Torch: torch.nn.Tanhshrink
class Tanhshrink : public Module {
 public:
  Tensor forward(const Tensor& x) override;
};

/// x * Phi(x), exactly ("none") or by a formula with tanh ("tanh").
/// Torch: torch.nn.GELU
class GELU : public Module {
 public:
  explicit GELU(std::string formula = "none")
      : approximate(std::move(formula)) {}
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override;

  std::string approximate;
};

/// log(1 + exp(beta * x)) / beta; x itself where beta * x > threshold.
/// Torch: torch.nn.Softplus
class Softplus : public Module {
 public:
  explicit Softplus(const Scalar& factor = 1, const Scalar& limit = 20)
      : beta(factor), threshold(limit) {}
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override;

  Scalar beta;
  Scalar threshold;
};

/// x, and 0 where |x| <= lambd.
/// Torch: torch.nn.Hardshrink
class Hardshrink : public Module {
 public:
  explicit Hardshrink(const Scalar& limit = 0.5) : lambd(limit) {}
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override { return to_string(lambd); }

  Scalar lambd;
};

/// x moved towards 0 by lambd.
/// Torch: torch.nn.Softshrink
class Softshrink : public Module {
 public:
  explicit Softshrink(const Scalar& limit = 0.5) : lambd(limit) {}
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override { return to_string(lambd); }

  Scalar lambd;
};

/// LeakyReLU with a slope that is learned, one or one for each channel.
/// Torch: torch.nn.PReLU
class PReLU : public Module {
 public:
  explicit PReLU(int64_t count = 1, double init = 0.25);
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override;

  int64_t num_parameters;
  Parameter weight;  ///< [num_parameters]
};

/// One half of x times the sigmoid of the other.
/// Shape: halves `dim`. Torch: torch.nn.GLU
class GLU : public Module {
 public:
  explicit GLU(int64_t dimension = -1) : dim(dimension) {}
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override;

  int64_t dim;
};

/// What the softmax layers share; not used by itself. Without a dimension it
/// is 0 for one of rank 0, 1 or 3, else 1, as in PyTorch.
class SoftmaxBase : public Module {
 public:
  std::string extra_repr() const override;

  std::optional<int64_t> dim;

 protected:
  explicit SoftmaxBase(std::optional<int64_t> dimension) : dim(dimension) {}
  int64_t dim_for(const Tensor& x) const;
};

/// Torch: torch.nn.Softmax
class Softmax : public SoftmaxBase {
 public:
  explicit Softmax(std::optional<int64_t> dimension = std::nullopt)
      : SoftmaxBase(dimension) {}
  Tensor forward(const Tensor& x) override;
};

/// Torch: torch.nn.LogSoftmax
class LogSoftmax : public SoftmaxBase {
 public:
  explicit LogSoftmax(std::optional<int64_t> dimension = std::nullopt)
      : SoftmaxBase(dimension) {}
  Tensor forward(const Tensor& x) override;
};

/// Torch: torch.nn.Softmin
class Softmin : public SoftmaxBase {
 public:
  explicit Softmin(std::optional<int64_t> dimension = std::nullopt)
      : SoftmaxBase(dimension) {}
  Tensor forward(const Tensor& x) override;
};

/// Softmax over the channels of images. Shape: [N, C, H, W] or [C, H, W].
/// Torch: torch.nn.Softmax2d
class Softmax2d : public Module {
 public:
  Tensor forward(const Tensor& x) override;
};

}  // namespace cresset::nn

#endif  // CRESSET_NN_ACTIVATION_H_
