#include "cresset/tensor/ops/reduce_stats.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/reduce_run.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tensor/ops/where.h"

namespace cresset {
namespace internal {
namespace {

Tensor mean_of(const Tensor& x, const DimMask& mask) {
  Shape dims;
  for (size_t d = 0; d < mask.size(); ++d) {
    if (mask[d]) dims.push_back(static_cast<int64_t>(d));
  }
  return dims.empty() ? x : mean(x, dims, true);
}

struct Spread {
  DimMask mask;
  double correction;
  double count = 1;
  bool take_sqrt;
};

// The gradient of x from that of its variance.
Tensor var_grad(const Tensor& g, const Tensor& x, const Spread& s) {
  const double left = std::max(0.0, s.count - s.correction);
  const Tensor centre = sub(x, mean_of(x, s.mask));
  return mul(mul(spread(g, x.shape(), s.mask), centre), 2 / left);
}

SpreadAndMean moments(const Tensor& x, IntSpan dim, const VarOptions& options,
                      bool take_sqrt, const char* name, const char* grad_name) {
  CRESSET_CHECK(is_floating(x.dtype()), kDtype, name,
                ": x must be of a floating dtype; got ", x.dtype());
  Spread s = {reduced_dims(dim, x.dim(), name), options.correction, 1,
              take_sqrt};
  for (size_t d = 0; d < s.mask.size(); ++d) {
    if (s.mask[d]) s.count *= static_cast<double>(x.sizes()[d]);
  }
  const Shape sizes = reduced_sizes(x.sizes(), s.mask, options.keepdim);
  SpreadAndMean y;
  if (x.numel() == 0 || x.device().is_meta()) {
    y.spread = full(sizes, NAN, {.dtype = x.dtype(), .device = x.device()});
    y.mean = y.spread.clone();
    return y;
  }
  Moments op;
  op.correction = options.correction;
  op.take_sqrt = take_sqrt;
  const Reduced both = run_reduce(x, s.mask, compute_type(x.dtype(), name), op);
  y.spread = with_sizes(both.first.to(x.dtype()), sizes);
  y.mean = with_sizes(both.second.to(x.dtype()), sizes);
  if (!any_wants_grad(TensorRefs{x})) return y;
  const Tensor outputs[] = {y.spread, y.mean};
  with_grads(
      grad_name, outputs, {x},
      [x = keep(x), y = keep_output(y.spread), s = std::move(s)](
          std::span<const Tensor> g, Grads& grads) {
        const Tensor input = x();
        if (g[0].defined()) {
          Tensor gv = g[0];
          if (s.take_sqrt) {
            const Tensor root = y();
            gv = masked_fill(div(gv, mul(root, 2)), eq(root.detach(), 0), 0);
          }
          grads[0] = var_grad(gv, input, s);
        }
        if (g[1].defined()) {
          const Tensor gm = spread(div(g[1], s.count), input.shape(), s.mask);
          grads[0] = grads[0].defined() ? add(grads[0], gm) : gm;
        }
      });
  return y;
}

}  // namespace
}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

Tensor var(const Tensor& x) {
  return var(x, Shape{});
}
Tensor var(const Tensor& x, IntSpan dim, const VarOptions& options) {
  return moments(x, dim, options, false, "var", "VarBackward").spread;
}
Tensor std(const Tensor& x) {
  return cresset::std(x, Shape{});
}
Tensor std(const Tensor& x, IntSpan dim, const VarOptions& options) {
  return moments(x, dim, options, true, "std", "StdBackward").spread;
}
SpreadAndMean var_mean(const Tensor& x) {
  return var_mean(x, Shape{});
}
SpreadAndMean var_mean(const Tensor& x, IntSpan dim,
                       const VarOptions& options) {
  return moments(x, dim, options, false, "var_mean", "VarMeanBackward");
}
SpreadAndMean std_mean(const Tensor& x) {
  return std_mean(x, Shape{});
}
SpreadAndMean std_mean(const Tensor& x, IntSpan dim,
                       const VarOptions& options) {
  return moments(x, dim, options, true, "std_mean", "StdMeanBackward");
}

Tensor logsumexp(const Tensor& x, IntSpan dim, bool keepdim) {
  if (is_integral(x.dtype(), /*include_bool=*/true)) {
    return logsumexp(x.to(to_floating(x.dtype())), dim, keepdim);
  }
  DimMask mask = reduced_dims(dim, x.dim(), "logsumexp");
  const Shape sizes = reduced_sizes(x.sizes(), mask, keepdim);
  const Dtype compute = compute_type(x.dtype(), "logsumexp");
  if (x.numel() == 0 || x.device().is_meta()) {
    return full(sizes, -kInfinity, {.dtype = x.dtype(), .device = x.device()});
  }
  const Tensor y = with_sizes(
      run_reduce<LogSumExp>(x, mask, compute).first.to(x.dtype()), sizes);
  if (!any_wants_grad(TensorRefs{x})) return y;
  return with_grad("LogsumexpBackward", y, {x},
                   [x = keep(x), y = keep_output(y),
                    mask = std::move(mask)](const Tensor& g) {
                     const Tensor in = x();
                     return mul(spread(g, in.shape(), mask),
                                exp(sub(in, spread(y(), in.shape(), mask))));
                   });
}

}  // namespace cresset
