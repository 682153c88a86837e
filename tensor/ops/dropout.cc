#include "cresset/tensor/ops/dropout.h"

#include <cmath>
#include <utility>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/generator.h"
#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/core/inplace.h"
#include "cresset/tensor/core/random.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/elementwise.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace internal {
namespace {

void bernoulli_mask_cpu(double keep, const Tensor& mask) {
  Generator& generator = default_generator();
  switch (mask.dtype()) {
    case Dtype::kFloat64:
      return fill_bernoulli(generator, mask.data<double>(), mask.numel(), keep);
    case Dtype::kFloat16:
      return fill_bernoulli(generator, mask.data<Half>(), mask.numel(), keep);
    case Dtype::kBfloat16:
      return fill_bernoulli(generator, mask.data<BFloat16>(), mask.numel(),
                            keep);
    default:
      return fill_bernoulli(generator, mask.data<float>(), mask.numel(), keep);
  }
}

void check_arguments(const Tensor& x, double p, const char* op) {
  CRESSET_CHECK(p >= 0 && p <= 1, kValue, op,
                ": dropout probability has to be between 0 and 1, but got ", p);
  CRESSET_CHECK(is_floating(x.dtype()), kDtype, op,
                ": a floating input is needed; got ", x.dtype());
}

// 1 / keep with probability `keep`, else 0; all zeros for keep = 0.
Tensor noise(IntSpan shape, double keep, const Tensor& like) {
  if (keep == 0) return filled(shape, 0, like.dtype(), like.device());
  const NoGradGuard guard;
  const Tensor mask = make_empty(shape, like.dtype(), like.device());
  if (mask.numel() != 0) bernoulli_mask_kernel(like.device(), keep, mask);
  return div_(mask, keep);
}

Tensor feature_dropout(const Tensor& x, double p, bool training, int64_t rank,
                       const char* op) {
  check_arguments(x, p, op);
  CRESSET_CHECK(x.dim() == rank + 2 || x.dim() == rank + 1, kShape, op,
                ": expected a ", rank + 1, "-d or ", rank + 2, "-d input; got ",
                x.sizes());
  if (!training || p == 0 || x.numel() == 0) return x;
  if (x.dim() == rank + 1) {
    return squeeze(feature_dropout(unsqueeze(x, 0), p, training, rank, op), 0);
  }
  Shape shape(static_cast<size_t>(x.dim()), 1);
  shape[0] = x.size(0);
  shape[1] = x.size(1);
  return mul(x, noise(shape, 1 - p, x));
}

// x where the numbers keep it; the gradient draws the same numbers again.
Tensor dropped(const Tensor& x, double keep, DrawnNumbers numbers, bool draws) {
  const Tensor dense = x.is_contiguous() ? x : dense_copy(x);
  Tensor y = make_empty(x.sizes(), x.dtype(), x.device());
  dropout_kernel(x.device(), dense, keep, draws, numbers, y);
  return with_grad("NativeDropoutBackward", std::move(y), {x},
                   [keep, numbers](const Tensor& g) {
                     return dropped(g, keep, numbers, false);
                   });
}

}  // namespace

namespace {

// Whether the device of x drops without a mask; nothing is kept for p = 1.
bool drops_without_mask(const Tensor& x, double p) {
  return p != 1 && dropout_kernel.has(x.device().type);
}

}  // namespace

constinit DropoutKernel dropout_kernel{"dropout", nullptr};
constinit BernoulliKernel bernoulli_mask_kernel{"dropout", bernoulli_mask_cpu};

}  // namespace internal

Tensor dropout(const Tensor& x, double p, bool training) {
  internal::check_arguments(x, p, "dropout");
  if (!training || p == 0 || x.numel() == 0) return x;
  if (internal::drops_without_mask(x, p)) {
    return internal::dropped(x, 1 - p, {}, true);
  }
  return mul(x, internal::noise(x.sizes(), 1 - p, x));
}

const Tensor& dropout_(const Tensor& x, double p, bool training) {
  internal::check_arguments(x, p, "dropout_");
  if (!training || p == 0 || x.numel() == 0) return x;
  if (!internal::drops_without_mask(x, p)) {
    return mul_(x, internal::noise(x.sizes(), 1 - p, x));
  }
  internal::check_inplace(x, "dropout_");
  if (internal::any_wants_grad(internal::TensorRefs{x}) || !x.is_contiguous()) {
    return internal::assign(x, internal::dropped(x, 1 - p, {}, true),
                            "dropout_");
  }
  internal::DrawnNumbers numbers;
  internal::dropout_kernel(x.device(), x, 1 - p, true, numbers, x);
  internal::bump_version(x);
  return x;
}

Tensor dropout1d(const Tensor& x, double p, bool training) {
  return internal::feature_dropout(x, p, training, 1, "dropout1d");
}
Tensor dropout2d(const Tensor& x, double p, bool training) {
  return internal::feature_dropout(x, p, training, 2, "dropout2d");
}
Tensor dropout3d(const Tensor& x, double p, bool training) {
  return internal::feature_dropout(x, p, training, 3, "dropout3d");
}

Tensor alpha_dropout(const Tensor& x, double p, bool training) {
  internal::check_arguments(x, p, "alpha_dropout");
  if (!training || p == 0 || x.numel() == 0) return x;
  if (p == 1) return mul(x, 0);
  // The value that SELU saturates to takes the place of zero.
  constexpr double kAlpha = 1.7580993408473766;
  const double a = 1 / std::sqrt((kAlpha * kAlpha * p + 1) * (1 - p));
  if (internal::drops_without_mask(x, p)) {
    // Counted from that value, what is dropped is 0.
    const Tensor kept = internal::dropped(add(x, kAlpha), 1 - p, {}, true);
    return add(mul(kept, a * (1 - p)), kAlpha * a * (p - 1));
  }
  Tensor mask, shift;
  {
    const NoGradGuard guard;
    mask = internal::make_empty(x.sizes(), x.dtype(), x.device());
    internal::bernoulli_mask_kernel(x.device(), 1 - p, mask);
    shift = add(mul(sub(mask, 1), kAlpha * a), kAlpha * a * p);
    mask = mul(mask, a);
  }
  return add(mul(x, mask), shift);
}

}  // namespace cresset
