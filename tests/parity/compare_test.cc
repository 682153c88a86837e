#include "cresset/tests/parity/compare.h"

#include <cmath>
#include <limits>

#include "cresset/tests/catch.h"
#include "cresset/tests/elements.h"
#include "cresset/tests/parity/outcome.h"

namespace cresset::parity {
namespace {

template <class T>
Tensor make(std::vector<T> values) {
  return testing::generated<T>({static_cast<int64_t>(values.size())},
                               [&](int64_t i) { return values.at(i); });
}

bool equal_values(const Tensor& a, const Tensor& b) {
  try {
    compare_outputs("x", Value(a), Value(b));
    return true;
  } catch (const Mismatch&) {
    return false;
  }
}

TEST_CASE("compare: floats may be off by the tolerance of their dtype") {
  const Tensor want = make<float>({1.0F, 1000.0F});
  CHECK(equal_values(make<float>({1.00002F, 1000.01F}), want));
  CHECK_FALSE(equal_values(make<float>({1.00003F, 1000.0F}), want));
  CHECK_FALSE(equal_values(make<double>({1.0000003}), make<double>({1.0})));
  CHECK(equal_values(make<double>({1.00000003}), make<double>({1.0})));
}

TEST_CASE("compare: integers must be equal, and dtypes and shapes too") {
  CHECK_FALSE(equal_values(make<int64_t>({3}), make<int64_t>({4})));
  CHECK_FALSE(equal_values(make<int32_t>({3}), make<int64_t>({3})));
  CHECK_FALSE(equal_values(make<int64_t>({3, 3}), make<int64_t>({3})));
}

TEST_CASE("compare: NaN equals NaN, infinities must agree in sign") {
  const float inf = std::numeric_limits<float>::infinity();
  CHECK(equal_values(make<float>({NAN, inf}), make<float>({NAN, inf})));
  CHECK_FALSE(equal_values(make<float>({1.0F}), make<float>({NAN})));
  CHECK_FALSE(equal_values(make<float>({NAN}), make<float>({1.0F})));
  CHECK_FALSE(equal_values(make<float>({-inf}), make<float>({inf})));
  CHECK_FALSE(equal_values(make<float>({3e38F}), make<float>({inf})));
}

TEST_CASE("compare: the text says where and by how much", "[error]") {
  CHECK_THROWS_WITH(
      compare_outputs("output 0", Value(make<float>({1, 2, 3})),
                      Value(make<float>({1, 2.5, 4}))),
      "output 0: got 2.0, want 2.5 at [1]; 2 of 3 elements of float32[3] "
      "differ");
}

TEST_CASE("compare: an absent gradient is not one of zeros") {
  CHECK_NOTHROW(compare_gradients("g", Tensor(), Value()));
  CHECK_THROWS_AS(compare_gradients("g", make<float>({0}), Value()), Mismatch);
  CHECK_THROWS_AS(compare_gradients("g", Tensor(), Value(make<float>({0}))),
                  Mismatch);
}

TEST_CASE("compare: streams may differ by two units of the largest value") {
  const Tensor want = make<float>({1.5F, 0.25F});
  CHECK(stream_tolerance(want).absolute == std::ldexp(1.0, -22));
  CHECK(stream_tolerance(make<int64_t>({5})).absolute == 0);
}

TEST_CASE("compare: trees differ in kinds, keys, their order and values") {
  const auto check = [](const Value& got, const Value& want) {
    compare_trees("state", got, want);
  };
  const Value want = Value::dict({{"a", 1}, {"b", 0.5}});
  CHECK_NOTHROW(check(Value::dict({{"a", 1}, {"b", 0.5}}), want));
  CHECK_THROWS_AS(check(Value::dict({{"b", 0.5}, {"a", 1}}), want), Mismatch);
  CHECK_THROWS_AS(check(Value::dict({{"a", 1}}), want), Mismatch);
  CHECK_THROWS_AS(check(Value::dict({{"a", 1.0}, {"b", 0.5}}), want), Mismatch);
  CHECK_THROWS_AS(check(Value::dict({{"a", 1}, {"b", 0.6}}), want), Mismatch);
  CHECK_THROWS_AS(check(Value::list({1}), Value::list({1, 2})), Mismatch);
  CHECK_THROWS_AS(check(Value::list({1}), Value::tuple({1})), Mismatch);
}

}  // namespace
}  // namespace cresset::parity
