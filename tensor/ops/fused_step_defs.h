// One element's part of an optimizer step, written once for the kernels of
// every device: each array is read and written once, where op by op would walk
// memory once for each operation.
//
// `x` holds an element of the parameter, the gradient and the state tensors in
// the order of the step's description. What an update does not use is left
// alone. Flags are arguments, so that a caller who knows them at compile time
// gets straight code.

#ifndef CRESSET_TENSOR_OPS_FUSED_STEP_DEFS_H_
#define CRESSET_TENSOR_OPS_FUSED_STEP_DEFS_H_

#include "cresset/tensor/ops/math.h"

namespace cresset::internal {

struct SgdNumbers {
  double lr, momentum, dampening, weight_decay;
  bool nesterov, maximize;
  bool has_buffer;  // of an earlier step; else it is filled
};

struct AdamNumbers {
  double step_size;      // lr / (1 - beta1^step)
  double root_of_bias2;  // sqrt(1 - beta2^step)
  double beta1, beta2, eps;
  double weight_decay;  // added to the gradient
  double shrink;        // factor of the parameter before the step
  bool maximize;
};

// The numbers of step `count`, made of those that have the learning rate as
// `step_size`.
CRESSET_HD AdamNumbers at_step(AdamNumbers numbers, double count) {
  numbers.step_size /= 1 - math::pow(numbers.beta1, count);
  numbers.root_of_bias2 = math::sqrt(1 - math::pow(numbers.beta2, count));
  return numbers;
}

struct RmspropNumbers {
  double lr, alpha, eps, weight_decay, momentum;
  bool maximize;
};

// x: parameter, gradient, momentum buffer.
template <class T>
struct SgdUpdate {
  static constexpr int kTensors = 3;
  using Numbers = SgdNumbers;
  struct Flags {
    bool decays, has_momentum, is_first, nesterov;
  };

  T sign, lr, momentum, keep, decay;

  CRESSET_HD explicit SgdUpdate(const SgdNumbers& numbers)
      : sign(numbers.maximize ? T(-1) : T(1)),
        lr(static_cast<T>(numbers.lr)),
        momentum(static_cast<T>(numbers.momentum)),
        keep(static_cast<T>(1 - numbers.dampening)),
        decay(static_cast<T>(numbers.weight_decay)) {}

  CRESSET_HD static Flags flags(const SgdNumbers& numbers,
                                const bool* present) {
    return {numbers.weight_decay != 0, present[2], !numbers.has_buffer,
            numbers.nesterov};
  }

  CRESSET_HD void operator()(T* x, Flags has) const {
    T d = sign * x[1];
    if (has.decays) d += decay * x[0];
    if (has.has_momentum) {
      const T b = has.is_first ? d : momentum * x[2] + keep * d;
      x[2] = b;
      d = has.nesterov ? d + momentum * b : b;
    }
    x[0] -= lr * d;
  }
};

// x: parameter, gradient, running mean, running mean square, largest mean
// square (amsgrad).
template <class T>
struct AdamUpdate {
  static constexpr int kTensors = 5;
  using Numbers = AdamNumbers;
  struct Flags {
    bool has_largest;
  };

  T sign, step, bias, beta1, beta2, rest1, rest2, eps, decay, shrink;

  CRESSET_HD explicit AdamUpdate(const AdamNumbers& numbers)
      : sign(numbers.maximize ? T(-1) : T(1)),
        step(static_cast<T>(numbers.step_size)),
        bias(static_cast<T>(numbers.root_of_bias2)),
        beta1(static_cast<T>(numbers.beta1)),
        beta2(static_cast<T>(numbers.beta2)),
        rest1(static_cast<T>(1 - numbers.beta1)),
        rest2(static_cast<T>(1 - numbers.beta2)),
        eps(static_cast<T>(numbers.eps)),
        decay(static_cast<T>(numbers.weight_decay)),
        shrink(static_cast<T>(numbers.shrink)) {}

  CRESSET_HD static Flags flags(const AdamNumbers&, const bool* present) {
    return {present[4]};
  }

  CRESSET_HD void operator()(T* x, Flags has) const {
    T p = x[0] * shrink;
    const T d = sign * x[1] + decay * p;
    const T m = beta1 * x[2] + rest1 * d;
    const T s = beta2 * x[3] + rest2 * d * d;
    x[2] = m;
    x[3] = s;
    T used = s;
    if (has.has_largest) {
      used = x[4] > s ? x[4] : s;
      x[4] = used;
    }
    p -= step * (m / (math::sqrt(used) / bias + eps));
    x[0] = p;
  }
};

// x: parameter, gradient, running mean square, running mean (centered),
// momentum buffer.
template <class T>
struct RmspropUpdate {
  static constexpr int kTensors = 5;
  using Numbers = RmspropNumbers;
  struct Flags {
    bool is_centered, has_momentum;
  };

  T sign, lr, alpha, rest, eps, decay, momentum;

  CRESSET_HD explicit RmspropUpdate(const RmspropNumbers& numbers)
      : sign(numbers.maximize ? T(-1) : T(1)),
        lr(static_cast<T>(numbers.lr)),
        alpha(static_cast<T>(numbers.alpha)),
        rest(static_cast<T>(1 - numbers.alpha)),
        eps(static_cast<T>(numbers.eps)),
        decay(static_cast<T>(numbers.weight_decay)),
        momentum(static_cast<T>(numbers.momentum)) {}

  CRESSET_HD static Flags flags(const RmspropNumbers&, const bool* present) {
    return {present[3], present[4]};
  }

  CRESSET_HD void operator()(T* x, Flags has) const {
    const T d = sign * x[1] + decay * x[0];
    const T s = alpha * x[2] + rest * d * d;
    x[2] = s;
    T spread = s;
    if (has.is_centered) {
      const T m = alpha * x[3] + rest * d;
      x[3] = m;
      spread = s - m * m;
    }
    T change = d / (math::sqrt(spread) + eps);
    if (has.has_momentum) {
      change += momentum * x[4];
      x[4] = change;
    }
    x[0] -= lr * change;
  }
};

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_FUSED_STEP_DEFS_H_
