// Layers that pad, resize, rearrange and compare, with PyTorch 1.13's texts.

#include "cresset/nn/nn.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/nn/golden.h"

using namespace cresset;
using namespace cresset::testing;

namespace {

Tensor image() { return reshape(arange(4.0), {1, 1, 2, 2}); }

}  // namespace

TEST_CASE("padding layers: borders of every kind", "[nn]") {
  CHECK(elements(nn::ConstantPad1d({1, 0}, 7)(tensor({{1.0, 2.0}}))) ==
        std::vector<double>{7, 1, 2});
  CHECK(elements(nn::ZeroPad2d({1, 0, 0, 0})(image())) ==
        std::vector<double>{0, 0, 1, 0, 2, 3});
  CHECK(elements(nn::ReflectionPad2d({1, 0, 0, 0})(image())) ==
        std::vector<double>{1, 0, 1, 3, 2, 3});
  CHECK(elements(nn::ReplicationPad2d({1, 0, 0, 0})(image())) ==
        std::vector<double>{0, 0, 1, 2, 2, 3});
  CHECK(to_string(nn::ConstantPad2d(2, 3.5)) ==
        "ConstantPad2d(padding=(2, 2, 2, 2), value=3.5)");
  CHECK(to_string(nn::ZeroPad2d(1)) == "ZeroPad2d((1, 1, 1, 1))");
  CHECK(to_string(nn::ReflectionPad1d({1, 0})) == "ReflectionPad1d((1, 0))");
  CHECK_THROWS_AS(nn::ZeroPad2d({1, 2, 3}), Error);
}

TEST_CASE("Upsample and its kin", "[nn]") {
  CHECK(nn::Upsample({.scale_factor = {2}})(image()).shape() ==
        Shape{1, 1, 4, 4});
  CHECK(elements(nn::UpsamplingBilinear2d({.size = {1, 3}})(image())) ==
        std::vector<double>{0, 0.5, 1});
  CHECK(to_string(nn::Upsample({.scale_factor = {2}})) ==
        "Upsample(scale_factor=2.0, mode=nearest)");
  CHECK(to_string(nn::Upsample({.size = {4, 5}, .mode = "bilinear"})) ==
        "Upsample(size=(4, 5), mode=bilinear)");
  CHECK(to_string(nn::Upsample({.scale_factor = {2, 3}})) ==
        "Upsample(scale_factor=(2.0, 3.0), mode=nearest)");
  CHECK(to_string(nn::UpsamplingNearest2d({.size = 4})) ==
        "UpsamplingNearest2d(size=4, mode=nearest)");
}

TEST_CASE("pixels, channels and patches", "[nn]") {
  const Tensor channels = reshape(image(), {1, 4, 1, 1});
  CHECK(elements(nn::PixelShuffle(2)(channels)) == elements(image()));
  CHECK(nn::PixelUnshuffle(2)(image()).shape() == Shape{1, 4, 1, 1});
  CHECK(elements(nn::ChannelShuffle(2)(channels)) ==
        std::vector<double>{0, 2, 1, 3});
  const Tensor columns = nn::Unfold(2)(image());
  CHECK(columns.shape() == Shape{1, 4, 1});
  CHECK(elements(nn::Fold(2, 2)(columns)) == elements(image()));
  CHECK(to_string(nn::PixelShuffle(2)) == "PixelShuffle(upscale_factor=2)");
  CHECK(to_string(nn::Unfold({2, 2}, {.stride = 2})) ==
        "Unfold(kernel_size=(2, 2), dilation=1, padding=0, stride=2)");
  CHECK(to_string(nn::Fold({4, 5}, 2)) ==
        "Fold(output_size=(4, 5), kernel_size=2, dilation=1, padding=0, "
        "stride=1)");
}

TEST_CASE("MaxUnpool: back to where the largest stood", "[nn]") {
  nn::MaxPool2d pool(2);
  const auto [y, indices] = pool.forward_with_indices(image());
  nn::MaxUnpool2d unpool(2);
  CHECK(elements(unpool(y, indices)) == std::vector<double>{0, 0, 0, 3});
  CHECK(unpool.forward_to(y, indices, {3, 2}).shape() == Shape{1, 1, 3, 2});
  CHECK(to_string(nn::MaxUnpool2d({2, 3}, 1)) ==
        "MaxUnpool2d(kernel_size=(2, 3), stride=(1, 1), padding=(0, 0))");
}

TEST_CASE("EmbeddingBag, LocalResponseNorm and distances", "[nn]") {
  nn::EmbeddingBag bag(3, 4, {.max_norm = 1, .mode = "sum", .padding_idx = -1});
  CHECK(bag(tensor({{0, 1}})).shape() == Shape{1, 4});
  CHECK(bag.forward(tensor({0, 1, 2}), tensor({0, 1})).shape() == Shape{2, 4});
  CHECK(to_string(bag) ==
        "EmbeddingBag(3, 4, max_norm=1.0, mode=sum, padding_idx=2)");
  CHECK(to_string(nn::LocalResponseNorm(2)) ==
        "LocalResponseNorm(2, alpha=0.0001, beta=0.75, k=1.0)");
  CHECK(nn::LocalResponseNorm(2)(image()).shape() == image().shape());
  const Tensor a = tensor({{3.0, 4.0}}), b = tensor({{4.0, 3.0}});
  nn::CosineSimilarity cosine;
  CHECK(begins(cosine(a, b), {0.96}));
  nn::PairwiseDistance distance(1, 0);
  CHECK(elements(distance(a, b)) == std::vector<double>{2});
  CHECK(to_string(cosine) == "CosineSimilarity()");
}
