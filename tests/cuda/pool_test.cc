// Pooling and resampling on a device.

#include "cresset/cresset.h"
#include "cresset/tests/cuda/both.h"
#include "cresset/tests/cuda/device.h"

namespace cresset::testing {
namespace {

const Dtype kFloats[] = {float16, bfloat16, float32, float64};

double tolerance_for(Dtype dtype) {
  return dtype == float64 ? 1e-12 : dtype == float32 ? 1e-5 : 0.03;
}

TEST_CASE("max_pool: windows of all kinds, with places", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  for (const Dtype dtype : kFloats) {
    INFO(to_string(dtype));
    check_both(
        {numbers({2, 3, 9, 11}, dtype)}, [](const Tensors& t) -> Tensors {
          Tensors all;
          for (const MaxPoolOptions& options :
               {MaxPoolOptions{}, MaxPoolOptions{.stride = 2, .padding = 1},
                MaxPoolOptions{.stride = 1, .padding = 1, .dilation = 2},
                MaxPoolOptions{.stride = {3, 2}, .ceil_mode = true}}) {
            const auto [y, at] = max_pool2d_with_indices(t[0], 3, options);
            all.push_back(y);
            all.push_back(at);
          }
          const auto [y, at] = adaptive_max_pool2d_with_indices(t[0], {4, 5});
          all.push_back(y);
          all.push_back(at);
          all.push_back(max_pool1d(select(t[0], 2, 0), 2));
          all.push_back(max_pool3d(t[0], {2, 3, 3}, {.stride = 1}));
          return all;
        });
  }
}

TEST_CASE("max_pool: NaN wins", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = numbers({1, 8, 8});
  index_put_(x, {0, 3, Slice()}, NAN);
  check_both({x}, [](const Tensors& t) -> Tensors {
    const auto [y, at] =
        max_pool2d_with_indices(t[0], 3, {.stride = 1, .padding = 1});
    return {y, at};
  });
}

template <class F>
void check_pool(const Shape& shape, F&& f) {
  for (const Dtype dtype : kFloats) {
    INFO(to_string(dtype));
    check_both({numbers(shape, dtype)}, f, tolerance_for(dtype));
    check_gradients({numbers(shape, dtype)}, f, tolerance_for(dtype));
  }
}

TEST_CASE("pooling: values and gradients", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  const Shape shape = {2, 3, 9, 11};
  check_pool(shape, [](const Tensors& t) -> Tensors {
    return {max_pool2d(t[0], 3, {.stride = 2, .padding = 1})};
  });
  check_pool(shape, [](const Tensors& t) -> Tensors {
    return {max_pool2d(t[0], 2, {.stride = 1, .dilation = 3})};
  });
  check_pool(shape, [](const Tensors& t) -> Tensors {
    return {adaptive_max_pool2d(t[0], {4, 7})};
  });
  check_pool(shape,
             [](const Tensors& t) -> Tensors { return {avg_pool2d(t[0], 2)}; });
  check_pool(shape, [](const Tensors& t) -> Tensors {
    return {
        avg_pool2d(t[0], 3, {.stride = 2, .padding = 1, .ceil_mode = true})};
  });
  check_pool(shape, [](const Tensors& t) -> Tensors {
    return {avg_pool2d(
        t[0], {3, 2},
        {.stride = {1, 3}, .padding = 1, .count_include_pad = false})};
  });
  check_pool(shape, [](const Tensors& t) -> Tensors {
    return {avg_pool3d(t[0], 3, {.padding = 1, .divisor_override = 5})};
  });
  check_pool(shape, [](const Tensors& t) -> Tensors {
    return {adaptive_avg_pool2d(t[0], {4, 13})};
  });
  check_pool({2, 3, 10}, [](const Tensors& t) -> Tensors {
    return {add(avg_pool1d(t[0], 2), max_pool1d(t[0], 2))};
  });
}

TEST_CASE("max_unpool: back to the places", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  check_both({numbers({2, 8, 8})}, [](const Tensors& t) -> Tensors {
    const auto [y, at] = max_pool2d_with_indices(t[0], 2);
    return {max_unpool2d(y, at, 2)};
  });
}

TEST_CASE("interpolate: modes and gradients", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  for (const Dtype dtype : {float32, float64, bfloat16}) {
    for (const char* mode :
         {"nearest", "nearest-exact", "bilinear", "bicubic", "area"}) {
      INFO(to_string(dtype) << " " << mode);
      const auto resized = [&](const Tensors& t) -> Tensors {
        return {interpolate(t[0], {.size = {5, 17}, .mode = mode})};
      };
      check_both({numbers({2, 3, 9, 7}, dtype)}, resized, tolerance_for(dtype));
      check_gradients({numbers({2, 3, 9, 7}, dtype)}, resized,
                      tolerance_for(dtype));
    }
  }
  check_both({numbers({2, 3, 9}, float64), numbers({1, 2, 3, 4, 5}, float64)},
             [](const Tensors& t) -> Tensors {
               return {
                   interpolate(t[0], {.scale_factor = {2}, .mode = "linear"}),
                   interpolate(t[1], {.scale_factor = {2},
                                      .mode = "trilinear",
                                      .align_corners = true})};
             });
}

TEST_CASE("grid_sample: modes and gradients", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  for (const char* mode : {"bilinear", "nearest", "bicubic"}) {
    for (const char* padding : {"zeros", "border", "reflection"}) {
      INFO(mode << " " << padding);
      const auto sampled = [&](const Tensors& t) -> Tensors {
        return {grid_sample(t[0], div(t[1], 2.7),
                            {.mode = mode, .padding_mode = padding})};
      };
      const Tensors inputs = {numbers({2, 3, 5, 6}, float64),
                              numbers({2, 4, 3, 2}, float64, 2)};
      check_both(inputs, sampled, 1e-11);
      check_gradients(inputs, sampled, 1e-11);
    }
  }
}

}  // namespace
}  // namespace cresset::testing
