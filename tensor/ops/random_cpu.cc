// The CPU's part of random ops: from a distribution and a dtype to the function
// of tensor/core/random.h that draws it.

#include "cresset/tensor/core/random.h"
#include "cresset/tensor/ops/random.h"

namespace cresset::internal {
namespace {

// Calls fill(T* data, int64_t n) if y's type is one of Ts, as ops have seen to.
template <class... Ts, class F>
void fill_with(const Tensor& y, F&& fill) {
  bool known = false;
  const auto draw = [&]<class T>(T*) {
    if (y.dtype() != dtype_of<T>) return;
    known = true;
    fill(y.data<T>(), y.numel());
  };
  (draw(static_cast<Ts*>(nullptr)), ...);
  CRESSET_ASSERT(known);
}

template <class F>
void fill_floating(const Tensor& y, F&& fill) {
  fill_with<float, double, Half, BFloat16>(y, std::forward<F>(fill));
}
template <class F>
void fill_number(const Tensor& y, F&& fill) {
  fill_with<float, double, Half, BFloat16, uint8_t, int8_t, int16_t, int32_t,
            int64_t>(y, std::forward<F>(fill));
}
template <class F>
void fill_any(const Tensor& y, F&& fill) {
  fill_with<float, double, Half, BFloat16, uint8_t, int8_t, int16_t, int32_t,
            int64_t, bool>(y, std::forward<F>(fill));
}

void bernoulli(Generator& source, const RandomCall& call, const Tensor& y) {
  fill_any(y, [&](auto* out, int64_t n) {
    if (!call.chances.defined()) {
      fill_bernoulli(source, out, n, call.a);
    } else if (call.chances.dtype() == float64) {
      fill_bernoulli(source, out, n, call.chances.data<double>());
    } else {
      fill_bernoulli(source, out, n, call.chances.data<float>());
    }
  });
}

}  // namespace

void random_cpu(const RandomCall& call, const Tensor& y) {
  Generator& source =
      call.generator != nullptr ? *call.generator : default_generator();
  const double a = call.a, b = call.b;
  switch (call.distribution) {
    case Distribution::kUniform:
      return fill_floating(
          y, [&](auto* out, int64_t n) { fill_uniform(source, out, n, a, b); });
    case Distribution::kNormal:
      return fill_floating(y, [&](auto* out, int64_t n) {
        if (call.one_by_one) {
          fill_normal_serial(source, out, n, a, b);
        } else {
          fill_normal(source, out, n, a, b);
        }
      });
    case Distribution::kLogNormal:
      return fill_floating(y, [&](auto* out, int64_t n) {
        fill_log_normal(source, out, n, a, b);
      });
    case Distribution::kExponential:
      return fill_floating(y, [&](auto* out, int64_t n) {
        fill_exponential(source, out, n, a);
      });
    case Distribution::kCauchy:
      return fill_floating(
          y, [&](auto* out, int64_t n) { fill_cauchy(source, out, n, a, b); });
    case Distribution::kGeometric:
      return fill_number(
          y, [&](auto* out, int64_t n) { fill_geometric(source, out, n, a); });
    case Distribution::kBernoulli:
      return bernoulli(source, call, y);
    case Distribution::kWholeRange:
      return fill_any(
          y, [&](auto* out, int64_t n) { fill_random(source, out, n); });
    case Distribution::kIntegers:
      return fill_any(y, [&](auto* out, int64_t n) {
        fill_random(source, out, n, call.low, call.high);
      });
    case Distribution::kPermutation:
      return fill_randperm(source, y.data<int64_t>(), y.numel());
  }
}

}  // namespace cresset::internal
