#include "cresset/tensor/core/autocast.h"

#include <unordered_map>

namespace cresset {
namespace internal {

constinit thread_local bool autocast_is_on = false;

namespace {

struct Casting {
  bool enabled = false;
  Dtype dtype = float16;
};

struct State {
  Casting by_type[kNumDeviceTypes] = {{false, bfloat16}, {}, {}};
  bool cache_enabled = true;
  int depth = 0;
  // Parameters and their converted copies; the parameter is held so that its
  // address stays its own.
  std::unordered_map<const void*, std::pair<Tensor, Tensor>> cache;
};

State& state() {
  thread_local State instance;
  return instance;
}

Casting& casting(DeviceType type) {
  return state().by_type[static_cast<int>(type)];
}

void refresh() {
  autocast_is_on = false;
  for (const Casting& c : state().by_type) autocast_is_on |= c.enabled;
}

bool is_cast(const Tensor& x) {
  return x.defined() && x.is_floating_point() && x.dtype() != float64 &&
         casting(x.device().type).enabled;
}

}  // namespace

bool is_lowered(const Tensor& x) {
  return is_cast(x) && x.dtype() != casting(x.device().type).dtype;
}

bool is_raised(const Tensor& x) { return is_cast(x) && x.dtype() != float32; }

Tensor lowered(const Tensor& x) {
  if (!is_lowered(x)) return x;
  const Dtype dtype = casting(x.device().type).dtype;
  State& s = state();
  if (!s.cache_enabled || !x.is_leaf() || !x.requires_grad()) {
    return x.to(dtype);
  }
  const auto [found, is_new] = s.cache.try_emplace(&x.impl());
  if (is_new) found->second = {x, x.to(dtype)};
  return found->second.second;
}

Tensor raised(const Tensor& x) { return is_raised(x) ? x.to(float32) : x; }

}  // namespace internal

AutocastGuard::AutocastGuard(DeviceType type, const AutocastOptions& options)
    : type_(type),
      enabled_before_(internal::casting(type).enabled),
      cached_before_(internal::state().cache_enabled),
      dtype_before_(internal::casting(type).dtype) {
  const Dtype dtype = options.dtype.value_or(dtype_before_);
  CRESSET_CHECK(dtype == float16 || dtype == bfloat16, kDtype,
                "autocast: the dtype must be float16 or bfloat16; got ", dtype);
  internal::casting(type) = {options.enabled, dtype};
  internal::state().cache_enabled = options.cache_enabled;
  ++internal::state().depth;
  internal::refresh();
}

AutocastGuard::~AutocastGuard() {
  internal::casting(type_) = {enabled_before_, dtype_before_};
  internal::state().cache_enabled = cached_before_;
  // A converted copy is true as long as its parameter does not change, which
  // optimizers do between outermost scopes.
  if (--internal::state().depth == 0) internal::state().cache.clear();
  internal::refresh();
}

bool is_autocast_enabled(DeviceType type) {
  return internal::casting(type).enabled;
}

Dtype autocast_dtype(DeviceType type) { return internal::casting(type).dtype; }

}  // namespace cresset
