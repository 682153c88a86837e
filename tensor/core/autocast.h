// Mixed precision: in a scope, matrix products and convolutions run in a
// 16-bit type, and ops that lose too much there in float32.
//
//   const AutocastGuard autocast(DeviceType::kCuda, {.dtype = bfloat16});
//   Tensor loss = cross_entropy(net(x), target);
//
// Gradients come back in the dtype of what they belong to. Run backward()
// outside the scope; with float16 use optim::GradScaler.

#ifndef CRESSET_TENSOR_CORE_AUTOCAST_H_
#define CRESSET_TENSOR_CORE_AUTOCAST_H_

#include <optional>

#include "cresset/tensor/core/tensor.h"

namespace cresset {

struct AutocastOptions {
  /// float16 or bfloat16; default: float16 on cuda, bfloat16 on the CPU.
  std::optional<Dtype> dtype = std::nullopt;
  bool enabled = true;
  /// Whether a parameter that several ops use is converted once a scope.
  bool cache_enabled = true;
};

/// Casts for ops on tensors of one device type in this thread, until the end
/// of the scope. Scopes nest; the inner one counts.
///
/// Errors: kDtype unless the dtype is float16 or bfloat16.
/// Torch:  torch.autocast(device_type, dtype, enabled, cache_enabled)
class AutocastGuard {
 public:
  explicit AutocastGuard(DeviceType type, const AutocastOptions& options = {});
  ~AutocastGuard();
  AutocastGuard(const AutocastGuard&) = delete;
  AutocastGuard& operator=(const AutocastGuard&) = delete;

 private:
  DeviceType type_;
  bool enabled_before_, cached_before_;
  Dtype dtype_before_;
};

/// Torch: torch.is_autocast_enabled(device_type)
bool is_autocast_enabled(DeviceType type);
/// Torch: torch.get_autocast_dtype(device_type)
Dtype autocast_dtype(DeviceType type);

namespace internal {

// Whether any device type is autocast in this thread: the one thing that ops
// outside such a scope look at.
extern constinit thread_local bool autocast_is_on;

// Whether autocast of x's device gives `x` another dtype; undefined tensors,
// float64 and integers stay as they are.
bool is_lowered(const Tensor& x);
bool is_raised(const Tensor& x);

// The same elements in autocast's dtype, or in float32.
Tensor lowered(const Tensor& x);
Tensor raised(const Tensor& x);

// For the first line of an op:
//   if (autocast_lowers(a, b)) return mm(lowered(a), lowered(b));
template <class... Tensors>
bool autocast_lowers(const Tensors&... x) {
  if (!autocast_is_on) [[likely]]
    return false;
  return (is_lowered(x) || ...);
}
template <class... Tensors>
bool autocast_raises(const Tensors&... x) {
  if (!autocast_is_on) [[likely]]
    return false;
  return (is_raised(x) || ...);
}
// For ops that PyTorch leaves in the 16-bit type on the CPU.
template <class... Tensors>
bool autocast_raises_on_cuda(const Tensors&... x) {
  if (!autocast_is_on) [[likely]]
    return false;
  return ((is_raised(x) && x.device().is_cuda()) || ...);
}

}  // namespace internal
}  // namespace cresset

#endif  // CRESSET_TENSOR_CORE_AUTOCAST_H_
