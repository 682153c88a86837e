#include <algorithm>
#include <utility>

#include "cresset/tensor/core/autocast.h"
#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/cpu/softmax_kernel.h"
#include "cresset/tensor/ops/elementwise.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/loss.h"
#include "cresset/tensor/ops/loss_class.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/softmax.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace internal {
namespace {

constexpr int64_t kGrain = 1 << 14;

// Runs body(call for some rows, first row) over all rows.
template <class F>
void over_rows(const CrossEntropyCall& call, F&& body) {
  const int64_t rows = call.x.size(0), n = call.x.size(1);
  const int64_t* target = call.target.data<int64_t>();
  parallel_for(0, rows, std::max<int64_t>(1, kGrain / std::max<int64_t>(n, 1)),
               [&](int64_t first, int64_t last) {
                 body(CrossEntropyRows{last - first, n, target + first,
                                       call.ignore_index, call.label_smoothing},
                      first);
               });
}

char* at(const Tensor& x, int64_t element) {
  return static_cast<char*>(x.raw_data()) +
         element * static_cast<int64_t>(x.itemsize());
}

const SoftmaxFunctions& functions_for(const Tensor& x) {
  return softmax_functions()()[x.dtype() == float64 ? 1 : 0];
}

void cross_entropy_cpu(const CrossEntropyCall& call, const Tensor& losses,
                       const Tensor& log_sums) {
  over_rows(call, [&](const CrossEntropyRows& rows, int64_t first) {
    functions_for(call.x).cross_entropy(rows, at(call.x, first * rows.n),
                                        at(losses, first), at(log_sums, first));
  });
}

void cross_entropy_grad_cpu(const CrossEntropyCall& call,
                            const Tensor& log_sums, const Tensor& g,
                            const Tensor& gx) {
  const int64_t stride = g.numel() == 1 ? 0 : 1;
  over_rows(call, [&](const CrossEntropyRows& rows, int64_t first) {
    functions_for(call.x).cross_entropy_grad(
        rows, at(call.x, first * rows.n), at(log_sums, first),
        at(g, first * stride), stride, at(gx, first * rows.n));
  });
}

// The wanted distribution of each row that counts.
Tensor wanted(const Tensor& x, const Tensor& target, double smoothing) {
  const int64_t n = x.size(1);
  const Tensor classes = arange(n, {.dtype = int64, .device = x.device()});
  const Tensor is_target = eq(unsqueeze(target, 1), classes).to(x.dtype());
  return add(mul(is_target, 1 - smoothing), smoothing / static_cast<double>(n));
}

// The factor of each row, ready to be multiplied with rows of classes.
Tensor row_factors(const Tensor& g, const Tensor& x, const Tensor& target,
                   int64_t ignore_index) {
  const Tensor counted = ne(target, ignore_index).to(x.dtype());
  return unsqueeze(mul(counted, g), 1);
}

// Losses of the 16-bit types are added up in float32.
Dtype losses_dtype(const Tensor& x) {
  return x.dtype() == float64 ? float64 : float32;
}

// How many rows count, as a factor of their mean loss. The host knows it from
// checking the targets; on a device, whose kernel checks them, it stays there.
struct RowCount {
  double number = 1;
  Tensor tensor;  // of the dtype of the losses

  Tensor divide(const Tensor& x) const {
    if (tensor.defined()) return div(x, tensor);
    return number == 1 ? x : div(x, number);
  }
};

RowCount count_rows(const Tensor& x, const Tensor& target,
                    int64_t ignore_index) {
  if (x.device().is_cpu()) {
    const int64_t counted =
        check_targets(target, x.size(1), ignore_index, "cross_entropy");
    return {static_cast<double>(counted), Tensor()};
  }
  return {1, sum(ne(target, ignore_index), losses_dtype(x))};
}

// Rows of scores against classes, the path of most training: one pass forward,
// one backward, and only one number for each row kept between.
Tensor cross_entropy_rows(const Tensor& x, const Tensor& target,
                          const CrossEntropyOptions& options) {
  RowCount count = count_rows(x, target, options.ignore_index);
  if (options.reduction != Reduction::kMean) count = RowCount();
  const Tensor dense = x.is_contiguous() ? x : dense_copy(x);
  const Tensor classes = target.contiguous();
  const CrossEntropyCall call = {dense, classes, options.ignore_index,
                                 options.label_smoothing};
  const Dtype dtype = losses_dtype(x);
  const Tensor losses = make_empty(target.sizes(), dtype, x.device());
  const Tensor log_sums = make_empty(target.sizes(), dtype, x.device());
  cross_entropy_kernel(x.device(), call, losses, log_sums);
  Tensor y = losses;
  if (options.reduction != Reduction::kNone) y = count.divide(sum(losses));
  return with_grad(
      "NllLossBackward", y.to(x.dtype()), {x},
      [x = keep(x), classes, log_sums, count, ignore = options.ignore_index,
       smoothing = options.label_smoothing](const Tensor& g) {
        const Tensor kept = x();
        if (recording()) {
          const Tensor scaled = count.divide(g).to(kept.dtype());
          return mul(sub(softmax(kept, 1), wanted(kept, classes, smoothing)),
                     row_factors(scaled, kept, classes, ignore));
        }
        const Tensor scaled = count.divide(g.to(losses_dtype(kept)));
        const Tensor rows = kept.is_contiguous() ? kept : dense_copy(kept);
        Tensor gx = make_empty(rows.sizes(), rows.dtype(), rows.device());
        cross_entropy_grad_kernel(
            rows.device(), CrossEntropyCall{rows, classes, ignore, smoothing},
            log_sums, scaled.contiguous(), gx);
        return gx;
      });
}

// Smoothed classes in any shape; `log_p` and `target` have the batch first.
Tensor smoothed(const Tensor& log_p, const Tensor& target,
                const CrossEntropyOptions& options) {
  const NllLossOptions each = {options.weight, options.ignore_index,
                               Reduction::kNone};
  const Tensor nll = nll_loss(log_p, target, each);
  const int64_t n = log_p.size(1);
  Tensor weighted = log_p;
  if (options.weight.defined()) {
    Shape sizes(static_cast<size_t>(log_p.dim()), 1);
    sizes[1] = n;
    weighted = mul(log_p, reshape(options.weight, sizes));
  }
  const Tensor counted = ne(target, options.ignore_index).to(log_p.dtype());
  const Tensor even = mul(neg(sum(weighted, 1)), counted);
  const double share = options.label_smoothing;
  const Tensor losses =
      add(mul(nll, 1 - share), mul(even, share / static_cast<double>(n)));
  if (options.reduction != Reduction::kMean) {
    return reduce_loss(losses, options.reduction);
  }
  return div(sum(losses), target_weight(target, options.weight,
                                        options.ignore_index, log_p.dtype()));
}

// Probabilities as targets.
Tensor against_probabilities(const Tensor& log_p, const Tensor& target,
                             const CrossEntropyOptions& options) {
  const int64_t n = log_p.size(1);
  const double share = options.label_smoothing;
  const Tensor q =
      share == 0 ? target
                 : add(mul(target, 1 - share), share / static_cast<double>(n));
  Tensor each = mul(log_p, q);
  if (options.weight.defined()) {
    Shape sizes(static_cast<size_t>(log_p.dim()), 1);
    sizes[1] = n;
    each = mul(each, reshape(options.weight, sizes));
  }
  if (options.reduction == Reduction::kNone) return neg(sum(each, 1));
  const Tensor total = neg(sum(each));
  if (options.reduction == Reduction::kSum) return total;
  return div(total,
             static_cast<double>(log_p.numel()) / static_cast<double>(n));
}

}  // namespace

constinit CrossEntropyKernel cross_entropy_kernel{"cross_entropy",
                                                  cross_entropy_cpu};
constinit CrossEntropyGradKernel cross_entropy_grad_kernel{
    "cross_entropy", cross_entropy_grad_cpu};

}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

Tensor cross_entropy(const Tensor& x, const Tensor& target,
                     const CrossEntropyOptions& options) {
  if (autocast_raises(x)) return cross_entropy(raised(x), target, options);
  CRESSET_CHECK(options.label_smoothing >= 0 && options.label_smoothing <= 1,
                kValue,
                "cross_entropy: label_smoothing must be in [0, 1]; got ",
                options.label_smoothing);
  CRESSET_CHECK(is_floating(x.dtype()), kDtype,
                "cross_entropy: x must be of a floating dtype; got ",
                x.dtype());
  if (x.shape() == target.shape() && is_floating(target.dtype())) {
    const int64_t dim = x.dim() == 1 ? 0 : 1;
    if (dim == 1) {
      return against_probabilities(log_softmax(x, 1), target, options);
    }
    const Tensor y = against_probabilities(unsqueeze(log_softmax(x, 0), 0),
                                           unsqueeze(target, 0), options);
    return options.reduction == Reduction::kNone ? squeeze(y, 0) : y;
  }
  check_class_shapes(x, target, options.weight, "cross_entropy");
  if (x.dim() == 1) {
    const Tensor y =
        cross_entropy(unsqueeze(x, 0), unsqueeze(target, 0), options);
    return options.reduction == Reduction::kNone ? squeeze(y, 0) : y;
  }
  if (x.dim() == 2 && !options.weight.defined() && x.numel() != 0 &&
      kernel_type(x, "cross_entropy") == x.dtype()) {
    return cross_entropy_rows(x, target, options);
  }
  const Tensor log_p = log_softmax(x, 1);
  if (options.label_smoothing != 0) return smoothed(log_p, target, options);
  return nll_loss(log_p, target,
                  {options.weight, options.ignore_index, options.reduction});
}

}  // namespace cresset
