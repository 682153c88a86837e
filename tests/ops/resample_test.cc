#include "cresset/tensor/ops/resample.h"

#include "cresset/tensor/autograd/gradcheck.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tests/catch.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

// PyTorch's results have five digits here.
void check_close(const Tensor& got, const Values& want) {
  const Values values = list(got);
  REQUIRE(values.size() == want.size());
  for (size_t i = 0; i < want.size(); ++i) {
    CHECK(values[i] == Approx(want[i]).margin(2e-5));
  }
}

Tensor image() { return reshape(arange(6.0), {1, 1, 2, 3}); }

TEST_CASE("interpolate: PyTorch's results", "[ops]") {
  const Tensor x = image();
  CHECK(list(interpolate(x, {.size = {3, 5}})) ==
        Values{0, 0, 1, 1, 2, 0, 0, 1, 1, 2, 3, 3, 4, 4, 5});
  CHECK(list(interpolate(x, {.size = {3, 5}, .mode = "nearest-exact"})) ==
        Values{0, 0, 1, 2, 2, 3, 3, 4, 5, 5, 3, 3, 4, 5, 5});
  check_close(interpolate(x, {.scale_factor = {1.5}, .mode = "bilinear"}),
              {0, .5, 1.16667, 1.83333, 1.5, 2, 2.66667, 3.33333, 3, 3.5,
               4.16667, 4.83333});
  check_close(
      interpolate(x,
                  {.size = {3, 4}, .mode = "bilinear", .align_corners = true}),
      {0, .66667, 1.33333, 2, 1.5, 2.16667, 2.83333, 3.5, 3, 3.66667, 4.33333,
       5});
  check_close(interpolate(x, {.size = {3, 2}, .mode = "bicubic"}),
              {-.06901, 1.54818, 1.69141, 3.30859, 3.45182, 5.06901});
  check_close(
      interpolate(x, {.size = {1, 2}, .mode = "bilinear", .antialias = true}),
      {1.875, 3.125});
  check_close(
      interpolate(x, {.size = {1, 2}, .mode = "bicubic", .antialias = true}),
      {1.80979, 3.19021});
  check_close(interpolate(tensor({{{1.0, 4.0, 2.0}}}),
                          {.scale_factor = {2.3},
                           .mode = "linear",
                           .recompute_scale_factor = true}),
              {1, 1.75, 3.25, 3.5, 2.5, 2});
  check_close(interpolate(x, {.size = {1, 2}, .mode = "area"}), {2, 3});
  check_close(interpolate(reshape(arange(8.0), {1, 1, 2, 2, 2}),
                          {.size = {3, 2, 1}, .mode = "trilinear"}),
              {.5, 2.5, 2.5, 4.5, 4.5, 6.5});
}

TEST_CASE("interpolate: dtypes", "[ops]") {
  const Tensor bytes = image().to(uint8);
  const Tensor y = interpolate(bytes, {.scale_factor = {2}});
  CHECK(y.dtype() == uint8);
  CHECK(list(y)[5] == 2);
  const Tensor half =
      interpolate(image().to(float16), {.size = 3, .mode = "bilinear"});
  CHECK(half.dtype() == float16);
}

TEST_CASE("interpolate: gradients", "[ops][grad]") {
  const Tensor x = random_input({1, 2, 3, 4}, 1);
  for (const char* mode : {"nearest", "bilinear", "bicubic", "area"}) {
    gradcheck_all(
        [&](const auto& v) {
          return interpolate(v[0], {.size = {5, 2}, .mode = mode});
        },
        {x});
  }
  gradcheck_all(
      [&](const auto& v) {
        return interpolate(
            v[0], {.size = {2, 2}, .mode = "bicubic", .antialias = true});
      },
      {x});
}

TEST_CASE("interpolate: what does not fit is an error", "[ops][error]") {
  CHECK_ERROR(interpolate(zeros({2, 3}), {.size = 2}), kShape, "Only 3D");
  CHECK_ERROR(interpolate(image(), {.size = 2, .mode = "linear"}), kValue,
              "is for 1 spatial");
  CHECK_ERROR(interpolate(image(), {.size = 2, .mode = "sinc"}), kValue,
              "unknown mode");
  CHECK_ERROR(interpolate(image(), {}), kValue, "neither");
  CHECK_ERROR(interpolate(image(), {.scale_factor = {0.1}}), kShape,
              "greater than 0");
  CHECK_ERROR(interpolate(image().to(int64), {.size = 2}), kDtype, "int64");
}

TEST_CASE("grid_sample: PyTorch's results", "[ops]") {
  const Tensor grid = tensor({{{{-1.2, -0.5}, {0.1, 0.3}, {0.9, 1.4}}}});
  const auto run = [&](const char* mode, const char* padding, bool align) {
    return grid_sample(
        image(), grid,
        {.mode = mode, .padding_mode = padding, .align_corners = align});
  };
  check_close(run("bilinear", "zeros", false), {0, 3.55, .325});
  check_close(run("bilinear", "zeros", true), {.6, 3.05, 3.92});
  check_close(run("bilinear", "border", true), {.75, 3.05, 4.9});
  check_close(run("bilinear", "reflection", false), {0, 3.55, 5});
  check_close(run("bilinear", "reflection", true), {.95, 3.05, 4.3});
  check_close(run("nearest", "zeros", false), {0, 4, 0});
  check_close(run("nearest", "border", true), {0, 4, 5});
  check_close(run("bicubic", "zeros", false), {-.024, 4.18576, .2961});
  check_close(run("bicubic", "border", false), {-.024, 3.68097, 5.13116});
  check_close(run("bicubic", "reflection", true), {.52475, 3.30425, 4.6735});
}

TEST_CASE("grid_sample: gradients", "[ops][grad]") {
  const Tensor x = random_input({2, 2, 3, 4}, 1);
  const Tensor grid = random_input({2, 2, 2, 2}, 2, -1.3, 1.3);
  for (const char* mode : {"bilinear", "bicubic"}) {
    for (const char* padding : {"zeros", "border", "reflection"}) {
      gradcheck_all(
          [&](const auto& v) {
            return grid_sample(v[0], v[1],
                               {.mode = mode, .padding_mode = padding});
          },
          {x, grid});
    }
  }
  const Tensor volume = random_input({1, 1, 2, 3, 2}, 3);
  gradcheck_all([](const auto& v) { return grid_sample(v[0], v[1]); },
                {volume, random_input({1, 1, 2, 2, 3}, 4)});
}

TEST_CASE("grid_sample: a nearest point gives the grid zeros", "[ops][grad]") {
  const Tensor grid = random_input({1, 1, 2, 2}, 2);
  const Tensor x = random_input({1, 1, 3, 3}, 1);
  grid_sample(x, grid, {.mode = "nearest"})
      .backward(ones({1, 1, 1, 2}, {.dtype = float64}));
  CHECK(list(grid.grad()) == Values{0, 0, 0, 0});
}

TEST_CASE("grid_sample: what does not fit is an error", "[ops][error]") {
  CHECK_ERROR(grid_sample(image(), zeros({1, 2, 2, 3})), kShape, "expected");
  CHECK_ERROR(grid_sample(image(), zeros({1, 2, 2, 2}), {.mode = "trilinear"}),
              kValue, "trilinear");
  CHECK_ERROR(grid_sample(image(), zeros({1, 2, 2, 2}, {.dtype = float64})),
              kDtype, "float64");
}

}  // namespace
}  // namespace cresset
