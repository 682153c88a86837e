#include "cresset/tensor/core/generator.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "cresset/tensor/base/error.h"
#include "cresset/tensor/base/half.h"
#include "cresset/tensor/core/random.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/core/random_golden.h"

namespace cresset {
namespace {

using internal::fill_bernoulli;
using internal::fill_random;
using random_golden::StateRow;
using random_golden::Step;

uint64_t fnv(const void* data, size_t size) {
  uint64_t value = 0xcbf29ce484222325;
  for (size_t i = 0; i < size; ++i) {
    value = (value ^ static_cast<const uint8_t*>(data)[i]) * 0x100000001b3;
  }
  return value;
}

// tools/golden/generator.py has the same probabilities in `spread`.
template <class P>
std::vector<P> spread(int64_t n, double p) {
  std::vector<P> out;
  for (int64_t i = 0; i < n; ++i) {
    out.push_back(static_cast<P>(std::fmod(static_cast<double>(i) * p, 1.0)));
  }
  return out;
}

template <class T>
constexpr bool kFloating = !std::is_integral_v<T>;

// Runs a step's fill; false if there is none of that name for T.
template <class T>
bool fill(Generator& g, const Step& s, T* x) {
  const std::string name = s.fill;
  const int64_t n = s.n;
  if constexpr (kFloating<T>) {
    if (name == "uniform") {
      return internal::fill_uniform(g, x, n, s.a, s.b), true;
    }
    if (name == "normal") return internal::fill_normal(g, x, n, s.a, s.b), true;
    if (name == "normal_strided") {
      return internal::fill_normal_serial(g, x, n, s.a, s.b), true;
    }
    if (name == "log_normal") {
      return internal::fill_log_normal(g, x, n, s.a, s.b), true;
    }
    if (name == "exponential") {
      return internal::fill_exponential(g, x, n, s.a), true;
    }
    if (name == "cauchy") return internal::fill_cauchy(g, x, n, s.a, s.b), true;
  }
  if constexpr (!std::is_same_v<T, bool>) {
    if (name == "geometric") {
      return internal::fill_geometric(g, x, n, s.a), true;
    }
    if (name == "randperm") return internal::fill_randperm(g, x, n), true;
  }
  if constexpr (std::is_same_v<T, int64_t>) {
    if (name == "multinomial") {
      internal::fill_multinomial(g, x, n, &spread<float>(50, s.a)[0], 50);
      return true;
    }
  }
  if (name == "random") return fill_random(g, x, n), true;
  if (name == "randint") {
    fill_random(g, x, n, static_cast<int64_t>(s.a), static_cast<int64_t>(s.b));
    return true;
  }
  if (name == "bernoulli") return fill_bernoulli(g, x, n, s.a), true;
  if (name == "dropout") return fill_bernoulli(g, x, n, 1 - s.a), true;
  if (name == "bernoulli_float") {
    return fill_bernoulli(g, x, n, &spread<float>(n, s.a)[0]), true;
  }
  if (name == "bernoulli_double") {
    return fill_bernoulli(g, x, n, &spread<double>(n, s.a)[0]), true;
  }
  return false;
}

// Units in the last place of the larger of the value and the distribution's
// spread: a sum with a mean loses what a small value would show.
template <class T>
constexpr double kTolerance = 0;
template <>
constexpr double kTolerance<float> = 4 * 0x1p-24;
template <>
constexpr double kTolerance<double> = 4 * 0x1p-53;
template <>
constexpr double kTolerance<Half> = 0x1p-11;
template <>
constexpr double kTolerance<BFloat16> = 0x1p-8;

template <class T>
void check(Generator& g, const Step& s) {
  // No std::vector: that of bool has no elements to point at.
  const std::unique_ptr<T[]> x(new T[static_cast<size_t>(s.n)]);
  REQUIRE(fill(g, s, x.get()));
  if (s.count == 0) {
    REQUIRE(fnv(x.get(), static_cast<size_t>(s.n) * sizeof(T)) == s.hash);
  }
  int64_t at = s.n - 1;
  for (int i = 0; i < s.count; ++i, at -= (s.n + 4) / 5) {
    const double want = random_golden::kValues[s.first + i];
    const double scale = std::max(std::fabs(want), 1.0);
    INFO("element " << at);
    REQUIRE(std::fabs(static_cast<double>(x[static_cast<size_t>(at)]) - want) <=
            kTolerance<T> * scale);
  }
}

void check_any(Generator& g, const Step& s) {
  const std::string dtype = s.dtype;
  if (dtype == "float") return check<float>(g, s);
  if (dtype == "double") return check<double>(g, s);
  if (dtype == "Half") return check<Half>(g, s);
  if (dtype == "BFloat16") return check<BFloat16>(g, s);
  if (dtype == "bool") return check<bool>(g, s);
  if (dtype == "uint8_t") return check<uint8_t>(g, s);
  if (dtype == "int8_t") return check<int8_t>(g, s);
  if (dtype == "int16_t") return check<int16_t>(g, s);
  if (dtype == "int32_t") return check<int32_t>(g, s);
  if (dtype == "int64_t") return check<int64_t>(g, s);
  FAIL("no such dtype");
}

TEST_CASE("random: every fill gives PyTorch's numbers and uses up as many",
          "[core][random]") {
  Generator g;
  int number = 0;
  for (const Step& s : random_golden::kSteps) {
    if (s.reseed) g.manual_seed(s.seed);
    INFO("step " << number++ << ": seed " << s.seed << " " << s.fill << "<"
                 << s.dtype << ">(" << s.n << ", " << s.a << ", " << s.b
                 << ")");
    check_any(g, s);
    Generator copy;
    copy.set_state(g.get_state());
    REQUIRE(copy.random() == s.next);
  }
}

void check_state(const StateRow& row, const std::vector<uint8_t>& state) {
  REQUIRE(state.size() == 5056);
  CHECK(fnv(state.data(), state.size()) == row.hash);
  Generator g(99);
  g.normal();  // keeps one, which must not survive
  g.set_state(state);
  CHECK(g.get_state() == state);
  CHECK(g.initial_seed() == 5);
  for (double want : row.after) {
    CHECK(std::fabs(g.normal() - want) <= 4 * 0x1p-53);
  }
}

TEST_CASE("generator: states are PyTorch's, byte for byte", "[core][random]") {
  Generator g(5);
  check_state(random_golden::kFreshState, g.get_state());
  double x[3];
  internal::fill_normal(g, x, 3, 0, 1);
  check_state(random_golden::kOddState, g.get_state());
  g.manual_seed(5);
  internal::fill_normal(g, x, 2, 0, 1);
  check_state(random_golden::kEvenState, g.get_state());
  g.manual_seed(5);
  std::vector<float> y(1000);
  internal::fill_uniform(g, y.data(), 1000, 0, 1);
  check_state(random_golden::kLongState, g.get_state());
}

TEST_CASE("generator: blocks give what single draws give", "[core][random]") {
  Generator one(3);
  Generator many(3);
  std::vector<uint32_t> block(3000);
  for (int64_t n : {1, 5, 617, 1, 624, 0, 625, 1300}) {
    many.random(block.data(), n);
    for (int64_t i = 0; i < n; ++i) {
      REQUIRE(block[static_cast<size_t>(i)] == one.random());
    }
    REQUIRE(one.get_state() == many.get_state());
  }
  const uint64_t high = one.random();
  const uint64_t low = one.random();
  CHECK(many.random64() == (high << 32 | low));
}

TEST_CASE("generator: seeds", "[core][random]") {
  Generator g;
  CHECK(g.initial_seed() == 67280421310721);
  const uint32_t first = g.random();
  g.normal();
  g.manual_seed(Generator::kDefaultSeed);
  CHECK(g.get_state() == Generator().get_state());
  CHECK(g.random() == first);
  const uint64_t chosen = g.seed();
  CHECK(g.initial_seed() == chosen);
  CHECK(g.random() == Generator(chosen).random());
  CHECK(&manual_seed(8) == &default_generator());
  CHECK(default_generator().initial_seed() == 8);
  CHECK(default_generator().random() == Generator(8).random());
}

TEST_CASE("generator: bytes that are no state are refused", "[core][error]") {
  Generator g(5);
  const std::vector<uint8_t> good = g.get_state();
  const auto refused = [&](const std::vector<uint8_t>& state) {
    try {
      g.set_state(state);
    } catch (const Error& error) {
      return error.code() == ErrorCode::kValue && g.get_state() == good;
    }
    return false;
  };
  CHECK(refused({}));
  CHECK(refused(std::vector<uint8_t>(5055)));
  CHECK(refused(std::vector<uint8_t>(5056)));        // not seeded
  for (size_t at : {8u, 11u, 12u, 16u, 20u, 23u}) {  // left, seeded, next
    std::vector<uint8_t> bad = good;
    bad[at] = at == 16 ? 200 : 255;
    if (at == 16) bad[17] = 3;
    INFO(at);
    CHECK(refused(bad));
  }
}

TEST_CASE("generator: states of old PyTorch files are read", "[core][random]") {
  Generator g(5);
  g.random();
  std::vector<uint8_t> state = g.get_state();
  state.resize(5048);
  const auto put = [&](size_t at, double value) {
    std::memcpy(&state[at], &value, sizeof(value));
  };
  put(5016, 0.125);  // the angle in turns, and the radius
  put(5032, 3.0);
  state[5040] = 1;
  Generator other;
  other.set_state(state);
  CHECK(other.normal() == Approx(3 * std::sqrt(0.5)));
  CHECK(other.random() == g.random());
}

TEST_CASE("generator: ops of several threads take turns", "[core][random]") {
  Generator g(1);
  std::vector<int64_t> a(20000), b(20000);
  const auto fill_one = [&](std::vector<int64_t>& x) {
    fill_random(g, x.data(), 20000, 0, int64_t{1} << 32);
  };
  std::thread other([&] { fill_one(a); });
  fill_one(b);
  other.join();
  Generator alone(1);
  std::vector<int64_t> first(20000), second(20000);
  fill_random(alone, first.data(), 20000, 0, int64_t{1} << 32);
  fill_random(alone, second.data(), 20000, 0, int64_t{1} << 32);
  CHECK(((a == first && b == second) || (a == second && b == first)));
}

TEST_CASE("random: nothing is drawn for no elements", "[core][random]") {
  Generator g(1);
  const std::vector<uint8_t> before = g.get_state();
  float* none = nullptr;
  internal::fill_uniform(g, none, 0, 0, 1);
  internal::fill_normal(g, none, 0, 0, 1);
  internal::fill_randperm(g, static_cast<int64_t*>(nullptr), 0);
  fill_bernoulli(g, none, 0, 0.5);
  CHECK(g.get_state() == before);
}

}  // namespace
}  // namespace cresset
