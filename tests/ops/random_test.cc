#include "cresset/tensor/ops/random.h"

#include "cresset/tensor/core/autograd.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

bool near(const Tensor& x, const Values& expected) {
  const Values got = list(x);
  if (got.size() != expected.size()) return false;
  for (size_t i = 0; i < got.size(); ++i) {
    if (got[i] != Approx(expected[i]).epsilon(1e-6)) return false;
  }
  return true;
}

TEST_CASE("random ops: PyTorch's values after manual_seed(0)", "[ops]") {
  manual_seed(0);
  CHECK(near(rand({3}),
             {0.49625658988952637, 0.7682217955589294, 0.08847743272781372}));
  manual_seed(0);
  CHECK(near(randn({3}),
             {1.5409960746765137, -0.293428897857666, -2.1787893772125244}));
  manual_seed(0);
  CHECK(near(slice(randn({17}), 0, 0, 3),
             {-1.1258398294448853, -1.6959311962127686, 0.5666506290435791}));
  manual_seed(0);
  CHECK(list(randint(0, 100, {5})) == Values{44, 39, 33, 60, 63});
  manual_seed(0);
  CHECK(list(randperm(6)) == Values{2, 5, 3, 0, 1, 4});
  manual_seed(0);
  CHECK(near(normal(1, 2, {3}),
             {4.081992149353027, 0.4131421744823456, -3.357578754425049}));
  manual_seed(0);
  CHECK(near(exponential_(empty({3})),
             {3.508326292037964, 1.2303847074508667, 0.615044116973877}));
}

TEST_CASE("random fills: memory order for strided tensors", "[ops]") {
  manual_seed(0);
  const Tensor x = t(zeros({4, 5}));
  normal_(x);
  CHECK(near(slice(ravel(x), 0, 0, 4),
             {1.5409960746765137, -1.3985954523086548, -0.5966353416442871,
              0.1227012425661087}));
  manual_seed(0);
  const Tensor gaps = slice(zeros({3, 4}), 1, 0, 4, 2);
  uniform_(gaps);
  CHECK(near(gaps,
             {0.49625658988952637, 0.7682217955589294, 0.08847743272781372,
              0.13203048706054688, 0.30742281675338745, 0.6340786814689636}));
  manual_seed(0);
  const Tensor both = slice(t(zeros({4, 3})), 1, 0, 4, 2);
  uniform_(both);
  CHECK(near(both,
             {0.49625658988952637, 0.13203048706054688, 0.7682217955589294,
              0.30742281675338745, 0.08847743272781372, 0.6340786814689636}));
}

TEST_CASE("bernoulli and multinomial: PyTorch's draws", "[ops]") {
  manual_seed(0);
  CHECK(list(bernoulli(full({8}, 0.3))) == Values{0, 0, 1, 1, 0, 0, 0, 0});
  manual_seed(0);
  CHECK(list(bernoulli_(empty({8}), 0.3)) == Values{0, 0, 0, 0, 0, 0, 1, 0});
  manual_seed(0);
  const Tensor weights = tensor({1.0, 2.0, 3.0, 4.0});
  CHECK(list(multinomial(weights, 3)) == Values{2, 1, 3});
  manual_seed(0);
  CHECK(list(multinomial(weights, 6, true)) == Values{3, 3, 2, 3, 3, 3});
}

TEST_CASE("random ops: an own generator leaves the default one alone",
          "[ops]") {
  Generator generator(0);
  manual_seed(1);
  const Tensor x = rand({3}, {}, &generator);
  CHECK(list(x)[0] == Approx(0.49625658988952637));
  CHECK(default_generator().initial_seed() == 1);
}

TEST_CASE("random ops: dtypes", "[ops]") {
  CHECK(rand({2}, {.dtype = float64}).dtype() == float64);
  CHECK(randn({2}, {.dtype = float16}).dtype() == float16);
  CHECK(randint(5, {2}, {.dtype = uint8}).dtype() == uint8);
  CHECK(randperm(3, {.dtype = float32}).dtype() == float32);
  CHECK(randn_like(zeros({2, 2}, {.dtype = float64})).dtype() == float64);
  CHECK(rand({1}, {.requires_grad = true}).requires_grad());
}

TEST_CASE("random ops: PyTorch's complaints", "[ops][error]") {
  const Tensor x = zeros({2});
  CHECK_ERROR(uniform_(x, 1, 0), kValue, "from=1 > to=0");
  CHECK_ERROR(normal_(x, 0, -1), kValue, "expects std >= 0.0");
  CHECK_ERROR(bernoulli_(x, 2), kValue, "to be in [0, 1], but got p=2");
  CHECK_ERROR(exponential_(x, 0), kValue, "expects lambda > 0.0");
  CHECK_ERROR(randint(3, 3, {1}), kValue, "from=3 >= to=3");
  CHECK_ERROR(randint(300, {1}, {.dtype = uint8}), kValue,
              "to - 1 is out of bounds");
  CHECK_ERROR(uniform_(zeros({2}, {.dtype = int64})), kDtype, "int64");
  CHECK_ERROR(multinomial(x, 1), kValue, "sum of probabilities <= 0");
  CHECK_ERROR(multinomial(ones({2}), 3), kValue, "without replacement");
  CHECK_ERROR(uniform_(zeros({2}, {.requires_grad = true})), kState,
              "a leaf Variable");
}

TEST_CASE("random fills: no gradient to what was there before", "[ops][grad]") {
  const Tensor x = ones({2}, {.requires_grad = true});
  const Tensor y = mul(x, 2);
  uniform_(y);
  add(y, x).backward(ones({2}));
  CHECK(list(x.grad()) == Values{1, 1});
}

}  // namespace
}  // namespace cresset
