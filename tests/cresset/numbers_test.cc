#include "cresset/tools/cresset/numbers.h"

#include <cmath>

#include "cresset/tests/catch.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/tensor_bytes.h"
#include "cresset/tools/cresset/tensor_slice.h"

namespace cresset::cli {
namespace {

Tensor counting(IntSpan shape) {
  const Tensor tensor = empty(shape);
  for (int64_t i = 0; i < tensor.numel(); ++i) {
    tensor.data<float>()[i] = static_cast<float>(i);
  }
  return tensor;
}

std::vector<double> all(const Tensor& tensor) {
  std::vector<double> numbers;
  each_number(tensor, [&](const std::vector<double>& block) {
    numbers.insert(numbers.end(), block.begin(), block.end());
  });
  return numbers;
}

TEST_CASE("each_number: row-major through any strides", "[cli]") {
  const Tensor base = counting({2, 3});
  CHECK(all(base) == std::vector<double>{0, 1, 2, 3, 4, 5});
  const Tensor turned = internal::alias(base, {3, 2}, {1, 3}, 0);
  CHECK(all(turned) == std::vector<double>{0, 3, 1, 4, 2, 5});
  const Tensor repeated = internal::alias(base, {2, 2}, {0, 1}, 4);
  CHECK(all(repeated) == std::vector<double>{4, 5, 4, 5});
  CHECK(all(counting({0, 3})).empty());
  CHECK(all(internal::alias(base, {}, {}, 5)) == std::vector<double>{5});
}

TEST_CASE("statistics: as torch.std, apart from what is not finite", "[cli]") {
  const Tensor tensor = counting({5});
  Statistics s = statistics(tensor);
  CHECK(s.count == 5);
  CHECK(s.zeros == 1);
  CHECK(s.min == 0);
  CHECK(s.max == 4);
  CHECK(s.mean == 2);
  CHECK(s.deviation == Approx(1.5811388300841898));
  tensor.data<float>()[1] = NAN;
  tensor.data<float>()[2] = -INFINITY;
  s = statistics(tensor);
  CHECK(s.count == 3);
  CHECK(s.nans == 1);
  CHECK(s.infinities == 1);
  CHECK(s.min == 0);
  CHECK(histogram(tensor, 0, 4, 4) == std::vector<int64_t>{1, 0, 0, 2});
}

TEST_CASE("sliced: indices, ranges and steps as in NumPy", "[cli]") {
  const Tensor cube = counting({2, 3, 4});
  CHECK(all(sliced(cube, "1,0")) == std::vector<double>{12, 13, 14, 15});
  CHECK(all(sliced(cube, "-1,-1,-1")) == std::vector<double>{23});
  CHECK(all(sliced(cube, "0,:,1:3")) == std::vector<double>{1, 2, 5, 6, 9, 10});
  CHECK(all(sliced(cube, "0,2,::2")) == std::vector<double>{8, 10});
  CHECK(all(sliced(cube, "0,2,-3:")) == std::vector<double>{9, 10, 11});
  CHECK(sliced(cube, ":,5:9").sizes() == IntSpan({2, 0, 4}));
  for (const char* text : {"2", "0,0,0,0", "x", "0:2:0", "1:2:3:4", "-3"}) {
    CHECK_THROWS_AS(sliced(cube, text), CliError);
  }
}

}  // namespace
}  // namespace cresset::cli
