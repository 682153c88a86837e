#include "cresset/tensor/ops/unary.h"

#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tests/ops/close.h"

namespace cresset {
namespace {

using Tensors = std::vector<Tensor>;

struct Row {
  const char* name;
  Tensor (*op)(const Tensor&);
  Values x;
  Values y;
};

// Inputs by the domain of the op.
const Values kAny = {-2.5, -0.75, 0.3, 1.25, 3.5};
const Values kPositive = {0.2, 0.75, 1.5, 3, 20};
const Values kUnit = {-0.9, -0.4, 0.1, 0.5, 0.95};
const Values kAboveOne = {1.1, 1.5, 2, 4, 10};
const Values kProbability = {0.05, 0.3, 0.5, 0.7, 0.95};

// The results are PyTorch's.
const Row kRows[] = {
    {"neg", neg, kAny, {2.5, 0.75, -0.3, -1.25, -3.5}},
    {"abs", abs, kAny, {2.5, 0.75, 0.3, 1.25, 3.5}},
    {"square", square, kAny, {6.25, 0.5625, 0.09, 1.5625, 12.25}},
    {"ceil", ceil, kAny, {-2, -0, 1, 2, 4}},
    {"floor", floor, kAny, {-3, -1, 0, 1, 3}},
    {"trunc", trunc, kAny, {-2, -0, 0, 1, 3}},
    {"frac", frac, kAny, {-0.5, -0.75, 0.3, 0.25, 0.5}},
    {"round",
     [](const Tensor& x) { return round(x); },
     {-2.5, -1.5, 0.5, 1.5, 2.6},
     {-2, -2, 0, 2, 3}},
    {"sign", sign, kAny, {-1, -1, 1, 1, 1}},
    {"sgn", sgn, kAny, {-1, -1, 1, 1, 1}},
    {"reciprocal",
     reciprocal,
     kAny,
     {-0.4, -1.3333333333333333, 3.3333333333333335, 0.8, 0.2857142857142857}},
    {"sqrt",
     sqrt,
     kPositive,
     {0.4472135954999579, 0.8660254037844386, 1.224744871391589,
      1.7320508075688772, 4.47213595499958}},
    {"rsqrt",
     rsqrt,
     kPositive,
     {2.23606797749979, 1.1547005383792517, 0.8164965809277261,
      0.5773502691896258, 0.22360679774997896}},
    {"exp",
     exp,
     kAny,
     {0.0820849986238988, 0.4723665527410147, 1.3498588075760032,
      3.4903429574618414, 33.11545195869231}},
    {"exp2",
     exp2,
     kAny,
     {0.1767766952966369, 0.5946035575013605, 1.2311444133449163,
      2.378414230005442, 11.313708498984761}},
    {"expm1",
     expm1,
     kAny,
     {-0.9179150013761012, -0.5276334472589853, 0.3498588075760031,
      2.4903429574618414, 32.11545195869231}},
    {"log",
     log,
     kPositive,
     {-1.6094379124341003, -0.2876820724517809, 0.4054651081081644,
      1.0986122886681098, 2.995732273553991}},
    {"log2",
     log2,
     kPositive,
     {-2.321928094887362, -0.4150374992788438, 0.5849625007211562,
      1.584962500721156, 4.321928094887363}},
    {"log10",
     log10,
     kPositive,
     {-0.6989700043360187, -0.12493873660829995, 0.17609125905568124,
      0.47712125471966244, 1.3010299956639813}},
    {"log1p",
     log1p,
     kPositive,
     {0.18232155679395465, 0.5596157879354227, 0.9162907318741551,
      1.3862943611198906, 3.044522437723423}},
    {"sin",
     sin,
     kAny,
     {-0.5984721441039564, -0.6816387600233341, 0.29552020666133955,
      0.9489846193555862, -0.35078322768961984}},
    {"cos",
     cos,
     kAny,
     {-0.8011436155469337, 0.7316888688738209, 0.955336489125606,
      0.3153223623952687, -0.9364566872907963}},
    {"tan",
     tan,
     kAny,
     {0.7470222972386603, -0.9315964599440725, 0.30933624960962325,
      3.0095696738628313, 0.3745856401585947}},
    {"asin",
     asin,
     kUnit,
     {-1.1197695149986342, -0.41151684606748806, 0.1001674211615598,
      0.5235987755982989, 1.253235897503375}},
    {"acos",
     acos,
     kUnit,
     {2.6905658417935308, 1.9823131728623846, 1.4706289056333368,
      1.0471975511965976, 0.3175604292915215}},
    {"atan",
     atan,
     kAny,
     {-1.1902899496825317, -0.6435011087932844, 0.2914567944778671,
      0.8960553845713439, 1.2924966677897853}},
    {"sinh",
     sinh,
     kAny,
     {-6.0502044810397875, -0.82231673193583, 0.3045202934471426,
      1.6019190803008256, 16.542627287634996}},
    {"cosh",
     cosh,
     kAny,
     {6.132289479663686, 1.2946832846768448, 1.0453385141288605,
      1.8884238771610158, 16.572824671057315}},
    {"tanh",
     tanh,
     kAny,
     {-0.9866142981514303, -0.6351489523872873, 0.2913126124515909,
      0.8482836399575129, 0.9981778976111987}},
    {"asinh",
     asinh,
     kAny,
     {-1.6472311463710958, -0.6931471805599453, 0.29567304756342244,
      1.0475930126492587, 1.9657204716496515}},
    {"acosh",
     acosh,
     kAboveOne,
     {0.4435682543851154, 0.9624236501192069, 1.3169578969248166,
      2.0634370688955608, 2.993222846126381}},
    {"atanh",
     atanh,
     kUnit,
     {-1.4722194895832204, -0.42364893019360184, 0.10033534773107558,
      0.5493061443340548, 1.8317808230648227}},
    {"sigmoid",
     sigmoid,
     kAny,
     {0.07585818002124355, 0.320821300824607, 0.574442516811659,
      0.7772998611746911, 0.9706877692486436}},
    {"erf",
     erf,
     kAny,
     {-0.999593047982555, -0.7111556336535151, 0.3286267594591274,
      0.9229001282564583, 0.9999992569016276}},
    {"erfc",
     erfc,
     kAny,
     {1.999593047982555, 1.7111556336535152, 0.6713732405408726,
      0.07709987174354177, 7.430983723414128e-07}},
    {"sinc",
     sinc,
     kAny,
     {0.12732395447351627, 0.3001054387190354, 0.8583936913341398,
      -0.18006326323142122, -0.09094568176679733}},
    {"logit",
     [](const Tensor& x) { return logit(x); },
     kProbability,
     {-2.9444389791664403, -0.8472978603872036, 0, 0.8472978603872034,
      2.9444389791664394}},
    {"deg2rad",
     deg2rad,
     kAny,
     {-0.04363323129985824, -0.013089969389957472, 0.005235987755982988,
      0.02181661564992912, 0.061086523819801536}},
    {"rad2deg",
     rad2deg,
     kAny,
     {-143.2394487827058, -42.97183463481174, 17.188733853924695,
      71.6197243913529, 200.53522829578813}},
    {"nan_to_num",
     [](const Tensor& x) { return nan_to_num(x); },
     kAny,
     {-2.5, -0.75, 0.3, 1.25, 3.5}},
    {"positive", positive, kAny, {-2.5, -0.75, 0.3, 1.25, 3.5}},
};

TEST_CASE("unary: values are PyTorch's in float64", "[ops]") {
  for (const Row& row : kRows) {
    INFO(row.name);
    CHECK(close(row.op(tensor_of(row.x)), row.y));
  }
}

TEST_CASE("unary: float32 and the 16-bit floats keep their precision",
          "[ops]") {
  for (const Row& row : kRows) {
    INFO(row.name);
    const Tensor exact = tensor_of(row.x);
    const struct {
      Dtype dtype;
      double tolerance;
    } kinds[] = {{float32, 4e-7}, {float16, 1e-3}, {bfloat16, 8e-3}};
    for (const auto& kind : kinds) {
      const Tensor x = exact.to(kind.dtype);
      const Tensor y = row.op(x);
      CHECK(y.dtype() == kind.dtype);
      CHECK(close(y, list(row.op(x.to(float64))), kind.tolerance));
    }
  }
}

// Away from steps, and times x, since some gradients are 0 throughout.
TEST_CASE("unary: gradients of first and second order", "[ops][grad]") {
  for (const Row& row : kRows) {
    INFO(row.name);
    const auto op = row.op;
    const Tensor x = tensor_of(row.x) + 0.01;
    CHECK_NOTHROW(
        gradcheck_all([op](const Tensors& in) { return op(in[0]) * in[0]; },
                      {x.requires_grad_()}));
  }
}

TEST_CASE("unary: dtypes of integers and bool follow PyTorch", "[ops]") {
  const Tensor i = tensor_of({-2, 0, 3}, int32);
  CHECK(abs(i).dtype() == int32);
  CHECK(list(abs(i)) == Values{2, 0, 3});
  CHECK(list(neg(tensor_of({3, 250}, uint8))) == Values{253, 6});
  CHECK(list(abs(tensor_of({-128}, int8))) == Values{-128});
  CHECK(ceil(i).dtype() == int32);
  CHECK(sqrt(i).dtype() == float32);
  CHECK(exp(tensor_of({1}, bool_)).dtype() == float32);
  CHECK(square(tensor_of({1, 0}, bool_)).dtype() == int64);
  CHECK(sign(tensor_of({1, 0}, bool_)).dtype() == bool_);
  CHECK(list(square(tensor_of({250}, uint8))) == Values{36});
}

TEST_CASE("unary: errors name the op and the dtype", "[ops][error]") {
  const Tensor b = tensor_of({1, 0}, bool_);
  CHECK_ERROR(neg(b), kDtype, "neg: not defined for bool tensors");
  CHECK_ERROR(abs(b), kDtype, "abs: not defined for bool tensors");
  CHECK_ERROR(frac(tensor_of({1}, int64)), kDtype,
              "frac: a floating dtype is needed; got int64");
  CHECK_ERROR(sqrt_(tensor_of({1}, int64)), kDtype,
              "sqrt_: result type float32 can't be cast to the desired output "
              "type int64");
  CHECK_ERROR(exp(empty({2}, {.dtype = complex64})), kDtype,
              "exp: complex64 is a storage type without arithmetic");
  CHECK_ERROR(round(tensor_of({1}, int64), 1), kDtype,
              "round: a floating dtype is needed; got int64");
  CHECK_ERROR(logit(tensor_of({1}), 0.75), kValue,
              "logit: eps must lie below 0.5; got 0.75");
}

TEST_CASE("unary: special values are PyTorch's", "[ops]") {
  const Tensor x = tensor_of({-kInf, kInf, kNan, -0.0, 0});
  CHECK(close(exp(x), {0, kInf, kNan, 1, 1}));
  CHECK(close(tanh(x), {-1, 1, kNan, 0, 0}));
  CHECK(close(sign(x), {-1, 1, 0, 0, 0}));
  CHECK(close(log(x), {kNan, kInf, kNan, -kInf, -kInf}));
  CHECK(close(reciprocal(x), {0, 0, kNan, -kInf, kInf}));
  CHECK(close(nan_to_num(x.to(float16)), {-65504, 65504, 0, 0, 0}));
  CHECK(close(nan_to_num(x, 7, 8, 9), {9, 8, 7, 0, 0}));
  CHECK(close(round(tensor_of({1.25, -2.346, 1234.5}), 2),
              {1.25, -2.35, 1234.5}));
  CHECK(close(round(tensor_of({1234.567}), -2), {1200}));
  CHECK(
      close(logit(tensor_of({-1, 0.01, 0.5, 2}), 0.1),
            {-2.1972245773362196, -2.1972245773362196, 0, 2.1972245773362196}));
  CHECK(close(logit(tensor_of({-1, 2, 1})), {kNan, kNan, kInf}));
}

TEST_CASE("sin, cos: small and large angles in one tensor", "[ops]") {
  Values x;
  for (int i = 0; i < 3000; ++i) x.push_back(i * 0.37 - 555);
  x[100] = kNan;
  x[1700] = 1e6;
  x[1701] = -kInf;
  const Tensor input = tensor_of(x, float32);
  Values sines, cosines;
  for (const double v : list(input)) {
    sines.push_back(std::sin(v));
    cosines.push_back(std::cos(v));
  }
  CHECK(close(sin(input), sines, 2e-7));
  CHECK(close(cos(input), cosines, 2e-7));
}

TEST_CASE("unary: in-place ops keep what their gradient needs", "[ops][grad]") {
  CHECK_NOTHROW(gradcheck_all(
      [](const Tensors& in) {
        const Tensor y = in[0].clone();
        sin_(y);
        exp_(y);
        return y;
      },
      {tensor_of(kAny).requires_grad_()}));
  const Tensor leaf = tensor_of(kAny).requires_grad_();
  CHECK_ERROR(exp_(leaf), kState, "exp_: a leaf Variable that requires grad");
}

}  // namespace
}  // namespace cresset
