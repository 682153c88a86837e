// Reading and writing at index tensors on a device.

#include "cresset/cresset.h"
#include "cresset/tests/cuda/both.h"
#include "cresset/tests/cuda/device.h"

namespace cresset::testing {
namespace {

const Dtype kDtypes[] = {bool_,   uint8,    int8,      int16,
                         int32,   int64,    float16,   float32,
                         float64, bfloat16, complex64, complex128};

TEST_CASE("index_select: rows of all dtypes and widths", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  for (const Dtype dtype : kDtypes) {
    for (const int64_t width : {1, 3, 8, 16}) {
      INFO(to_string(dtype) << " " << width);
      check_both({numbers({7, width}, dtype), places({11}, 7)},
                 [](const Tensors& t) -> Tensors {
                   return {index_select(t[0], 0, t[1]),
                           index_select(transpose(t[0], 0, 1), 1, t[1]),
                           index_select(narrow(t[0], 0, 0, 7), 0, t[1])};
                 });
    }
  }
}

TEST_CASE("index: tensors in any places, negative ones and masks", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = numbers({4, 5, 6, 3});
  check_both({x, places({2, 3}, 4), places({3}, 5, 2)},
             [](const Tensors& t) -> Tensors {
               const Tensor negative = t[2] - 5;
               return {index(t[0], {t[1]}),
                       index(t[0], {t[1], negative}),
                       index(t[0], {t[1], Slice(), t[2]}),
                       index(t[0], {Slice(), t[2], negative}),
                       index(reversed(t[0]), {Slice(), t[2]}),
                       index(gapped(t[0]), {1, t[2]})};
             });
  check_both({x}, [](const Tensors& t) -> Tensors {
    const Tensor mask = t[0] > 0, rows = select(mask, 3, 0);
    return {index(t[0], {mask}), index(t[0], {rows}),
            index(t[0], {Slice(), select(rows, 0, 1)}),
            index(t[0], {t[0] > 10}), masked_select(t[0], mask)};
  });
}

TEST_CASE("nonzero: on a device", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  for (const Shape& shape : {Shape{}, Shape{0, 3}, Shape{1}, Shape{257},
                             Shape{9000}, Shape{3, 4, 50}}) {
    INFO(to_string(shape));
    check_both({numbers(shape)}, [](const Tensors& t) -> Tensors {
      return {nonzero(t[0] > 1), nonzero(t[0]), nonzero(t[0] > 9)};
    });
  }
}

TEST_CASE("index_put: the last of several writers wins", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  for (const Dtype dtype : kDtypes) {
    INFO(to_string(dtype));
    check_both(
        {numbers({9, 5}, dtype), places({40}, 9), numbers({40, 5}, dtype, 3)},
        [](const Tensors& t) -> Tensors {
          return {index_put(t[0], {t[1]}, t[2]),
                  index_copy(t[0], 0, t[1], t[2]),
                  index_fill(t[0], 0, t[1], 1)};
        });
  }
}

// From few duplicates to runs over many pieces.
TEST_CASE("index_add: sums of all numbers of writers", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  for (const auto& [n, size] : {std::pair<int64_t, int64_t>{1, 3},
                                {3, 1},
                                {64, 64},
                                {130, 2},
                                {500, 1},
                                {1000, 7},
                                {5000, 40}}) {
    for (const int64_t width : {1, 3, 20}) {
      INFO(n << " into " << size << " rows of " << width);
      const Tensors inputs = {numbers({size, width}, float64),
                              places({n}, size),
                              numbers({n, width}, float64, 3)};
      check_both(inputs, [](const Tensors& t) -> Tensors {
        return {index_add(t[0], 0, t[1], t[2]),
                index_add(t[0], 0, t[1], t[2], 3),
                index_put(t[0], {t[1]}, t[2], true)};
      });
      check_gradients(inputs, [](const Tensors& t) -> Tensors {
        return {index_add(t[0], 0, t[1], t[2])};
      });
    }
  }
}

TEST_CASE("index_add: all dtypes, and between other dimensions", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  for (const Dtype dtype : kDtypes) {
    INFO(to_string(dtype));
    check_both(
        {numbers({3, 4, 5}, dtype), places({30}, 4),
         numbers({3, 30, 5}, dtype, 3)},
        [](const Tensors& t) -> Tensors {
          return {index_add(t[0], 1, t[1], t[2])};
        },
        is_floating(dtype) ? 0.05 : -1);
  }
}

TEST_CASE("take and put: flat places", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  check_both({numbers({5, 7}), places({3, 4}, 35), numbers({3, 4}, float32, 5)},
             [](const Tensors& t) -> Tensors {
               return {take(t[0], t[1]), put(t[0], t[1], t[2]),
                       put(transpose(t[0], 0, 1), t[1], t[2], true)};
             });
}

TEST_CASE("gather and scatter: dtypes, layouts, lengths", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  for (const Dtype dtype : kDtypes) {
    for (const int64_t length : {3, 40}) {
      INFO(to_string(dtype) << " " << length);
      check_both({numbers({4, 9, 5}, dtype), places({4, length, 5}, 9),
                  numbers({4, length, 5}, dtype, 3)},
                 [](const Tensors& t) -> Tensors {
                   const Tensor turned = reversed(t[0]);
                   return {gather(t[0], 1, t[1]),
                           gather(turned, 1, reversed(t[1])),
                           scatter(t[0], 1, t[1], t[2]),
                           scatter(turned, 1, t[1], reversed(t[2])),
                           scatter(t[0], 1, t[1], 1)};
                 });
    }
  }
}

TEST_CASE("scatter: sums, products and extremes", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  for (const Dtype dtype : {bool_, uint8, int32, int64, float32, float64}) {
    for (const int64_t length : {3, 300}) {
      INFO(to_string(dtype) << " " << length);
      check_both(
          {numbers({4, 9}, dtype), places({4, length}, 9),
           numbers({4, length}, dtype, 3)},
          [](const Tensors& t) -> Tensors {
            return {scatter_add(t[0], 1, t[1], t[2]),
                    scatter_reduce(t[0], 1, t[1], t[2], "amax"),
                    scatter_reduce(t[0], 1, t[1], t[2], "amin")};
          },
          1e-4);
    }
  }
  // An index that is expanded along the rows.
  check_both(
      {numbers({9, 6}), places({50, 1}, 9), numbers({50, 6}, float32, 3)},
      [](const Tensors& t) -> Tensors {
        const Tensor wide = expand(t[1], {50, 6});
        return {scatter_add(t[0], 0, wide, t[2]), scatter(t[0], 0, wide, t[2])};
      },
      1e-5);
}

TEST_CASE("gather and masked_select: gradients", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  check_gradients(
      {numbers({4, 9}, float64), places({4, 30}, 9)},
      [](const Tensors& t) -> Tensors { return {gather(t[0], 1, t[1])}; });
  check_gradients({numbers({4, 9}, float64)}, [](const Tensors& t) -> Tensors {
    return {masked_select(t[0], t[0].detach() > 0)};
  });
  check_gradients(
      {numbers({4, 9}, float64), places({6}, 4)},
      [](const Tensors& t) -> Tensors { return {index(t[0], {t[1]})}; });
}

TEST_CASE("repeat_interleave and in-place writes", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  check_both({numbers({4, 3}), places({4}, 5)},
             [](const Tensors& t) -> Tensors {
               const Tensor x = t[0].clone();
               index_put_(x, {Slice(), 1}, 7);
               x.index_put_({t[1] - 5 < -9}, 3);
               return {repeat_interleave(t[0], t[1], 0),
                       repeat_interleave(t[0], 2, 1), x};
             });
}

TEST_CASE("indices out of range: errors when the host waits", "[cuda][error]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = numbers({3, 4}).to(kGpu);
  const Tensor bad = full({2}, 7, {.dtype = int64, .device = kGpu});
  const Tensor low = full({2}, -1, {.dtype = int64, .device = kGpu});
  CHECK(error_on_gpu([&] { index_select(x, 0, bad); }).find("index 7") !=
        std::string::npos);
  CHECK(error_on_gpu([&] { index_select(x, 0, low); }).find("index_select") !=
        std::string::npos);
  CHECK(error_on_gpu([&] { index(x, {bad}); }).find("index 7") !=
        std::string::npos);
  CHECK(error_on_gpu([&] {
          gather(x, 1, unsqueeze(bad, 1));
        }).find("gather: index 7") != std::string::npos);
  CHECK(error_on_gpu([&] {
          scatter_add(x, 1, unsqueeze(bad, 1), narrow(x, 1, 0, 1));
        }).find("scatter: index 7") != std::string::npos);
  // Reported once.
  CHECK(error_on_gpu([] {}) == "no error");
}

}  // namespace
}  // namespace cresset::testing
