#include "cresset/tensor/ops/activation.h"

#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tensor/core/autograd.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tests/ops/close.h"

namespace cresset {
namespace {

using Tensors = std::vector<Tensor>;

struct Row {
  const char* name;
  Tensor (*op)(const Tensor&);
  Values y;
  Values grad;
};

const Values kInput = {-7, -3.5, -0.75, -0.2, 0.4, 2, 6.5};

// Results and gradients of their sums are PyTorch's, but that it keeps the slope
// of hardsigmoid, 1 / 6, as a float.
const Row kRows[] = {
    {"relu",
     [](const Tensor& x) { return relu(x); },
     {0, 0, 0, 0, 0.4, 2, 6.5},
     {0, 0, 0, 0, 1, 1, 1}},
    {"leaky_relu",
     [](const Tensor& x) { return leaky_relu(x, 0.1); },
     {-0.7000000000000001, -0.35000000000000003, -0.07500000000000001,
      -0.020000000000000004, 0.4, 2, 6.5},
     {0.1, 0.1, 0.1, 0.1, 1, 1, 1}},
    {"elu",
     [](const Tensor& x) { return elu(x, 1.5); },
     {-1.4986321770516682, -1.4547039248665223, -0.791450170888478,
      -0.27190387038302727, 0.4, 2, 6.5},
     {0.0013678229483317743, 0.04529607513347775, 0.708549829111522,
      1.2280961296169728, 1, 1, 1}},
    {"celu",
     [](const Tensor& x) { return celu(x, 1.5); },
     {-1.485894656172757, -1.3545420482033923, -0.5902040104310499,
      -0.18724002143557877, 0.4, 2, 6.5},
     {0.009403562551495213, 0.0969719678644051, 0.6065306597126334,
      0.8751733190429475, 1, 1, 1}},
    {"selu",
     [](const Tensor& x) { return selu(x); },
     {-1.7564961617648047, -1.705009340957283, -0.9276320158350512,
      -0.3186893435295005, 0.4202803949421922, 2.101401974710961,
      6.829556417810623},
     {0.0016031790825720052, 0.05308999989009366, 0.8304673250123255,
      1.439409997317876, 1.0507009873554805, 1.0507009873554805,
      1.0507009873554805}},
    {"gelu",
     [](const Tensor& x) { return gelu(x); },
     {-8.958667141456544e-12, -0.0008142017766243903, -0.16997051428265111,
      -0.0841480581121794, 0.2621686966441297, 1.9544997361036416,
      6.49999999973896},
     {-6.266323326691551e-11, -0.0028217603536246205, 0.0007742782607648158,
      0.34253175176580575, 0.8027297977316535, 1.085231801078197,
      1.0000000016950519}},
    {"gelu tanh",
     [](const Tensor& x) { return gelu(x, "tanh"); },
     {-2.3314683517128287e-15, -0.0006161976553737403, -0.17003944483437966,
      -0.08414857021789374, 0.2621611694273562, 1.954597694087775,
      6.499999999999372},
     {-2.7842558190908887e-14, -0.0024226437601167334, 0.001061743862585618,
      0.3425418508043005, 0.8026588344205614, 1.0860992566236183,
      1.0000000000065836}},
    {"silu",
     [](const Tensor& x) { return silu(x); },
     {-0.006377358360804518, -0.10259280762974712, -0.24061597561845527,
      -0.09003320053750444, 0.2394750640449808, 1.7615941559557646,
      6.490242315331209},
     {-0.005460497066452141, -0.07027335282771814, 0.1574000555032465,
      0.40066268814515016, 0.6947919584090636, 1.0907842487848955,
      1.008241854348962}},
    {"mish",
     [](const Tensor& x) { return mish(x); },
     {-0.006380263409573668, -0.10409575448637122, -0.27649471450546514,
      -0.10714478086835713, 0.2890305340723631, 1.9439589595339946,
      6.499970703939837},
     {-0.005465886861314787, -0.07276041344326706, 0.16074574049983864,
      0.4715302415134095, 0.8370175025417962, 1.0693179342794896,
      1.0000539969448543}},
    {"softplus",
     [](const Tensor& x) { return softplus(x, 2, 9); },
     {4.157641866918771e-07, 0.00045573322688712237, 0.1007066389913762,
      0.2565076261999763, 0.5855503329738889, 2.0090749639589047, 6.5},
     {8.315280276641321e-07, 0.0009110511944006454, 0.18242552380635632,
      0.401312339887548, 0.6899744811276125, 0.9820137900379085, 1}},
    {"softsign",
     [](const Tensor& x) { return softsign(x); },
     {-0.875, -0.7777777777777778, -0.42857142857142855, -0.16666666666666669,
      0.28571428571428575, 0.6666666666666666, 0.8666666666666667},
     {0.015625, 0.04938271604938271, 0.32653061224489793, 0.6944444444444444,
      0.5102040816326531, 0.1111111111111111, 0.017777777777777767}},
    {"logsigmoid",
     [](const Tensor& x) { return logsigmoid(x); },
     {-7.000911466453775, -3.5297504182726205, -1.1368710061148999,
      -0.7981388693815918, -0.5130152523999526, -0.1269280110429725,
      -0.0015023101597542838},
     {0.9990889488055994, 0.9706877692486436, 0.679178699175393,
      0.549833997312478, 0.401312339887548, 0.11920292202211755,
      0.0015011822567369915}},
    {"hardtanh",
     [](const Tensor& x) { return hardtanh(x, -0.5, 3); },
     {-0.5, -0.5, -0.5, -0.2, 0.4, 2, 3},
     {0, 0, 0, 1, 1, 1, 0}},
    {"relu6",
     [](const Tensor& x) { return relu6(x); },
     {0, 0, 0, 0, 0.4, 2, 6},
     {0, 0, 0, 0, 1, 1, 0}},
    {"hardsigmoid",
     [](const Tensor& x) { return hardsigmoid(x); },
     {0, 0, 0.375, 0.4666666666666666, 0.5666666666666667, 0.8333333333333334,
      1},
     {0, 0, 1.0 / 6, 1.0 / 6, 1.0 / 6, 1.0 / 6, 0}},
    {"hardswish",
     [](const Tensor& x) { return hardswish(x); },
     {-0, -0, -0.28125, -0.09333333333333332, 0.22666666666666668,
      1.6666666666666667, 6.5},
     {0, 0, 0.25, 0.43333333333333335, 0.6333333333333333, 1.1666666666666665,
      1}},
    {"hardshrink",
     [](const Tensor& x) { return hardshrink(x, 0.5); },
     {-7, -3.5, -0.75, 0, 0, 2, 6.5},
     {1, 1, 1, 0, 0, 1, 1}},
    {"softshrink",
     [](const Tensor& x) { return softshrink(x, 0.5); },
     {-6.5, -3, -0.25, 0, 0, 1.5, 6},
     {1, 1, 1, 0, 0, 1, 1}},
    {"tanhshrink",
     [](const Tensor& x) { return tanhshrink(x); },
     {-6.0000016630560555, -2.501822102388801, -0.1148510476127127,
      -0.002624679775096006, 0.020051037744775124, 1.035972419924183,
      5.500004520648596},
     {0.9999966738906552, 0.9963591152795126, 0.40341419171866855,
      0.038957017033883434, 0.14436121391882228, 0.9293491751468356,
      0.9999909587232446}},
    {"threshold",
     [](const Tensor& x) { return threshold(x, 0.1, -2); },
     {-2, -2, -2, -2, 0.4, 2, 6.5},
     {0, 0, 0, 0, 1, 1, 1}},
};

TEST_CASE("activation: values and gradients are PyTorch's", "[ops][grad]") {
  for (const Row& row : kRows) {
    INFO(row.name);
    const Tensor x = tensor_of(kInput).requires_grad_();
    const Tensor y = row.op(x);
    CHECK(close(y, row.y));
    y.backward(tensor_of(Values(kInput.size(), 1)));
    CHECK(close(x.grad(), row.grad));
  }
}

TEST_CASE("activation: gradients of first and second order", "[ops][grad]") {
  for (const Row& row : kRows) {
    INFO(row.name);
    const auto op = row.op;
    CHECK_NOTHROW(gradcheck_all([op](const Tensors& in) { return op(in[0]); },
                                {tensor_of(kInput).requires_grad_()}));
  }
}

TEST_CASE("activation: float32 is as exact as its precision", "[ops]") {
  for (const Row& row : kRows) {
    INFO(row.name);
    const Tensor y = row.op(tensor_of(kInput, float32));
    CHECK(y.dtype() == float32);
    CHECK(close(y, row.y, 4e-7));
  }
}

TEST_CASE("relu: NaN stays, integers stay integers", "[ops]") {
  CHECK(close(relu(tensor_of({kNan, -1, 2})), {kNan, 0, 2}));
  const Tensor y = relu(tensor_of({-3, 4}, int16));
  CHECK(y.dtype() == int16);
  CHECK(list(y) == Values{0, 4});
  const Tensor x = tensor_of({-1, 2});
  CHECK(relu_(x).is_same(x));
  CHECK(list(x) == Values{0, 2});
}

TEST_CASE("threshold: integers see whole numbers", "[ops]") {
  CHECK(list(threshold(tensor_of({1, -2}, int64), 0.5, 2.5)) == Values{1, 2});
}

TEST_CASE("prelu: one weight, or one for each channel", "[ops][grad]") {
  const Tensor x = view(tensor_of({-1, 2, -3, 4, -5, -6}), {1, 3, 2});
  CHECK(list(prelu(x, tensor_of({0.5}))) == Values{-0.5, 2, -1.5, 4, -2.5, -3});
  CHECK(list(prelu(x, tensor_of({1, 2, 3}))) == Values{-1, 2, -6, 4, -15, -18});
  CHECK_NOTHROW(gradcheck_all(
      [](const Tensors& in) {
        return prelu(view(in[0], {1, 3, 2}), in[1]);
      },
      {tensor_of({-1, 2, -3, 4, -5, -6}).requires_grad_(),
       tensor_of({0.1, 0.2, 0.3}).requires_grad_()}));
  CHECK_ERROR(prelu(x, tensor_of({1, 2})), kShape, "as x has channels, 3");
}

TEST_CASE("glu: halves along a dimension", "[ops][grad]") {
  const Tensor x = view(tensor_of({1, 2, 0, 0}), {2, 2});
  CHECK(close(glu(x, 0), {0.5, 1}));
  CHECK(close(glu(x), {0.88079707797788243, 0}));
  CHECK_NOTHROW(gradcheck_all([](const Tensors& in) { return glu(in[0], -1); },
                              {tensor_of({1, -2, 0.5, 3}).requires_grad_()}));
  CHECK_ERROR(glu(tensor_of({1, 2, 3})), kShape,
              "glu: halving dimension must be even; got size 3");
}

TEST_CASE("activation: errors name the op and the argument", "[ops][error]") {
  const Tensor i = tensor_of({1}, int64);
  CHECK_ERROR(gelu(i), kDtype, "gelu: a floating dtype is needed; got int64");
  CHECK_ERROR(silu(i), kDtype, "silu: a floating dtype is needed");
  CHECK_ERROR(relu(tensor_of({1}, bool_)), kDtype,
              "relu: not defined for bool");
  CHECK_ERROR(gelu(tensor_of({1}), "fast"), kValue, "got \"fast\"");
  CHECK_ERROR(celu(tensor_of({1}), 0), kValue, "celu: alpha must not be 0");
  CHECK_ERROR(softshrink(tensor_of({1}), -1), kValue, "must be >= 0; got -1");
  CHECK_ERROR(hardtanh(tensor_of({1}, uint8)), kValue,
              "an unsigned dtype has no negative limits");
}

}  // namespace
}  // namespace cresset
