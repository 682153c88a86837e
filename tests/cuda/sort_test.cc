// Sorting, choices by rank, searching and counting on a device.

#include <limits>

#include "cresset/cresset.h"
#include "cresset/tests/cuda/both.h"
#include "cresset/tests/cuda/device.h"

namespace cresset::testing {
namespace {

Tensors both_of(const ValuesAndIndices& y) { return {y.values, y.indices}; }

TEST_CASE("sort: rows of all lengths, stable, both ways", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  for (const Shape& shape :
       {Shape{1}, Shape{2}, Shape{7, 3}, Shape{3, 33}, Shape{2, 1000},
        Shape{4096}, Shape{2, 4097}, Shape{9000}, Shape{70, 2}}) {
    for (const Dtype dtype : {float32, float64, int64}) {
      INFO(to_string(shape) << " " << to_string(dtype));
      check_both({numbers(shape, dtype)},
                 [](const Tensors& t) { return both_of(sort(t[0], -1)); });
      check_both({numbers(shape, dtype)},
                 [](const Tensors& t) { return both_of(sort(t[0], 0, true)); });
    }
  }
}

TEST_CASE("sort: dtypes that are sorted as others", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  for (const Dtype dtype :
       {bool_, uint8, int8, int16, int32, float16, bfloat16}) {
    INFO(to_string(dtype));
    check_both({numbers({3, 50}, dtype)},
               [](const Tensors& t) { return both_of(sort(t[0], -1, true)); });
  }
}

TEST_CASE("sort: NaN last, zeros of both signs equal", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const Tensor few = tensor(
      std::vector<double>{0.0, NAN, -0.0, -kInfinity, 3, kInfinity, -NAN, -3},
      {.dtype = float32, .device = Device()});
  const Tensor many = few.repeat({700});
  for (const Tensor& x : {few, many, many.to(float64)}) {
    for (const bool descending : {false, true}) {
      check_both({x}, [&](const Tensors& t) {
        return both_of(sort(t[0], 0, descending));
      });
    }
  }
}

// Equal elements: the kernels name the first, PyTorch's CPU others.
TEST_CASE("topk, kthvalue, median and mode: values", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  for (const int64_t n : {5, 300, 5000, 20000}) {
    for (const bool largest : {false, true}) {
      INFO(n << " " << largest);
      check_both({numbers({2, n}, float32)}, [&](const Tensors& t) -> Tensors {
        return {topk(t[0], 1, 1, largest).values,
                topk(t[0], 5, 1, largest).values,
                topk(t[0], n / 2, 1, largest).values,
                kthvalue(t[0], 3, 1).values,
                median(t[0], 1).values,
                nanmedian(t[0]),
                mode(t[0], 1).values};
      });
    }
  }
  // All different: then the indices are the CPU's too.
  const Tensor x = arange(10000, {.device = Device()});
  const Tensor mixed = remainder(mul(x, 7919), 10000).to(float32);
  check_both({mixed}, [](const Tensors& t) -> Tensors {
    const ValuesAndIndices best = topk(t[0], 17),
                           worst = topk(t[0], 600, 0, false);
    return {best.values,
            best.indices,
            worst.values,
            worst.indices,
            kthvalue(t[0], 77).indices,
            median(t[0], 0).indices};
  });
}

TEST_CASE("sort and topk: gradients", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = remainder(mul(arange(900, {.device = Device()}), 7), 900);
  check_gradients(
      {reshape(x, {3, 300}).to(float64)},
      [](const Tensors& t) -> Tensors { return {sort(t[0], 1).values}; });
  check_gradients(
      {reshape(x, {3, 300}).to(float64)},
      [](const Tensors& t) -> Tensors { return {topk(t[0], 4).values}; });
}

TEST_CASE("searchsorted and isin: on a device", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  for (const Dtype dtype : {int32, float32, float64}) {
    INFO(to_string(dtype));
    check_both({numbers({3, 40}, dtype), numbers({3, 9}, dtype, 2)},
               [](const Tensors& t) -> Tensors {
                 const Tensor rows = sort(t[0], 1).values;
                 const Tensor line = select(rows, 0, 1);
                 return {searchsorted(rows, t[1]),
                         searchsorted(rows, t[1], {.right = true}),
                         searchsorted(line, t[1], {.out_int32 = true}),
                         bucketize(t[1], line),
                         searchsorted(narrow(line, 0, 0, 0), t[1]),
                         isin(t[0], select(t[1], 0, 0)),
                         isin(t[0], select(t[1], 0, 0), true),
                         isin(t[0], narrow(line, 0, 0, 0))};
               });
  }
}

TEST_CASE("unique: values, inverse and counts", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  for (const Dtype dtype : {bool_, int32, int64, float32}) {
    for (const Shape& shape : {Shape{0}, Shape{1}, Shape{40, 30}}) {
      INFO(to_string(dtype) << " " << to_string(shape));
      check_both({numbers(shape, dtype)}, [](const Tensors& t) -> Tensors {
        const UniqueValues all = unique(t[0]);
        const UniqueValues runs = unique_consecutive(t[0]);
        const UniqueValues hashed = unique(t[0], std::nullopt, false);
        return {all.values,   all.inverse, all.counts,    runs.values,
                runs.inverse, runs.counts, hashed.values, hashed.counts};
      });
    }
  }
  check_both({numbers({9, 2}, int64)}, [](const Tensors& t) -> Tensors {
    const UniqueValues rows = unique(t[0], 0);
    return {rows.values, rows.inverse, rows.counts};
  });
}

TEST_CASE("bincount and histc: counts", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  for (const int64_t size : {1, 10, 20000}) {
    INFO(size);
    check_both(
        {places({5000}, size), numbers({5000}, float64)},
        [](const Tensors& t) -> Tensors {
          return {bincount(t[0]), bincount(t[0], {}, 30), bincount(t[0], t[1])};
        });
  }
  check_both({numbers({3000})}, [](const Tensors& t) -> Tensors {
    return {histc(t[0], 10), histc(t[0], 7, -1, 2), histc(t[0], 100, 5, 6)};
  });
  const Tensor negative = full({2}, -1, {.dtype = int64, .device = kGpu});
  CHECK(error_on_gpu([&] { bincount(negative); }).find("negative; got -1") !=
        std::string::npos);
}

TEST_CASE("quantile: on a device", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  check_both({numbers({7, 31}, float64)}, [](const Tensors& t) -> Tensors {
    return {quantile(t[0], 0.3), quantile(t[0], 0.5, 1),
            nanquantile(t[0], 0.9, 0, true, "nearest")};
  });
}

TEST_CASE("ranges: as on the CPU", "[cuda]") {
  CRESSET_NEEDS_CUDA();
  const auto ranges = [](Device device) -> Tensors {
    Tensors all;
    for (const Dtype dtype : {int32, int64, float16, float32, float64}) {
      const TensorOptions options{.dtype = dtype, .device = device};
      all.push_back(arange(1000, options));
      all.push_back(arange(-3, 70, 7, options));
      all.push_back(arange(5, -5, -1.5, options));
      all.push_back(arange(0, options));
      all.push_back(linspace(-3, 11, 700, options));
      all.push_back(linspace(2, 9, 1, options));
    }
    all.push_back(logspace(0, 2, 9, 10, {.dtype = float64, .device = device}));
    all.push_back(eye(3, 5, {.device = device}));
    all.push_back(tril_indices(3, 4, 1, {.device = device}));
    return all;
  };
  const Tensors y = ranges(Device()), z = ranges(kGpu);
  for (size_t i = 0; i < y.size(); ++i) {
    INFO("range " << i);
    check_same(z[i], y[i], 1e-14);
  }
}

}  // namespace
}  // namespace cresset::testing
