#include "cresset/tensor/ops/binary.h"

#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tensor/core/autograd.h"
#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/ops/bitwise.h"
#include "cresset/tensor/ops/clamp.h"
#include "cresset/tensor/ops/division.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/power.h"
#include "cresset/tensor/ops/special.h"
#include "cresset/tensor/ops/ternary.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tests/ops/close.h"

namespace cresset {
namespace {

using Tensors = std::vector<Tensor>;

struct Row {
  const char* name;
  Tensor (*op)(const Tensor&, const Tensor&);
  Values y;
};

const Values kLeft = {-2.5, -1, 0, 0.75, 3, 7.5};
const Values kRight = {1.5, -2, 0.5, -0.3, 2, 3};

// The results are PyTorch's.
const Row kRows[] = {
    {"add",
     [](const Tensor& a, const Tensor& b) { return add(a, b, 2); },
     {0.5, -5, 1, 0.15000000000000002, 7, 13.5}},
    {"sub",
     [](const Tensor& a, const Tensor& b) { return sub(a, b, 2); },
     {-5.5, 3, -1, 1.35, -1, 1.5}},
    {"rsub",
     [](const Tensor& a, const Tensor& b) { return rsub(a, b); },
     {4, -1, 0.5, -1.05, -1, -4.5}},
    {"mul",
     [](const Tensor& a, const Tensor& b) { return mul(a, b); },
     {-3.75, 2, 0, -0.22499999999999998, 6, 22.5}},
    {"div",
     [](const Tensor& a, const Tensor& b) { return div(a, b); },
     {-1.6666666666666667, 0.5, 0, -2.5, 1.5, 2.5}},
    {"div trunc",
     [](const Tensor& a, const Tensor& b) { return div(a, b, "trunc"); },
     {-1, 0, 0, -2, 1, 2}},
    {"div floor",
     [](const Tensor& a, const Tensor& b) { return div(a, b, "floor"); },
     {-2, 0, 0, -3, 1, 2}},
    {"floor_divide",
     [](const Tensor& a, const Tensor& b) { return floor_divide(a, b); },
     {-2, 0, 0, -3, 1, 2}},
    {"fmod",
     [](const Tensor& a, const Tensor& b) { return fmod(a, b); },
     {-1, -1, 0, 0.15000000000000002, 1, 1.5}},
    {"remainder",
     [](const Tensor& a, const Tensor& b) { return remainder(a, b); },
     {0.5, -1, 0, -0.14999999999999997, 1, 1.5}},
    {"atan2",
     [](const Tensor& a, const Tensor& b) { return atan2(a, b); },
     {-1.0303768265243125, -2.677945044588987, 0, 1.9513027039072615,
      0.982793723247329, 1.1902899496825317}},
    {"hypot",
     [](const Tensor& a, const Tensor& b) { return hypot(a, b); },
     {2.9154759474226504, 2.23606797749979, 0.5, 0.8077747210701756,
      3.605551275463989, 8.077747210701755}},
    {"copysign",
     [](const Tensor& a, const Tensor& b) { return copysign(a, b); },
     {2.5, -1, 0, -0.75, 3, 7.5}},
    {"maximum",
     [](const Tensor& a, const Tensor& b) { return maximum(a, b); },
     {1.5, -1, 0.5, 0.75, 3, 7.5}},
    {"minimum",
     [](const Tensor& a, const Tensor& b) { return minimum(a, b); },
     {-2.5, -2, 0, -0.3, 2, 3}},
    {"fmax",
     [](const Tensor& a, const Tensor& b) { return fmax(a, b); },
     {1.5, -1, 0.5, 0.75, 3, 7.5}},
    {"fmin",
     [](const Tensor& a, const Tensor& b) { return fmin(a, b); },
     {-2.5, -2, 0, -0.3, 2, 3}},
    {"heaviside",
     [](const Tensor& a, const Tensor& b) { return heaviside(a, b); },
     {0, 0, 0.5, 1, 1, 1}},
    {"logaddexp",
     [](const Tensor& a, const Tensor& b) { return logaddexp(a, b); },
     {1.5181499279178097, -0.6867383124817772, 0.9740769841801067,
      1.050058479617643, 3.313261687518223, 7.511047744848594}},
    {"logaddexp2",
     [](const Tensor& a, const Tensor& b) { return logaddexp2(a, b); },
     {1.5874628412503393, -0.4150374992788438, 1.271553303163612,
      1.3184876271484627, 3.584962500721156, 7.562390014173462}},
    {"pow",
     [](const Tensor& a, const Tensor& b) { return pow(abs(a), b); },
     {3.952847075210474, 1, 0, 1.090138357569351, 9, 421.875}},
    {"xlogy",
     [](const Tensor& a, const Tensor& b) { return xlogy(a, abs(b)); },
     {-1.013662770270411, -0.6931471805599453, 0, -0.9029796032444521,
      2.0794415416798357, 8.239592165010823}},
    {"xlog1py",
     [](const Tensor& a, const Tensor& b) { return xlog1py(a, abs(b)); },
     {-2.2907268296853878, -1.0986122886681096, 0, 0.1967731983506183,
      3.2958368660043287, 10.39720770839918}},
    {"lerp",
     [](const Tensor& a, const Tensor& b) { return lerp(a, b, 0.3); },
     {-1.3, -1.3, 0.15, 0.435, 2.7, 6.15}},
    {"addcmul",
     [](const Tensor& a, const Tensor& b) { return addcmul(a, a, b, 0.5); },
     {-4.375, 0, 0, 0.6375, 6, 18.75}},
    {"addcdiv",
     [](const Tensor& a, const Tensor& b) { return addcdiv(a, a, b, 0.5); },
     {-3.3333333333333335, -0.75, 0, -0.5, 3.75, 8.75}},
};

TEST_CASE("binary: values are PyTorch's", "[ops]") {
  for (const Row& row : kRows) {
    INFO(row.name);
    const Tensor a = tensor_of(kLeft), b = tensor_of(kRight);
    CHECK(close(row.op(a, b), row.y));
    CHECK(close(row.op(a.to(float32), b.to(float32)), row.y, 2e-6));
  }
}

TEST_CASE("binary: gradients of first and second order", "[ops][grad]") {
  for (const Row& row : kRows) {
    const std::string_view name = row.name;
    // heaviside and floor_divide have none.
    if (name == "heaviside" || name == "floor_divide") continue;
    INFO(row.name);
    const auto op = row.op;
    CHECK_NOTHROW(gradcheck_all(
        [op](const Tensors& in) { return op(in[0], in[1]) * in[0]; },
        {tensor_of({-2.5, -1.1, 0.4, 0.75, 3.2}).requires_grad_(),
         tensor_of({1.5, -2, 0.5, -0.3, 2}).requires_grad_()}));
  }
}

TEST_CASE("binary: gradients sum over broadcast dimensions", "[ops][grad]") {
  for (const Row& row : kRows) {
    const std::string_view name = row.name;
    if (name == "heaviside" || name == "floor_divide") continue;
    INFO(row.name);
    const auto op = row.op;
    CHECK_NOTHROW(gradcheck_all(
        [op](const Tensors& in) { return op(in[0], in[1]) * in[0]; },
        {tensor_of({-2.5, 1.1, 0.4}).requires_grad_(),
         tensor_of({0.7}).requires_grad_()}));
  }
}

TEST_CASE("binary: numbers on either side", "[ops][grad]") {
  const auto check = [](auto f, const Values& wanted) {
    CHECK(close(f(tensor_of({0.5, 2, 4})), wanted));
    CHECK_NOTHROW(gradcheck_all([&](const Tensors& in) { return f(in[0]); },
                                {tensor_of({0.5, 2.2, 4.1}).requires_grad_()}));
  };
  check([](const Tensor& x) { return 1 - x; }, {0.5, -1, -3});
  check([](const Tensor& x) { return 2 * x + 1; }, {2, 5, 9});
  check([](const Tensor& x) { return 1 / x; }, {2, 0.5, 0.25});
  check([](const Tensor& x) { return x / 4 - 1; }, {-0.875, -0.5, 0});
  check([](const Tensor& x) { return pow(x, 2); }, {0.25, 4, 16});
  check([](const Tensor& x) { return pow(x, 0.5); },
        {0.70710678118654757, 1.4142135623730951, 2});
  check([](const Tensor& x) { return pow(x, -1.5); },
        {2.8284271247461898, 0.35355339059327379, 0.125});
  check([](const Tensor& x) { return pow(2, x); }, {1.4142135623730951, 4, 16});
  check([](const Tensor& x) { return x % 1.5; }, {0.5, 0.5, 1});
  check([](const Tensor& x) { return 3.25 % x; }, {0.25, 1.25, 3.25});
  check([](const Tensor& x) { return fmod(x, 1.5); }, {0.5, 0.5, 1});
  check([](const Tensor& x) { return copysign(x, -1); }, {-0.5, -2, -4});
  check([](const Tensor& x) { return xlogy(x, 2); },
        {0.34657359027997264, 1.3862943611198906, 2.7725887222397811});
  check([](const Tensor& x) { return xlogy(2, x); },
        {-1.3862943611198906, 1.3862943611198906, 2.7725887222397811});
  check([](const Tensor& x) { return clamp(x, 1, 3); }, {1, 2, 3});
  check([](const Tensor& x) { return clamp_max(x, 3); }, {0.5, 2, 3});
}

TEST_CASE("pow: gradients at the edges are PyTorch's", "[ops][grad]") {
  const Tensor x = tensor_of({0, 0, 0}).requires_grad_();
  const Tensor e = tensor_of({0, 1, 2}).requires_grad_();
  const Tensor y = pow(x, e);
  CHECK(list(y) == Values{1, 0, 0});
  y.backward(tensor_of({1, 1, 1}));
  CHECK(list(x.grad()) == Values{0, 1, 0});
  CHECK(list(e.grad()) == Values{0, 0, 0});
}

TEST_CASE("pow: float32 is within one unit of the power, edges included",
          "[ops]") {
  std::vector<float> edges = {0,      -0.0f, 1,           -1,    2,
                              -2,     0.5f,  -0.5f,       3,     -3.5f,
                              1e-30f, 7e8f,  16777217.0f, 1e30f, -1e30f};
  for (const double special : {kInf, -kInf, kNan}) {
    edges.push_back(static_cast<float>(special));
  }
  Values left, right;
  for (const float a : edges) {
    for (const float b : edges) {
      left.push_back(a);
      right.push_back(b);
    }
  }
  for (int i = 1; i < 4000; ++i) {
    left.push_back(static_cast<float>(i * 0.013));
    right.push_back(static_cast<float>(i % 97 - 48) * 0.37f);
  }
  const Values y =
      list(pow(tensor_of(left, float32), tensor_of(right, float32)));
  for (size_t i = 0; i < left.size(); ++i) {
    INFO(left[i] << " to the power " << right[i]);
    const auto want = static_cast<float>(std::pow(left[i], right[i]));
    const auto got = static_cast<float>(y[i]);
    if (std::isnan(want)) {
      CHECK(std::isnan(got));
    } else {
      CHECK(
          (got == want || std::fabs(got - want) <= 1.2e-7f * std::fabs(want)));
      CHECK(std::signbit(got) == std::signbit(want));
    }
  }
}

TEST_CASE("pow: integers wrap and refuse negative numbers", "[ops]") {
  const Tensor i = tensor_of({-3, 2, 1, -1}, int64);
  CHECK(list(pow(i, 3)) == Values{-27, 8, 1, -1});
  CHECK(list(pow(i, tensor_of({-1, -1, -1, -1}, int64))) ==
        Values{0, 0, 1, -1});
  CHECK(list(pow(tensor_of({20}, uint8), 2)) == Values{144});
  CHECK(pow(i, 2.0).dtype() == float32);
  CHECK(pow(2.5, i).dtype() == float32);
  CHECK(float_power(i, 2).dtype() == float64);
  CHECK_ERROR(pow(i, -1), kValue,
              "pow: integers to negative integer powers are not allowed");
}

TEST_CASE("division: integers floor or truncate, and refuse 0", "[ops]") {
  const Tensor a = tensor_of({7, -7, 7, -7}, int32);
  const Tensor b = tensor_of({2, 2, -2, -2}, int32);
  CHECK(list(floor_divide(a, b)) == Values{3, -4, -4, 3});
  CHECK(list(div(a, b, "trunc")) == Values{3, -3, -3, 3});
  CHECK(list(remainder(a, b)) == Values{1, 1, -1, -1});
  CHECK(list(fmod(a, b)) == Values{1, -1, 1, -1});
  CHECK(floor_divide(a, b).dtype() == int32);
  CHECK(div(a, b).dtype() == float32);
  CHECK(list(floor_divide(tensor_of({3, 250}, uint8), -1)) == Values{0, 0});
  CHECK_ERROR(floor_divide(a, 0), kValue, "ZeroDivisionError");
  CHECK_ERROR(remainder(a, tensor_of({1, 0, 1, 1}, int32)), kValue,
              "remainder: ZeroDivisionError");
  CHECK(close(floor_divide(tensor_of({1, -1, 0}), tensor_of({0, 0, 0})),
              {kInf, -kInf, kNan}));
  const Tensor least = full({1}, INT64_MIN, {.dtype = int64});
  CHECK(floor_divide(least, -1).item<int64_t>() == INT64_MIN);
  CHECK(remainder(least, -1).item<int64_t>() == 0);
  CHECK_ERROR(div(a, b, "round"), kValue, "got \"round\"");
}

TEST_CASE("bitwise: bits, shifts and divisors", "[ops]") {
  const Tensor a = tensor_of({6, -2}, int64), b = tensor_of({3, 3}, int64);
  CHECK(list(a & b) == Values{2, 2});
  CHECK(list(a | 1) == Values{7, -1});
  CHECK(list(a ^ b) == Values{5, -3});
  CHECK(list(~a) == Values{-7, 1});
  CHECK(list(a << 2) == Values{24, -8});
  CHECK(list(a >> 1) == Values{3, -1});
  CHECK(list(a << 64) == Values{0, 0});
  CHECK(list(a >> 99) == Values{0, -1});
  CHECK(list(~tensor_of({1, 0}, bool_)) == Values{0, 1});
  CHECK(list(~tensor_of({1, 0}, uint8)) == Values{254, 255});
  CHECK(list(gcd(tensor_of({12, -4, 0}, int64),
                 tensor_of({18, 6, 5}, int64))) == Values{6, 2, 5});
  CHECK(list(lcm(tensor_of({4, -4, 0}, int64), tensor_of({6, 6, 5}, int64))) ==
        Values{12, 12, 0});
  CHECK_ERROR(tensor_of({1}) & a, kDtype,
              "bitwise_and: an integer dtype or bool is needed; got float64");
}

TEST_CASE("binary: dtypes promote as PyTorch's", "[ops]") {
  const Tensor i = tensor_of({1, -2}, int64), u = tensor_of({3, 250}, uint8);
  const Tensor h = tensor_of({0.5, -1.5}, float16);
  const Tensor b = tensor_of({1, 0}, bool_);
  CHECK((i + u).dtype() == int64);
  CHECK((i + 2.5).dtype() == float32);
  CHECK((h + 2.5).dtype() == float16);
  CHECK((h + tensor_of({1, 1}, float32)).dtype() == float32);
  CHECK((h + full({}, 1, {.dtype = float64})).dtype() == float16);
  CHECK((b + b).dtype() == bool_);
  CHECK(list(b + b) == Values{1, 0});
  CHECK((b + 1).dtype() == int64);
  CHECK(list(u + u) == Values{6, 244});
  CHECK((i / i).dtype() == float32);
  CHECK(list(addcmul(i, i, i, 2.5)) == Values{3, 6});
  CHECK_ERROR(b - b, kDtype, "sub: subtraction with a bool tensor");
  CHECK_ERROR(1 - b, kDtype, "rsub: subtraction with a bool tensor");
  CHECK_ERROR(add(i, i, 1.5), kDtype, "add: for integral input tensors");
  CHECK_ERROR(addcdiv(i, i, i), kDtype, "addcdiv: integer division");
  CHECK_ERROR(lerp(h, i, 0.5), kDtype,
              "lerp: expected dtype float16 for end; got int64");
  CHECK_ERROR(hypot(i, i), kDtype, "hypot: a floating dtype is needed");
}

TEST_CASE("maximum: NaN wins, fmax: NaN loses", "[ops]") {
  const Tensor a = tensor_of({kNan, 1, kNan}), b = tensor_of({1, kNan, kNan});
  CHECK(close(maximum(a, b), {kNan, kNan, kNan}));
  CHECK(close(minimum(a, b), {kNan, kNan, kNan}));
  CHECK(close(fmax(a, b), {1, 1, kNan}));
  CHECK(close(fmin(a, b), {1, 1, kNan}));
  const Tensor x = tensor_of({1, 2}).requires_grad_();
  const Tensor y = tensor_of({1, 1}).requires_grad_();
  maximum(x, y).backward(tensor_of({1, 1}));
  CHECK(list(x.grad()) == Values{0.5, 1});
  CHECK(list(y.grad()) == Values{0.5, 0});
}

TEST_CASE("clamp: bounds of numbers and tensors", "[ops][grad]") {
  const Tensor x = tensor_of({-1, 0.5, 4});
  CHECK(list(clamp(x, 0)) == Values{0, 0.5, 4});
  CHECK(list(clamp(x, std::nullopt, 1)) == Values{-1, 0.5, 1});
  CHECK(list(clamp(x, 2, 1)) == Values{1, 1, 1});
  CHECK(close(clamp(tensor_of({kNan}), 0, 1), {kNan}));
  CHECK(list(clamp(x, tensor_of({0, 1, 2}), tensor_of({1, 2, 3}))) ==
        Values{0, 1, 3});
  CHECK(clamp(tensor_of({1}, int64), 0.5).dtype() == float32);
  CHECK(list(clamp(tensor_of({1, 9}, uint8), -1)) == Values{255, 255});
  CHECK_NOTHROW(gradcheck_all(
      [](const Tensors& in) { return mul(clamp(in[0], in[1], in[2]), in[0]); },
      {tensor_of({-1, 0.5, 4}).requires_grad_(),
       tensor_of({0, 0.1, 2}).requires_grad_(),
       tensor_of({1, 2, 3}).requires_grad_()}));
  // The bounds themselves pass the gradient on.
  const Tensor edge = tensor_of({0, 1}).requires_grad_();
  clamp(edge, 0, 1).backward(tensor_of({1, 1}));
  CHECK(list(edge.grad()) == Values{1, 1});
  CHECK_ERROR(clamp(x, std::optional<Scalar>()), kValue,
              "clamp: at least one of min and max must be given");
}

TEST_CASE("binary: in-place ops change their tensor and its history",
          "[ops][grad]") {
  const Tensor i = tensor_of({1, 2}, int64);
  CHECK(add_(i, 2).is_same(i));
  CHECK(list(i) == Values{3, 4});
  CHECK_ERROR(add_(i, 1.5), kDtype,
              "add_: result type float32 can't be cast to the desired output "
              "type int64");
  CHECK_ERROR(div_(i, 2), kDtype, "div_: result type float32");
  CHECK_ERROR(add_(tensor_of({1}), tensor_of({1, 2})), kShape,
              "add_: the result must have the shape of the first tensor, [1]");
  CHECK_NOTHROW(gradcheck_all(
      [](const Tensors& in) {
        const Tensor y = in[0].clone();
        mul_(y, in[1]);
        mul_(y, y);
        addcmul_(y, in[1], y, 0.5);
        remainder_(y, in[1]);
        pow_(y, 2);
        div_(y, in[1]);
        return y;
      },
      {tensor_of({0.3, 1.1, 2.3}).requires_grad_(),
       tensor_of({1.7, 0.6, 1.2}).requires_grad_()}));
}

TEST_CASE("binary: a temporary takes the result unless somebody may see it",
          "[ops]") {
  Tensor x = tensor_of({1, 2});
  const void* own = x.raw_data();
  const Tensor y = std::move(x) * 3 + tensor_of({1, 1}) - 0.5;
  CHECK(y.raw_data() == own);
  CHECK(list(y) == Values{3.5, 6.5});

  // A second handle, a view, a mapped or user's array, a gradient.
  Tensor first = tensor_of({1, 2});
  const Tensor second = first;
  CHECK(list(std::move(first) + 1) == Values{2, 3});
  CHECK(list(second) == Values{1, 2});
  const Tensor whole = tensor_of({1, 2});
  CHECK(list(whole.detach() * 2) == Values{2, 4});
  CHECK(list(whole) == Values{1, 2});
  double array[] = {1, 2};
  CHECK(list(from_blob(array, {2}, float64) / 2) == Values{0.5, 1});
  CHECK(array[0] == 1);
  const Tensor w = tensor_of({3, 4}).requires_grad_();
  CHECK(((tensor_of({1, 2}) * w) * w).grad_fn() == "MulBackward");
  CHECK(
      !(NoGradGuard(), (tensor_of({1}).requires_grad_() + 1)).requires_grad());

  // Results that do not fit into the temporary.
  CHECK((tensor_of({1, 2}, int64) / 2).dtype() == float32);
  CHECK((tensor_of({1}) + tensor_of({1, 2})).sizes() == IntSpan{2});
}

}  // namespace
}  // namespace cresset
