#include "cresset/tensor/ops/patches.h"

#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

TEST_CASE("im2col: patches as columns", "[ops]") {
  const Tensor x = reshape(arange(6.0), {1, 1, 2, 3});
  CHECK(list(im2col(x, 2)) == Values{0, 1, 1, 2, 3, 4, 4, 5});
  CHECK(list(im2col(x, 2, {.padding = 1, .stride = 2})) ==
        Values{0, 0, 0, 4, 0, 0, 3, 5, 0, 1, 0, 0, 0, 2, 0, 0});
  CHECK(im2col(squeeze(x, 0), {2, 1}, {.dilation = {1, 2}}).shape() ==
        Shape{2, 3});
  CHECK_ERROR(im2col(x, 4), kShape, "larger than the padded image");
  CHECK_ERROR(im2col(x, 0), kValue, "greater than zero");
}

TEST_CASE("col2im: columns added to an image", "[ops]") {
  const Tensor x = reshape(arange(8.0), {1, 4, 2});
  CHECK(list(col2im(x, {2, 3}, 2)) == Values{0, 3, 3, 4, 11, 7});
  CHECK_ERROR(col2im(x, {3, 3}, 2), kShape, "expected [N, C * 4, 4]");
}

TEST_CASE("im2col and col2im: gradients", "[ops][grad]") {
  gradcheck_all(
      [](const auto& v) {
        const Tensor y =
            im2col(v[0], {2, 3}, {.dilation = {2, 1}, .padding = 1});
        return mul(y, y);
      },
      {random_input({2, 2, 4, 3}, 1)});
  gradcheck_all(
      [](const auto& v) {
        const Tensor y = col2im(v[0], {3, 4}, 2, {.padding = 1, .stride = 2});
        return mul(y, y);
      },
      {random_input({1, 8, 6}, 2)});
}

TEST_CASE("pixel_shuffle and its inverse", "[ops][grad]") {
  const Tensor x = reshape(arange(8.0), {1, 4, 1, 2});
  const Tensor y = pixel_shuffle(x, 2);
  CHECK(list(y) == Values{0, 2, 1, 3, 4, 6, 5, 7});
  CHECK(y.shape() == Shape{1, 1, 2, 4});
  CHECK(list(pixel_unshuffle(y, 2)) == list(x));
  CHECK_ERROR(pixel_shuffle(x, 3), kShape, "upscale_factor 3");
  CHECK_ERROR(pixel_unshuffle(y, 3), kShape, "downscale_factor 3");
  gradcheck_all(
      [](const auto& v) {
        const Tensor z = pixel_shuffle(v[0], 2);
        return mul(z, pixel_shuffle(pixel_unshuffle(z, 2), 2));
      },
      {random_input({2, 4, 2, 1}, 1)});
}

TEST_CASE("channel_shuffle: groups deal out their channels", "[ops]") {
  const Tensor x = reshape(arange(4.0), {1, 4, 1});
  CHECK(list(channel_shuffle(x, 2)) == Values{0, 2, 1, 3});
  CHECK_ERROR(channel_shuffle(x, 3), kShape, "groups = 3");
}

}  // namespace
}  // namespace cresset
