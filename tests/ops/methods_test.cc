#include <cmath>

#include "cresset/tensor/tensor.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

TEST_CASE("methods: PyTorch's spelling of shapes and views", "[ops]") {
  const Tensor x = arange(6).to(float32).view({2, -1});
  CHECK(sizes_of(x.reshape({3, 2})) == Sizes{3, 2});
  CHECK(list(x.t()) == Values{0, 3, 1, 4, 2, 5});
  CHECK(sizes_of(x.unsqueeze(0).expand({4, 2, 3})) == Sizes{4, 2, 3});
  CHECK(sizes_of(x.flatten()) == Sizes{6});
  CHECK(x.chunk(2)[1].sum().item<float>() == 12);
  CHECK(list(x.permute({1, 0}).contiguous()) == Values{0, 3, 1, 4, 2, 5});
  CHECK(x.new_zeros({3}).dtype() == float32);
}

TEST_CASE("methods: arithmetic and reductions", "[ops]") {
  const Tensor x = tensor({{1.0, 2.0}, {3.0, 4.0}});
  CHECK(list(x.sum(1)) == Values{3, 7});
  CHECK(sizes_of(x.sum({0, 1}, true)) == Sizes{1, 1});
  CHECK(x.mean().item<double>() == 2.5);
  CHECK(list(x.matmul(x)) == Values{7, 10, 15, 22});
  CHECK(list(x.add(1).mul(x)) == Values{2, 6, 12, 20});
  CHECK(list(x.softmax(-1).sum(-1))[0] == Approx(1));
  const Tensor y = x.clone();
  y.add_(x, 2).mul_(0.5);
  CHECK(list(y) == Values{1.5, 3, 4.5, 6});
  CHECK(list(x.exp().log())[3] == Approx(4));
}

TEST_CASE("methods: comparisons, extremes, activations", "[ops]") {
  const Tensor x = tensor({{1.0, -2.0}, {3.0, 4.0}});
  CHECK(x.max().item<double>() == 4);
  CHECK(list(x.max(1).indices) == Values{0, 1});
  CHECK(list(x.argmax(1)) == Values{0, 1});
  CHECK(list(x.eq(3)) == Values{0, 0, 1, 0});
  CHECK(list(x.relu()) == Values{1, 0, 3, 4});
  CHECK(list(x.clamp(0, 3)) == Values{1, 0, 3, 3});
  CHECK(list(x.masked_fill(x.lt(0), 9)) == Values{1, 9, 3, 4});
  CHECK(list(x.sort(1).values) == Values{-2, 1, 3, 4});
  CHECK(list(x.pow(2)) == Values{1, 4, 9, 16});
  CHECK(x.norm().item<double>() == Approx(std::sqrt(30.0)));
  CHECK(x.std().item<double>() == Approx(2.6457513));
}

TEST_CASE("methods: indexing", "[ops]") {
  const Tensor x = arange(6).view({2, 3});
  CHECK(list(x[1]) == Values{3, 4, 5});
  CHECK(x[1][-1].item<int>() == 5);
  CHECK(list(x[Slice(0, 1)]) == Values{0, 1, 2});
  CHECK(list(x[tensor({true, false})]) == Values{0, 1, 2});
  CHECK(list(x.index({Ellipsis, tensor({2, 0})})) == Values{2, 0, 5, 3});
  x.index_put_({0, Slice(None, 2)}, -1);
  CHECK(list(x) == Values{-1, -1, 2, 3, 4, 5});
  CHECK(list(x.gather(1, tensor({{0}, {1}}))) == Values{-1, 4});
  x[0].fill_(9);
  CHECK(list(x) == Values{9, 9, 9, 3, 4, 5});
  CHECK_ERROR(x[2], kIndex,
              "index 2 is out of bounds for dimension 0 with size 2");
}

TEST_CASE("methods: random fills", "[ops]") {
  manual_seed(0);
  const Tensor x = empty({2}).uniform_(0, 1);
  CHECK(list(x)[0] == Approx(0.49625658988952637));
}

}  // namespace
}  // namespace cresset
