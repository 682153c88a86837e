#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "cresset/tensor/core/cpu_level.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/ops/math_kernel.h"

namespace cresset::internal {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// The levels that this machine can run.
std::vector<CpuLevel> levels() {
  std::vector<CpuLevel> all{CpuLevel::kBaseline};
  if (cpu_level() >= CpuLevel::kAvx2) all.push_back(CpuLevel::kAvx2);
  if (cpu_level() >= CpuLevel::kAvx512) all.push_back(CpuLevel::kAvx512);
  return all;
}

template <class T>
std::vector<T> run(CpuLevel level, MathOp op, const std::vector<T>& x) {
  std::vector<T> y(x.size());
  const int64_t n = static_cast<int64_t>(x.size());
  switch (level) {
    case CpuLevel::kBaseline:
      baseline::apply_math(op, n, &x[0], &y[0]);
      break;
    case CpuLevel::kAvx2:
      avx2::apply_math(op, n, &x[0], &y[0]);
      break;
    case CpuLevel::kAvx512:
      avx512::apply_math(op, n, &x[0], &y[0]);
      break;
  }
  return y;
}

// The distance of two floats next to `exact`, at least that of subnormals.
template <class T, class Wide>
Wide ulp_of(Wide exact) {
  using Limits = std::numeric_limits<T>;
  if (std::fabs(exact) < Wide(Limits::min())) return Wide(Limits::denorm_min());
  return std::ldexp(Wide(1), std::ilogb(exact) - (Limits::digits - 1));
}

// How far `got` is from `exact`, in units in the last place. Infinities and
// NaN must agree, where `exact` counts as infinite if it rounds to infinity.
template <class T, class Wide>
double ulps(T got, Wide exact) {
  const T rounded = static_cast<T>(exact);
  if (got == rounded && std::signbit(got) == std::signbit(rounded)) {
    return std::isinf(rounded)
               ? 0
               : double(std::fabs(Wide(got) - exact) / ulp_of<T>(exact));
  }
  if (std::isnan(rounded)) return std::isnan(got) ? 0 : 1e9;
  if (std::isnan(got) || std::isinf(got) || std::isinf(rounded)) return 1e9;
  if (std::signbit(got) != std::signbit(rounded)) return 1e9;
  return double(std::fabs(Wide(got) - exact) / ulp_of<T>(exact));
}

template <class T>
struct Case {
  const char* name;
  MathOp op;
  double limit;  // in units in the last place
  std::function<long double(T)> exact;
  T low = -std::numeric_limits<T>::infinity();
  T high = std::numeric_limits<T>::infinity();
};

template <class T>
void check(const Case<T>& c, const std::vector<T>& x) {
  std::vector<long double> exact;
  for (T v : x) exact.push_back(c.exact(v));
  for (CpuLevel level : levels()) {
    const std::vector<T> y = run(level, c.op, x);
    double worst = 0;
    size_t at = 0;
    for (size_t i = 0; i < x.size(); ++i) {
      const double error = ulps(y[i], exact[i]);
      if (error > worst) {
        worst = error;
        at = i;
      }
    }
    INFO(c.name << " at " << to_string(level) << ": worst at x = " << x[at]
                << ", got " << y[at] << ", exact "
                << static_cast<double>(exact[at]));
    CHECK(worst <= c.limit);
    if (std::getenv("CRESSET_TEST_PRINT_ULPS") != nullptr) {
      WARN(c.name << " " << to_string(level) << " " << worst);
    }
  }
}

// Every `stride`-th bit pattern of a float in [low, high], and NaN.
std::vector<float> sweep(float low, float high, uint32_t stride) {
  std::vector<float> x{kNan, -kNan};
  for (float v : {0.0f, -0.0f, kInf, -kInf, 1.0f, -1.0f, 1e-45f, -1e-45f}) {
    if (v >= low && v <= high) x.push_back(v);
  }
  for (uint64_t bits = 0; bits < (uint64_t{1} << 32); bits += stride) {
    const float v = std::bit_cast<float>(static_cast<uint32_t>(bits));
    if (v >= low && v <= high) x.push_back(v);
  }
  return x;
}

using Real = double (*)(double);

std::function<long double(float)> in_double(Real f) {
  return [f](float x) { return static_cast<long double>(f(double(x))); };
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double rsqrt(double x) { return 1 / std::sqrt(x); }

TEST_CASE("math: float functions hold their bounds at every level",
          "[ops][math]") {
  const Case<float> cases[] = {
      {"exp", MathOp::kExp, 1.1, in_double(std::exp)},
      {"exp2", MathOp::kExp2, 1.2, in_double(std::exp2)},
      {"expm1", MathOp::kExpm1, 1.8, in_double(std::expm1)},
      {"sigmoid", MathOp::kSigmoid, 1.5, in_double(sigmoid)},
      {"tanh", MathOp::kTanh, 1.4, in_double(std::tanh)},
      {"log", MathOp::kLog, 1.0, in_double(std::log)},
      {"log1p", MathOp::kLog1p, 1.5, in_double(std::log1p)},
      {"log2", MathOp::kLog2, 1.6, in_double(std::log2)},
      {"log10", MathOp::kLog10, 1.9, in_double(std::log10)},
      {"erf", MathOp::kErf, 1.4, in_double(std::erf)},
      {"rsqrt", MathOp::kRsqrt, 1.5, in_double(rsqrt)},
      {"round", MathOp::kRound, 0.0, in_double(std::nearbyint)},
  };
  uint32_t stride = 5003;
  if (const char* finer = std::getenv("CRESSET_TEST_MATH_STRIDE")) {
    stride = static_cast<uint32_t>(std::stoul(finer));
  }
  for (const Case<float>& c : cases) check(c, sweep(c.low, c.high, stride));
}

TEST_CASE("math: sincos_small is accurate within its range", "[ops][math]") {
  std::vector<float> x = sweep(-4096, 4096, 10007);
  for (CpuLevel level : levels()) {
    const std::vector<float> s = run(level, MathOp::kSinSmall, x);
    const std::vector<float> c = run(level, MathOp::kCosSmall, x);
    double worst = 0;
    for (size_t i = 2; i < x.size(); ++i) {
      // Next to a zero of the function the reduction's error remains.
      const double exact_s = std::sin(double(x[i]));
      const double exact_c = std::cos(double(x[i]));
      const double floor = std::fabs(x[i]) < 1 ? 0 : 0.01;
      const auto error = [&](float got, double exact) {
        const double scale = std::max(std::fabs(exact), floor);
        return std::fabs(got - exact) / ulp_of<float>(scale);
      };
      worst = std::max(worst, error(s[i], exact_s));
      worst = std::max(worst, error(c[i], exact_c));
    }
    INFO(to_string(level));
    CHECK(worst <= 1.6);
    CHECK(std::isnan(s[0]));
    CHECK(std::isnan(c[0]));
  }
}

TEST_CASE("math: double functions hold their bounds at every level",
          "[ops][math]") {
  using Long = long double;
  const Case<double> cases[] = {
      {"exp", MathOp::kExp, 1.1, [](double x) { return std::exp(Long(x)); }},
      {"expm1", MathOp::kExpm1, 1.8,
       [](double x) { return std::expm1(Long(x)); }},
      {"sigmoid", MathOp::kSigmoid, 1.5,
       [](double x) { return 1 / (1 + std::exp(-Long(x))); }},
      {"tanh", MathOp::kTanh, 1.4, [](double x) { return std::tanh(Long(x)); }},
      {"log", MathOp::kLog, 1.0, [](double x) { return std::log(Long(x)); }},
      {"log1p", MathOp::kLog1p, 1.5,
       [](double x) { return std::log1p(Long(x)); }},
      {"log2", MathOp::kLog2, 1.6, [](double x) { return std::log2(Long(x)); }},
      {"erf", MathOp::kErf, 1.6, [](double x) { return std::erf(Long(x)); }},
  };
  std::mt19937_64 bits(1);
  std::uniform_real_distribution<double> near(-3, 3);
  std::uniform_real_distribution<double> far(-750, 720);
  const double inf = std::numeric_limits<double>::infinity();
  std::vector<double> x{0.0, -0.0, inf, -inf, std::nan(""), 1.0, -1.0, 5e-324};
  for (int i = 0; i < 40000; ++i) {
    x.push_back(std::bit_cast<double>(bits()));
    x.push_back(near(bits));
    x.push_back(far(bits));
    x.push_back(1 + near(bits) * 0x1p-20);
  }
  for (const Case<double>& c : cases) check(c, x);
}

TEST_CASE("math: special values are exact", "[ops][math]") {
  struct Row {
    MathOp op;
    float x, y;
  };
  const Row rows[] = {
      {MathOp::kExp, 0, 1},           {MathOp::kExp, -0.0f, 1},
      {MathOp::kExp, kInf, kInf},     {MathOp::kExp, -kInf, 0},
      {MathOp::kExp, 88.7229f, kInf}, {MathOp::kExp, -104, 0},
      {MathOp::kExp2, 10, 1024},      {MathOp::kExp2, -149, 1e-45f},
      {MathOp::kExp2, 128, kInf},     {MathOp::kExpm1, -0.0f, -0.0f},
      {MathOp::kExpm1, -kInf, -1},    {MathOp::kExpm1, 1e-45f, 1e-45f},
      {MathOp::kExpm1, kInf, kInf},   {MathOp::kSigmoid, 0, 0.5f},
      {MathOp::kSigmoid, kInf, 1},    {MathOp::kSigmoid, -kInf, 0},
      {MathOp::kTanh, -0.0f, -0.0f},  {MathOp::kTanh, kInf, 1},
      {MathOp::kTanh, -kInf, -1},     {MathOp::kTanh, 1e-45f, 1e-45f},
      {MathOp::kLog, 1, 0},           {MathOp::kLog, 0, -kInf},
      {MathOp::kLog, -0.0f, -kInf},   {MathOp::kLog, kInf, kInf},
      {MathOp::kLog, -1, kNan},       {MathOp::kLog, -kInf, kNan},
      {MathOp::kLog1p, -1, -kInf},    {MathOp::kLog1p, -0.0f, -0.0f},
      {MathOp::kLog1p, kInf, kInf},   {MathOp::kLog1p, -2, kNan},
      {MathOp::kLog2, 1024, 10},      {MathOp::kLog2, 1e-45f, -149},
      {MathOp::kLog10, 1000, 3},      {MathOp::kErf, -0.0f, -0.0f},
      {MathOp::kErf, kInf, 1},        {MathOp::kErf, -kInf, -1},
      {MathOp::kErf, 5, 1},           {MathOp::kRsqrt, 0, kInf},
      {MathOp::kRsqrt, kInf, 0},      {MathOp::kRound, 2.5f, 2},
      {MathOp::kRound, -0.4f, -0.0f}, {MathOp::kErfinv, 1, kInf},
      {MathOp::kErfinv, -1, -kInf},   {MathOp::kErfinv, 1.5f, kNan},
      {MathOp::kErfinv, -0.0f, -0.0f}};
  for (CpuLevel level : levels()) {
    for (const Row& row : rows) {
      // A whole vector, and a short rest.
      const std::vector<float> x(37, row.x);
      for (float y : run(level, row.op, x)) {
        INFO(to_string(level) << " op " << int(row.op) << " of " << row.x);
        if (std::isnan(row.y)) {
          REQUIRE(std::isnan(y));
        } else {
          REQUIRE(y == row.y);
          REQUIRE(std::signbit(y) == std::signbit(row.y));
        }
      }
    }
  }
}

TEST_CASE("math: erfinv undoes erf", "[ops][math]") {
  std::vector<double> x;
  for (int i = -2000; i <= 2000; ++i) x.push_back(i / 2001.0);
  for (double e = 1e-3; e > 1e-15; e /= 3) x.push_back(1 - e);
  x.push_back(1e-300);
  for (CpuLevel level : levels()) {
    const std::vector<double> y = run(level, MathOp::kErfinv, x);
    for (size_t i = 0; i < x.size(); ++i) {
      INFO(x[i]);
      // The slope turns the last bit of x into this much of y.
      const double slope = 0.886226925452758 * std::exp(y[i] * y[i]);
      const double back =
          x[i] > 0.5 ? 1 - x[i] - std::erfc(y[i]) : std::erf(y[i]) - x[i];
      REQUIRE(std::fabs(back) * slope <=
              1e-15 * (1 + slope) * std::max(std::fabs(y[i]), 1e-300));
    }
  }
}

}  // namespace
}  // namespace cresset::internal
