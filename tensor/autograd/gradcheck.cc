#include "cresset/tensor/autograd/gradcheck.h"

#include <cmath>

#include "cresset/tensor/core/autograd.h"
#include "cresset/tensor/core/copy.h"

namespace cresset {
namespace {

// Weights in [-1, 1] without a pattern that a wrong gradient could share.
class Weights {
 public:
  explicit Weights(uint64_t seed = 0x9e3779b97f4a7c15ull) : state_(seed) {}

  double next() {
    state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
    return static_cast<double>(static_cast<int64_t>(state_ >> 11)) * 0x1p-52 -
           1.0;
  }

 private:
  uint64_t state_;
};

bool differentiable(const Tensor& x) {
  return x.defined() && is_floating(x.dtype());
}

// One weight tensor for each differentiable output.
std::vector<Tensor> make_weights(const std::vector<Tensor>& outputs) {
  Weights weights;
  std::vector<Tensor> result;
  for (const Tensor& y : outputs) {
    if (!differentiable(y)) {
      result.emplace_back();
      continue;
    }
    Tensor w = empty(y.sizes(), {.dtype = float64, .device = Device()});
    for (int64_t i = 0; i < w.numel(); ++i)
      w.data<double>()[i] = weights.next();
    result.push_back(w.to(y.device()));
  }
  return result;
}

// The weights are those of make_weights, on the host.
double weighted_sum(const std::vector<Tensor>& outputs,
                    const std::vector<Tensor>& weights) {
  double sum = 0;
  for (size_t k = 0; k < outputs.size(); ++k) {
    if (!weights[k].defined()) continue;
    const Tensor y = outputs[k].detach().to(Device(), float64).contiguous();
    for (int64_t i = 0; i < y.numel(); ++i) {
      sum += y.data<double>()[i] * weights[k].data<double>()[i];
    }
  }
  return sum;
}

std::vector<Tensor> on_host(const std::vector<Tensor>& tensors) {
  std::vector<Tensor> result;
  for (const Tensor& x : tensors) {
    result.push_back(x.defined() ? x.detach().cpu() : x);
  }
  return result;
}

// Sets element i of the row-major x, on any device and outside autograd.
void set_element(const Tensor& x, int64_t i, double value) {
  internal::fill_kernel(
      x.device(), Scalar(value),
      internal::alias(x, IntSpan(), IntSpan(), x.storage_offset() + i));
}

std::vector<Tensor> wanted(const std::vector<Tensor>& inputs) {
  std::vector<Tensor> result;
  for (const Tensor& x : inputs) {
    if (!x.defined() || !x.requires_grad()) continue;
    CRESSET_CHECK(x.dtype() == float64 && x.is_contiguous() && x.is_leaf(),
                  kDtype,
                  "gradcheck: inputs that require a gradient must be row-major "
                  "float64 leaves; got ",
                  x.dtype(), " ", x.sizes());
    result.push_back(x);
  }
  CRESSET_CHECK(!result.empty(), kState,
                "gradcheck: at least one input must require a gradient");
  return result;
}

bool agree(double analytic, double numeric, const GradcheckOptions& options) {
  return std::fabs(analytic - numeric) <=
         options.atol + options.rtol * std::fabs(numeric);
}

// Whether the derivative along one direction, in which every element of x
// moves, is that of the gradient g. Moves the elements of x and back.
bool agree_along_direction(const std::function<double()>& f, const Tensor& x,
                           const Tensor& g, const GradcheckOptions& options) {
  const Tensor values = x.detach().cpu();
  const Tensor moved =
      empty(values.sizes(), {.dtype = float64, .device = Device()});
  const auto at = [&](double step) {
    Weights direction(0xd1b54a32d192ed03ull);
    for (int64_t i = 0; i < values.numel(); ++i) {
      moved.data<double>()[i] =
          values.data<double>()[i] + step * direction.next();
    }
    internal::copy_elements(moved, x.detach());
    return f();
  };
  const double above = at(options.eps), below = at(-options.eps);
  internal::copy_elements(values, x.detach());
  double analytic = 0;
  Weights direction(0xd1b54a32d192ed03ull);
  for (int64_t i = 0; g.defined() && i < g.numel(); ++i) {
    analytic += g.data<double>()[i] * direction.next();
  }
  return agree(analytic, (above - below) / (2 * options.eps), options);
}

}  // namespace

void gradcheck(const TensorFunction& f, const std::vector<Tensor>& inputs,
               const GradcheckOptions& options) {
  const std::vector<Tensor> xs = wanted(inputs);
  const std::vector<Tensor> outputs = f(inputs);
  const std::vector<Tensor> weights = make_weights(outputs);
  std::vector<Tensor> roots, root_grads;
  for (size_t k = 0; k < outputs.size(); ++k) {
    if (!weights[k].defined() || !outputs[k].requires_grad()) continue;
    roots.push_back(outputs[k]);
    root_grads.push_back(weights[k]);
  }
  CRESSET_CHECK(!roots.empty(), kState,
                "gradcheck: no output requires a gradient");
  const std::vector<Tensor> analytic =
      grad(roots, xs, {.grad_outputs = root_grads, .allow_unused = true});

  const NoGradGuard no_grad;
  const std::vector<Tensor> host_weights = on_host(weights);
  const auto sum = [&] { return weighted_sum(f(inputs), host_weights); };
  for (size_t k = 0; k < xs.size(); ++k) {
    const Tensor g =
        analytic[k].defined() ? analytic[k].cpu().contiguous() : Tensor();
    if (!xs[k].device().is_cpu() &&
        agree_along_direction(sum, xs[k], g, options)) {
      continue;
    }
    const Tensor values = xs[k].detach().cpu();
    for (int64_t i = 0; i < xs[k].numel(); ++i) {
      const double before = values.data<double>()[i];
      set_element(xs[k], i, before + options.eps);
      const double above = sum();
      set_element(xs[k], i, before - options.eps);
      const double below = sum();
      set_element(xs[k], i, before);
      const double numeric = (above - below) / (2 * options.eps);
      const double value = g.defined() ? g.data<double>()[i] : 0.0;
      CRESSET_CHECK(agree(value, numeric, options), kValue, "gradcheck: input ",
                    static_cast<int64_t>(k), " ", xs[k].sizes(), ", element ",
                    i, ": analytic gradient ", value, ", numeric ", numeric);
    }
  }
}

void gradgradcheck(const TensorFunction& f, const std::vector<Tensor>& inputs,
                   const GradcheckOptions& options) {
  const std::vector<Tensor> weights = make_weights(f(inputs));
  std::vector<Tensor> all = inputs;
  std::vector<size_t> places;  // in `all`, of each output's weight
  for (const Tensor& w : weights) {
    places.push_back(all.size());
    all.push_back(w.defined() ? w.requires_grad_() : w);
  }
  const size_t count = inputs.size();
  const auto gradient = [&](const std::vector<Tensor>& args) {
    const EnableGradGuard enable;
    const std::vector<Tensor> own(args.begin(),
                                  args.begin() + static_cast<int64_t>(count));
    const std::vector<Tensor> outputs = f(own);
    std::vector<Tensor> roots, root_grads;
    for (size_t k = 0; k < outputs.size(); ++k) {
      if (!weights[k].defined() || !outputs[k].requires_grad()) continue;
      roots.push_back(outputs[k]);
      root_grads.push_back(args[places[k]]);
    }
    return grad(roots, wanted(own),
                {.grad_outputs = root_grads,
                 .create_graph = true,
                 .allow_unused = true});
  };
  gradcheck(gradient, all, options);
}

void gradcheck_all(const std::function<Tensor(const std::vector<Tensor>&)>& f,
                   const std::vector<Tensor>& inputs,
                   const GradcheckOptions& options) {
  const auto list = [&](const std::vector<Tensor>& args) {
    return std::vector<Tensor>{f(args)};
  };
  gradcheck(list, inputs, options);
  gradgradcheck(list, inputs, options);
}

}  // namespace cresset
