// Random numbers, by the generator of the device (runtime/generator.h): element
// i gets number i of the slice that the call takes, or numbers 2i and 2i + 1 if
// it needs 64 bits, whatever the shape of the launch.

#include "cresset/cuda/ops/convert.cuh"
#include "cresset/cuda/ops/device.cuh"
#include "cresset/cuda/ops/draw.cuh"
#include "cresset/cuda/runtime/generator.h"
#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/cuda/runtime/philox.h"
#include "cresset/tensor/base/math_exp.h"
#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/ops/dropout.h"
#include "cresset/tensor/ops/random.h"
#include "cresset/tensor/ops/sort.h"

namespace cresset::internal::cuda {
namespace {

struct RandomArgs {
  RandomSlice slice;
  Distribution distribution;
  Dtype dtype;
  bool vectors;  // a group's elements can be written at once
  int digits;    // of the significand, which uniform numbers have
  double a, b;
  int64_t low;
  uint64_t range;       // of integers; for hits threshold_of(a)
  const void* chances;  // null: `range` says it for all
  bool double_chances;
  void* data;
  int64_t n;
};

// Uniform numbers from one of 32 bits, or of 64 for double. All are exact, so
// that none is rounded up to 1.
template <class V>
struct Bits;

template <>
struct Bits<float> {
  uint32_t raw;
  // [0, 1) with that many digits.
  __device__ float below_one(int digits) const {
    return static_cast<float>(raw >> (32 - digits)) *
           (1.0f / static_cast<float>(1u << digits));
  }
  // (0, 1)
  __device__ float inside() const {
    return (static_cast<float>(raw >> 9) + 0.5f) * 0x1p-23f;
  }
  // (0, 1], with more digits near 0.
  __device__ float above_zero() const {
    return (static_cast<float>(raw) + 1.0f) * 0x1p-32f;
  }
};

template <>
struct Bits<double> {
  uint64_t raw;
  __device__ double below_one(int digits) const {
    return static_cast<double>(raw >> (64 - digits)) /
           static_cast<double>(uint64_t{1} << digits);
  }
  __device__ double inside() const {
    return (static_cast<double>(raw >> 12) + 0.5) * 0x1p-52;
  }
  __device__ double above_zero() const {
    return (static_cast<double>(raw) + 1.0) * 0x1p-64;
  }
};

__device__ Bits<float> bits_of(const PhiloxNumbers& r, int i, float) {
  return {r.at[i]};
}
__device__ Bits<double> bits_of(const PhiloxNumbers& r, int i, double) {
  return {static_cast<uint64_t>(r.at[2 * i]) << 32 | r.at[2 * i + 1]};
}

__device__ float log_of(float x) { return CRESSET_LIBM(logf)(x); }
__device__ double log_of(double x) { return CRESSET_LIBM(log)(x); }
__device__ float tan_of(float x) { return CRESSET_LIBM(tanf)(x); }
__device__ double tan_of(double x) { return CRESSET_LIBM(tan)(x); }
__device__ float root_of(float x) { return CRESSET_LIBM(sqrtf)(x); }
__device__ double root_of(double x) { return CRESSET_LIBM(sqrt)(x); }
__device__ float ceil_of(float x) { return CRESSET_LIBM(ceilf)(x); }
__device__ double ceil_of(double x) { return CRESSET_LIBM(ceil)(x); }
__device__ float sin_of(float x) { return CRESSET_LIBM(sinf)(x); }
__device__ double sin_of(double x) { return CRESSET_LIBM(sin)(x); }
__device__ float cos_of(float x) { return CRESSET_LIBM(cosf)(x); }
__device__ double cos_of(double x) { return CRESSET_LIBM(cos)(x); }

// Two standard normal numbers of two uniform ones (Box and Muller, 1958).
template <class V>
__device__ void normal_pair(Bits<V> first, Bits<V> second, V& x, V& y) {
  const V radius = root_of(V(-2) * log_of(first.above_zero()));
  const V angle = V(6.283185307179586) * second.inside();
  x = radius * cos_of(angle);
  y = radius * sin_of(angle);
}

// -log(u), which is never 0.
template <class V>
__device__ V exponential(Bits<V> bits) {
  constexpr V kLeast = sizeof(V) == 4 ? V(0x1p-25) : V(0x1p-54);
  const V y = -log_of(bits.above_zero());
  return y > kLeast ? y : kLeast;
}

// One number of the distributions that need no second one.
template <class V>
__device__ V from_one(const RandomArgs& args, Bits<V> bits) {
  const V a = static_cast<V>(args.a), b = static_cast<V>(args.b);
  switch (args.distribution) {
    case Distribution::kUniform: {
      const V y = bits.below_one(args.digits) * (b - a) + a;
      // Rounding may reach the end, which is excluded.
      return y < b ? y : a;
    }
    case Distribution::kExponential:
      return exponential(bits) / a;
    case Distribution::kCauchy:
      return a + b * tan_of(V(3.141592653589793) * (bits.inside() - V(0.5)));
    case Distribution::kGeometric: {
      // b is log(1 - p).
      const V y = ceil_of(log_of(bits.inside()) / b);
      return y > V(1) ? y : V(1);
    }
    default:
      return V(0);
  }
}

template <int N, class V>
__device__ void store_group(const RandomArgs& args, int64_t first,
                            const V (&y)[N]) {
  char* const to = static_cast<char*>(args.data) +
                   first * static_cast<int64_t>(itemsize(args.dtype));
  if (args.vectors && first + N <= args.n) {
    store_as(to, args.dtype, y);
    return;
  }
#pragma unroll
  for (int i = 0; i < N; ++i) {
    if (first + i < args.n) store_as(args.data, args.dtype, first + i, y[i]);
  }
}

// The continuous distributions. A thread makes one group of numbers.
template <class V>
__global__ void random_reals(const __grid_constant__ RandomArgs args) {
  constexpr int kEach = sizeof(V) == 4 ? 4 : 2;
  const int64_t group = global_index();
  if (group * kEach >= args.n) return;
  const PhiloxNumbers r = draw(args.slice, group);
  V y[kEach];
  const bool is_log = args.distribution == Distribution::kLogNormal;
  if (is_log || args.distribution == Distribution::kNormal) {
    const V mean = static_cast<V>(args.a), deviation = static_cast<V>(args.b);
#pragma unroll
    for (int i = 0; i < kEach; i += 2) {
      normal_pair(bits_of(r, i, V()), bits_of(r, i + 1, V()), y[i], y[i + 1]);
    }
#pragma unroll
    for (int i = 0; i < kEach; ++i) {
      y[i] = y[i] * deviation + mean;
      if (is_log) y[i] = math::exp(y[i]);
    }
  } else {
#pragma unroll
    for (int i = 0; i < kEach; ++i) y[i] = from_one(args, bits_of(r, i, V()));
  }
  store_group(args, group * kEach, y);
}

// Integers, of 64 random bits each, which makes the remainder fair enough.
__global__ void random_integers(const __grid_constant__ RandomArgs args) {
  const int64_t group = global_index();
  if (group * 2 >= args.n) return;
  const PhiloxNumbers r = draw(args.slice, group);
  int64_t y[2];
#pragma unroll
  for (int i = 0; i < 2; ++i) {
    const uint64_t raw = bits_of(r, i, double()).raw;
    y[i] = static_cast<int64_t>(static_cast<uint64_t>(args.low) +
                                raw % args.range);
  }
  store_group(args, group * 2, y);
}

__global__ void random_hits(const __grid_constant__ RandomArgs args) {
  const int64_t group = global_index(), first = group * 4;
  if (first >= args.n) return;
  const PhiloxNumbers r = draw(args.slice, group);
  float y[4];
#pragma unroll
  for (int i = 0; i < 4; ++i) {
    uint64_t threshold = args.range;
    if (args.chances != nullptr && first + i < args.n) {
      threshold = threshold_of(
          args.double_chances
              ? static_cast<const double*>(args.chances)[first + i]
              : static_cast<const float*>(args.chances)[first + i]);
    }
    y[i] = r.at[i] < threshold ? 1.0f : 0.0f;
  }
  store_group(args, first, y);
}

struct DropoutArgs {
  RandomSlice slice;
  Dtype dtype;
  bool vectors;
  uint64_t threshold;  // of what is kept
  double scale;
  const void* x;
  void* y;
  int64_t n;
};

template <class V>
__global__ void dropout_elements(const __grid_constant__ DropoutArgs args) {
  const int64_t group = global_index(), first = group * 4;
  if (first >= args.n) return;
  const PhiloxNumbers r = draw(args.slice, group);
  const V scale = static_cast<V>(args.scale);
  if (args.vectors && first + 4 <= args.n) {
    const int64_t at = first * static_cast<int64_t>(itemsize(args.dtype));
    V x[4];
    load_as(static_cast<const char*>(args.x) + at, args.dtype, x);
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      x[i] = r.at[i] < args.threshold ? x[i] * scale : V(0);
    }
    store_as(static_cast<char*>(args.y) + at, args.dtype, x);
    return;
  }
#pragma unroll
  for (int i = 0; i < 4; ++i) {
    if (first + i >= args.n) return;
    const V x = load_as<V>(args.x, args.dtype, first + i);
    store_as(args.y, args.dtype, first + i,
             r.at[i] < args.threshold ? x * scale : V(0));
  }
}

bool is_aligned(const void* data, int64_t bytes) {
  return reinterpret_cast<uintptr_t>(data) %
             static_cast<uintptr_t>(bytes < 16 ? bytes : 16) ==
         0;
}

int digits_of(Dtype dtype) {
  switch (dtype) {
    case Dtype::kFloat64:
      return 53;
    case Dtype::kFloat16:
      return 11;
    case Dtype::kBfloat16:
      return 8;
    default:
      return 24;
  }
}

// How many integers random_() without bounds draws from, as on the CPU.
uint64_t count_of_values(Dtype dtype) {
  if (is_floating(dtype)) return (uint64_t{1} << digits_of(dtype)) + 1;
  if (dtype == bool_) return 2;
  const int bits = static_cast<int>(8 * itemsize(dtype));
  return uint64_t{1} << (dtype == uint8 ? bits : bits - 1);
}

// The order of random keys of 63 bits, of which hardly two are equal.
void permutation_cuda(const Tensor& y) {
  copy_elements(argsort(random_(empty_like(y))), y);
}

void random_cuda(const RandomCall& call, const Tensor& y) {
  if (call.distribution == Distribution::kPermutation) {
    return permutation_cuda(y);
  }
  const Device device = y.device();
  RandomArgs args = {};
  args.distribution = call.distribution;
  args.dtype = y.dtype();
  args.digits = digits_of(y.dtype());
  args.a = call.a;
  args.b = call.b;
  args.data = y.raw_data();
  args.n = y.numel();
  const bool is_hits = call.distribution == Distribution::kBernoulli;
  const bool is_integers = call.distribution == Distribution::kWholeRange ||
                           call.distribution == Distribution::kIntegers;
  const bool is_double = y.dtype() == float64 || is_integral(y.dtype());
  const int64_t each = is_hits || !(is_integers || is_double) ? 4 : 2;
  const auto draws = static_cast<uint64_t>(args.n * (4 / each));
  args.slice = generator_of(device).take(draws);
  args.vectors =
      is_aligned(args.data, each * static_cast<int64_t>(y.itemsize()));
  const LaunchShape shape = one_thread_each((args.n + each - 1) / each);
  if (is_hits) {
    if (call.chances.defined()) {
      args.chances = call.chances.raw_data();
      args.double_chances = call.chances.dtype() == float64;
    }
    args.range = threshold_of(call.a);
    launch(device, shape, random_hits, args);
  } else if (is_integers) {
    const bool whole = call.distribution == Distribution::kWholeRange;
    args.low = whole ? 0 : call.low;
    args.range = whole ? count_of_values(y.dtype())
                       : static_cast<uint64_t>(call.high) -
                             static_cast<uint64_t>(call.low);
    launch(device, shape, random_integers, args);
  } else {
    if (call.distribution == Distribution::kGeometric) {
      args.b = __builtin_log1p(-call.a);
    }
    launch(device, shape,
           is_double ? random_reals<double> : random_reals<float>, args);
  }
}

void bernoulli_mask_cuda(double keep, const Tensor& mask) {
  random_cuda({.distribution = Distribution::kBernoulli, .a = keep}, mask);
}

void dropout_cuda(const Tensor& x, double keep, bool draws,
                  DrawnNumbers& numbers, const Tensor& y) {
  const Device device = x.device();
  const int64_t n = x.numel();
  if (draws) {
    const RandomSlice slice =
        generator_of(device).take(static_cast<uint64_t>(n));
    numbers = {slice.seed, slice.offset, slice.replayed};
  }
  const int64_t bytes = 4 * static_cast<int64_t>(x.itemsize());
  const DropoutArgs args = {
      {numbers.seed, numbers.offset, numbers.replayed},
      x.dtype(),
      is_aligned(x.raw_data(), bytes) && is_aligned(y.raw_data(), bytes),
      threshold_of(keep),
      1 / keep,
      x.raw_data(),
      y.raw_data(),
      n};
  launch(
      device, one_thread_each((n + 3) / 4),
      x.dtype() == float64 ? dropout_elements<double> : dropout_elements<float>,
      args);
}

const RandomKernel::Entry random_on_cuda{random_kernel, DeviceType::kCuda,
                                         random_cuda};
const BernoulliKernel::Entry mask_on_cuda{
    bernoulli_mask_kernel, DeviceType::kCuda, bernoulli_mask_cuda};
const DropoutKernel::Entry dropout_on_cuda{dropout_kernel, DeviceType::kCuda,
                                           dropout_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
