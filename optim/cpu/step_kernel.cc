#include "cresset/optim/cpu/step.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {
namespace {

inline float root(float x) { return __builtin_sqrtf(x); }
inline double root(double x) { return __builtin_sqrt(x); }

// The flags are template parameters so that each loop is straight code.
template <class T, bool kDecay, bool kMomentum, bool kFirst, bool kNesterov>
void sgd_loop(const SgdNumbers& numbers, int64_t n, T* __restrict p,
              const T* __restrict g, T* __restrict buffer) {
  const T sign = numbers.maximize ? T(-1) : T(1);
  const T lr = static_cast<T>(numbers.lr);
  const T momentum = static_cast<T>(numbers.momentum);
  const T keep = static_cast<T>(1 - numbers.dampening);
  const T decay = static_cast<T>(numbers.weight_decay);
  for (int64_t i = 0; i < n; ++i) {
    T d = sign * g[i];
    if constexpr (kDecay) d += decay * p[i];
    if constexpr (kMomentum) {
      const T b = kFirst ? d : momentum * buffer[i] + keep * d;
      buffer[i] = b;
      d = kNesterov ? d + momentum * b : b;
    }
    p[i] -= lr * d;
  }
}

template <class T, bool kDecay>
void sgd_decayed(const SgdNumbers& numbers, int64_t n, T* p, const T* g,
                 T* buffer) {
  if (buffer == nullptr) {
    sgd_loop<T, kDecay, false, false, false>(numbers, n, p, g, buffer);
  } else if (numbers.nesterov) {
    if (numbers.has_buffer) {
      sgd_loop<T, kDecay, true, false, true>(numbers, n, p, g, buffer);
    } else {
      sgd_loop<T, kDecay, true, true, true>(numbers, n, p, g, buffer);
    }
  } else if (numbers.has_buffer) {
    sgd_loop<T, kDecay, true, false, false>(numbers, n, p, g, buffer);
  } else {
    sgd_loop<T, kDecay, true, true, false>(numbers, n, p, g, buffer);
  }
}

template <class T>
void sgd(const SgdNumbers& numbers, int64_t n, T* p, const T* g, T* buffer) {
  if (numbers.weight_decay != 0) {
    sgd_decayed<T, true>(numbers, n, p, g, buffer);
  } else {
    sgd_decayed<T, false>(numbers, n, p, g, buffer);
  }
}

template <class T, bool kLargest>
void adam_loop(const AdamNumbers& numbers, int64_t n, T* __restrict p,
               const T* __restrict g, T* __restrict mean, T* __restrict square,
               T* __restrict largest) {
  const T sign = numbers.maximize ? T(-1) : T(1);
  const T step = static_cast<T>(numbers.step_size);
  const T bias = static_cast<T>(numbers.root_of_bias2);
  const T beta1 = static_cast<T>(numbers.beta1);
  const T beta2 = static_cast<T>(numbers.beta2);
  const T rest1 = static_cast<T>(1 - numbers.beta1);
  const T rest2 = static_cast<T>(1 - numbers.beta2);
  const T eps = static_cast<T>(numbers.eps);
  const T decay = static_cast<T>(numbers.weight_decay);
  const T shrink = static_cast<T>(numbers.shrink);
  for (int64_t i = 0; i < n; ++i) {
    T x = p[i] * shrink;
    const T d = sign * g[i] + decay * x;
    const T m = beta1 * mean[i] + rest1 * d;
    const T s = beta2 * square[i] + rest2 * d * d;
    mean[i] = m;
    square[i] = s;
    T used = s;
    if constexpr (kLargest) {
      used = largest[i] > s ? largest[i] : s;
      largest[i] = used;
    }
    x -= step * (m / (root(used) / bias + eps));
    p[i] = x;
  }
}

template <class T>
void adam(const AdamNumbers& numbers, int64_t n, T* p, const T* g, T* mean,
          T* square, T* largest) {
  if (largest != nullptr) {
    adam_loop<T, true>(numbers, n, p, g, mean, square, largest);
  } else {
    adam_loop<T, false>(numbers, n, p, g, mean, square, largest);
  }
}

template <class T, bool kCentered, bool kMomentum>
void rmsprop_loop(const RmspropNumbers& numbers, int64_t n, T* __restrict p,
                  const T* __restrict g, T* __restrict square,
                  T* __restrict mean, T* __restrict buffer) {
  const T sign = numbers.maximize ? T(-1) : T(1);
  const T lr = static_cast<T>(numbers.lr);
  const T alpha = static_cast<T>(numbers.alpha);
  const T rest = static_cast<T>(1 - numbers.alpha);
  const T eps = static_cast<T>(numbers.eps);
  const T decay = static_cast<T>(numbers.weight_decay);
  const T momentum = static_cast<T>(numbers.momentum);
  for (int64_t i = 0; i < n; ++i) {
    const T d = sign * g[i] + decay * p[i];
    const T s = alpha * square[i] + rest * d * d;
    square[i] = s;
    T spread = s;
    if constexpr (kCentered) {
      const T m = alpha * mean[i] + rest * d;
      mean[i] = m;
      spread = s - m * m;
    }
    T change = d / (root(spread) + eps);
    if constexpr (kMomentum) {
      change += momentum * buffer[i];
      buffer[i] = change;
    }
    p[i] -= lr * change;
  }
}

template <class T>
void rmsprop(const RmspropNumbers& numbers, int64_t n, T* p, const T* g,
             T* square, T* mean, T* buffer) {
  if (mean != nullptr) {
    if (buffer != nullptr) {
      rmsprop_loop<T, true, true>(numbers, n, p, g, square, mean, buffer);
    } else {
      rmsprop_loop<T, true, false>(numbers, n, p, g, square, mean, buffer);
    }
  } else if (buffer != nullptr) {
    rmsprop_loop<T, false, true>(numbers, n, p, g, square, mean, buffer);
  } else {
    rmsprop_loop<T, false, false>(numbers, n, p, g, square, mean, buffer);
  }
}

}  // namespace

void sgd_float(const SgdNumbers& numbers, int64_t n, float* p, const float* g,
               float* buffer) {
  sgd(numbers, n, p, g, buffer);
}
void sgd_double(const SgdNumbers& numbers, int64_t n, double* p,
                const double* g, double* buffer) {
  sgd(numbers, n, p, g, buffer);
}

void adam_float(const AdamNumbers& numbers, int64_t n, float* p, const float* g,
                float* mean, float* square, float* largest) {
  adam(numbers, n, p, g, mean, square, largest);
}
void adam_double(const AdamNumbers& numbers, int64_t n, double* p,
                 const double* g, double* mean, double* square,
                 double* largest) {
  adam(numbers, n, p, g, mean, square, largest);
}

void rmsprop_float(const RmspropNumbers& numbers, int64_t n, float* p,
                   const float* g, float* square, float* mean, float* buffer) {
  rmsprop(numbers, n, p, g, square, mean, buffer);
}
void rmsprop_double(const RmspropNumbers& numbers, int64_t n, double* p,
                    const double* g, double* square, double* mean,
                    double* buffer) {
  rmsprop(numbers, n, p, g, square, mean, buffer);
}

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
