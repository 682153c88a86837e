#include "cresset/tensor/ops/cpu/fused_step.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {
namespace {

// One loop of straight code: `has` is a constant where this is called.
template <class Update, class T>
__attribute__((always_inline)) inline void loop(
    const typename Update::Numbers& numbers, int64_t n, T* const* arrays,
    typename Update::Flags has, unsigned used) {
  const Update update(numbers);
  T* __restrict const a = arrays[0];
  T* __restrict const b = arrays[1];
  T* __restrict const c = arrays[2];
  T* __restrict const d = Update::kTensors > 3 ? arrays[3] : nullptr;
  T* __restrict const e = Update::kTensors > 4 ? arrays[4] : nullptr;
  for (int64_t i = 0; i < n; ++i) {
    T x[5] = {a[i], b[i], T(0), T(0), T(0)};
    if (used & 4u) x[2] = c[i];
    if (used & 8u) x[3] = d[i];
    if (used & 16u) x[4] = e[i];
    update(x, has);
    a[i] = x[0];
    if (used & 4u) c[i] = x[2];
    if (used & 8u) d[i] = x[3];
    if (used & 16u) e[i] = x[4];
  }
}

// The buffer of a first step holds no numbers yet: it is written, not read.
template <class T>
void sgd_first(const SgdNumbers& numbers, int64_t n, T* const* x, bool decays) {
  const SgdUpdate<T> update(numbers);
  T* __restrict const p = x[0];
  const T* __restrict const g = x[1];
  T* __restrict const buffer = x[2];
  for (int64_t i = 0; i < n; ++i) {
    T element[3] = {p[i], g[i], T(0)};
    update(element, {decays, true, true, numbers.nesterov});
    p[i] = element[0];
    buffer[i] = element[2];
  }
}

template <class T>
void sgd(const SgdNumbers& numbers, int64_t n, T* const* x) {
  using Update = SgdUpdate<T>;
  const bool decays = numbers.weight_decay != 0;
  if (x[2] == nullptr) {
    if (decays) {
      loop<Update>(numbers, n, x, {true, false, false, false}, 0);
    } else {
      loop<Update>(numbers, n, x, {false, false, false, false}, 0);
    }
  } else if (!numbers.has_buffer) {
    sgd_first(numbers, n, x, decays);
  } else if (numbers.nesterov) {
    if (decays) {
      loop<Update>(numbers, n, x, {true, true, false, true}, 4);
    } else {
      loop<Update>(numbers, n, x, {false, true, false, true}, 4);
    }
  } else if (decays) {
    loop<Update>(numbers, n, x, {true, true, false, false}, 4);
  } else {
    loop<Update>(numbers, n, x, {false, true, false, false}, 4);
  }
}

template <class T>
void adam(const AdamNumbers& numbers, int64_t n, T* const* x) {
  if (x[4] != nullptr) {
    loop<AdamUpdate<T>>(numbers, n, x, {true}, 4 + 8 + 16);
  } else {
    loop<AdamUpdate<T>>(numbers, n, x, {false}, 4 + 8);
  }
}

template <class T>
void rmsprop(const RmspropNumbers& numbers, int64_t n, T* const* x) {
  using Update = RmspropUpdate<T>;
  if (x[3] != nullptr) {
    if (x[4] != nullptr) {
      loop<Update>(numbers, n, x, {true, true}, 4 + 8 + 16);
    } else {
      loop<Update>(numbers, n, x, {true, false}, 4 + 8);
    }
  } else if (x[4] != nullptr) {
    loop<Update>(numbers, n, x, {false, true}, 4 + 16);
  } else {
    loop<Update>(numbers, n, x, {false, false}, 4);
  }
}

}  // namespace

void sgd_float(const SgdNumbers& numbers, int64_t n, float* const* x) {
  sgd(numbers, n, x);
}
void sgd_double(const SgdNumbers& numbers, int64_t n, double* const* x) {
  sgd(numbers, n, x);
}
void adam_float(const AdamNumbers& numbers, int64_t n, float* const* x) {
  adam(numbers, n, x);
}
void adam_double(const AdamNumbers& numbers, int64_t n, double* const* x) {
  adam(numbers, n, x);
}
void rmsprop_float(const RmspropNumbers& numbers, int64_t n, float* const* x) {
  rmsprop(numbers, n, x);
}
void rmsprop_double(const RmspropNumbers& numbers, int64_t n,
                    double* const* x) {
  rmsprop(numbers, n, x);
}

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
