// Tensors put together and taken apart on a device.

#include "cresset/cresset.h"
#include "cresset/tests/cuda/both.h"
#include "cresset/tests/cuda/device.h"

namespace cresset::testing {
namespace {

TEST_CASE("cat: widths, dtypes and many inputs", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  for (const Dtype dtype : {bool_, int16, float32, float64, complex128}) {
    INFO(to_string(dtype));
    check_both({numbers({3, 4}, dtype), numbers({3, 1}, dtype, 2),
                numbers({3, 0}, dtype), numbers({5, 4}, dtype, 3)},
               [](const Tensors& t) -> Tensors {
                 return {cat({t[0], t[1], t[2], t[0]}, 1), cat({t[0], t[3]}, 0),
                         cat({transpose(t[0], 0, 1), transpose(t[3], 0, 1)}, 1),
                         stack({t[0], t[0]}, 2), stack({t[1], t[1], t[1]}, 0)};
               });
  }
  check_both({numbers({2, 3})}, [](const Tensors& t) -> Tensors {
    const Tensors many(70, t[0]);
    return {cat(many, 0), cat(many, 1), stack(many, 1)};
  });
  check_gradients({numbers({3, 4}, float64), numbers({3, 2}, float64, 2)},
                  [](const Tensors& t) -> Tensors {
                    return {cat({t[0], t[1], t[0]}, 1)};
                  });
}

TEST_CASE("tril and triu: all diagonals", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  for (const Dtype dtype : {bool_, float16, int64, complex128}) {
    for (const int64_t diagonal : {-9, -1, 0, 2, 9}) {
      INFO(to_string(dtype) << " " << diagonal);
      check_both({numbers({2, 4, 6}, dtype)}, [&](const Tensors& t) -> Tensors {
        return {tril(t[0], diagonal), triu(t[0], diagonal)};
      });
    }
  }
}

TEST_CASE("views with overlaps: gradients add up", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  check_gradients({numbers({2, 30}, float64)}, [](const Tensors& t) -> Tensors {
    return {unfold(t[0], 1, 5, 2)};
  });
  check_gradients({numbers({40}, float64)}, [](const Tensors& t) -> Tensors {
    return {as_strided(t[0], {10, 3}, {2, 3}, 1)};
  });
  check_gradients({numbers({40}, float64)}, [](const Tensors& t) -> Tensors {
    return {as_strided(t[0], {4, 3}, {5, 1}, 1)};
  });
}

TEST_CASE("patches: im2col and col2im", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  const auto columns = [](const Tensors& t) -> Tensors {
    return {im2col(t[0], {3, 2}, {.dilation = 2, .padding = 1, .stride = 2})};
  };
  check_both({numbers({2, 3, 9, 8}, float64)}, columns);
  check_gradients({numbers({2, 3, 9, 8}, float64)}, columns);
  const auto image = [](const Tensors& t) -> Tensors {
    return {col2im(t[0], {6, 7}, {3, 2}, {.padding = 1})};
  };
  check_both({numbers({2, 12, 48}, float64)}, image);
  check_gradients({numbers({2, 12, 48}, float64)}, image);
}

TEST_CASE("pad: all modes", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  for (const char* mode : {"constant", "reflect", "replicate", "circular"}) {
    INFO(mode);
    const auto padded = [&](const Tensors& t) -> Tensors {
      return {pad(t[0], {1, 2, 2, 1}, mode)};
    };
    check_both({numbers({2, 3, 5, 6}, float64)}, padded);
    check_gradients({numbers({2, 3, 5, 6}, float64)}, padded);
  }
}

TEST_CASE("svd and products: by way of the host, or without waiting",
          "[cuda]") {
  CRESSET_NEEDS_CUDA();
  check_both(
      {numbers({2, 4, 3}, float64)},
      [](const Tensors& t) -> Tensors {
        return {svd(t[0]).s, nuclear_norm(select(t[0], 0, 0))};
      },
      1e-12);
  check_gradients(
      {numbers({3, 5}, float64)},
      [](const Tensors& t) -> Tensors { return {prod(t[0], 1)}; }, 1e-11);
}

TEST_CASE("equal and allclose: on a device", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = numbers({30}).to(kGpu);
  CHECK(equal(x, x.clone()));
  CHECK_FALSE(equal(x, add(x, 1)));
  CHECK(allclose(x, add(x, 1e-9)));
  CHECK_FALSE(allclose(x, add(x, 1e-2)));
  CHECK(to_string(arange(3, {.device = kGpu})).find("[0, 1, 2]") !=
        std::string::npos);
}

}  // namespace
}  // namespace cresset::testing
