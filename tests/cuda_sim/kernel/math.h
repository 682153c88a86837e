// Functions of CUDA's math library that the C library lacks, and the fast
// intrinsics, which here round as the exact functions do.

#ifndef CRESSET_TESTS_CUDA_SIM_KERNEL_MATH_H_
#define CRESSET_TESTS_CUDA_SIM_KERNEL_MATH_H_

#include <math.h>  // NOLINT: device code calls ::expf

inline float rsqrtf(float x) { return 1.0f / ::sqrtf(x); }
inline double rsqrt(double x) { return 1.0 / ::sqrt(x); }
inline float rsqrt(float x) { return rsqrtf(x); }
inline float sinpif(float x) {
  return static_cast<float>(::sin(3.14159265358979323846 * x));
}
inline float cospif(float x) {
  return static_cast<float>(::cos(3.14159265358979323846 * x));
}
inline void sincospif(float x, float* sine, float* cosine) {
  *sine = sinpif(x);
  *cosine = cospif(x);
}
inline float normcdff(float x) {
  return static_cast<float>(0.5 * ::erfc(-0.70710678118654752440 * x));
}
inline float __saturatef(float x) { return x > 0 ? (x < 1 ? x : 1.0f) : 0.0f; }

inline float __expf(float x) { return ::expf(x); }
inline float __logf(float x) { return ::logf(x); }
inline float __log2f(float x) { return ::log2f(x); }
inline float __log10f(float x) { return ::log10f(x); }
inline float __sinf(float x) { return ::sinf(x); }
inline float __cosf(float x) { return ::cosf(x); }
inline float __tanf(float x) { return ::tanf(x); }
inline float __powf(float x, float y) { return ::powf(x, y); }
inline void __sincosf(float x, float* sine, float* cosine) {
  *sine = ::sinf(x);
  *cosine = ::cosf(x);
}
inline float __fdividef(float x, float y) { return x / y; }
inline float __frcp_rn(float x) { return 1.0f / x; }
inline float __frsqrt_rn(float x) { return rsqrtf(x); }
inline float __fsqrt_rn(float x) { return ::sqrtf(x); }
inline double __dsqrt_rn(double x) { return ::sqrt(x); }
inline float __fdiv_rn(float x, float y) { return x / y; }
inline double __ddiv_rn(double x, double y) { return x / y; }
inline float __fmaf_rn(float x, float y, float z) { return ::fmaf(x, y, z); }
inline double __fma_rn(double x, double y, double z) { return ::fma(x, y, z); }

// These are never contracted to a fused multiply-add, in no compiler.
inline float __fadd_rn(float x, float y) {
  volatile float sum = x + y;
  return sum;
}
inline float __fsub_rn(float x, float y) {
  volatile float difference = x - y;
  return difference;
}
inline float __fmul_rn(float x, float y) {
  volatile float product = x * y;
  return product;
}
inline double __dadd_rn(double x, double y) {
  volatile double sum = x + y;
  return sum;
}
inline double __dsub_rn(double x, double y) {
  volatile double difference = x - y;
  return difference;
}
inline double __dmul_rn(double x, double y) {
  volatile double product = x * y;
  return product;
}

inline int __float2int_rn(float x) { return static_cast<int>(::rintf(x)); }
inline int __float2int_rz(float x) { return static_cast<int>(x); }
inline unsigned __float2uint_rz(float x) { return static_cast<unsigned>(x); }
inline int __double2int_rn(double x) { return static_cast<int>(::rint(x)); }
inline float __int2float_rn(int x) { return static_cast<float>(x); }
inline float __uint2float_rn(unsigned x) { return static_cast<float>(x); }
inline float __double2float_rn(double x) { return static_cast<float>(x); }

#define CRESSET_SIM_MIN_MAX(T)                     \
  inline T min(T a, T b) { return b < a ? b : a; } \
  inline T max(T a, T b) { return a < b ? b : a; }

CRESSET_SIM_MIN_MAX(int)
CRESSET_SIM_MIN_MAX(unsigned)
CRESSET_SIM_MIN_MAX(long)
CRESSET_SIM_MIN_MAX(unsigned long)
CRESSET_SIM_MIN_MAX(long long)
CRESSET_SIM_MIN_MAX(unsigned long long)
#undef CRESSET_SIM_MIN_MAX

inline float min(float a, float b) { return ::fminf(a, b); }
inline float max(float a, float b) { return ::fmaxf(a, b); }
inline double min(double a, double b) { return ::fmin(a, b); }
inline double max(double a, double b) { return ::fmax(a, b); }

#endif  // CRESSET_TESTS_CUDA_SIM_KERNEL_MATH_H_
