// Running sums, products and extremes on a device.

#include "cresset/tensor/ops/scan.h"

#include <cmath>
#include <vector>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/scan_run.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tests/cuda/compare.h"
#include "cresset/tests/cuda/device.h"

namespace cresset::testing {
namespace {

using namespace internal;  // NOLINT

struct Case {
  Shape shape;
  int64_t dim;
};

// Threads, warps, blocks and segments; rows and columns; whole vectors or not.
const Case kCases[] = {
    {{}, 0},         {{1}, 0},        {{9}, 0},         {{50, 16}, 1},
    {{50, 17}, 1},   {{9, 256}, 1},   {{3, 500}, 1},    {{4, 2048}, 1},
    {{3, 2049}, 1},  {{2, 30000}, 1}, {{70000}, 0},     {{70001}, 0},
    {{40, 33}, 0},   {{4000, 3}, 0},  {{3, 300, 5}, 1}, {{2, 3, 4, 5}, 1},
    {{20, 1, 6}, 1},
};

// Of the dtypes that kernels compute in.
void check_scan(Scan scan, const Case& c, Dtype dtype, bool reverse) {
  INFO("scan " << static_cast<int>(scan) << " of " << to_string(dtype) << " "
               << to_string(c.shape) << " along " << c.dim
               << (reverse ? " backwards" : ""));
  Tensor x = numbers(c.shape, dtype);
  // Products whose factors are 1 and -1.
  if (scan == Scan::kProd) x = sub(mul(gt(x, 0).to(dtype), 2), 1);
  const bool places = scan == Scan::kMax || scan == Scan::kMin;
  const auto run = [&](const Tensor& from) {
    std::vector<Tensor> y = {
        make_empty(c.shape, dtype, from.device()),
        places ? make_empty(c.shape, int64, from.device()) : Tensor()};
    scan_kernel(from.device(),
                ScanCall{scan, from, c.dim, reverse, y[0], y[1]});
    return y;
  };
  const std::vector<Tensor> here = run(x), far = run(x.to(kGpu));
  check_same(far[0], here[0], dtype == float32 ? 1e-6 : 1e-11);
  if (places) check_same(far[1], here[1]);
}

TEST_CASE("scan: every kind over every shape", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  for (const Case& c : kCases) {
    for (const Scan scan :
         {Scan::kSum, Scan::kProd, Scan::kLogSumExp, Scan::kMax, Scan::kMin}) {
      for (const Dtype dtype : {float32, float64, int64}) {
        if (scan == Scan::kLogSumExp && dtype == int64) continue;
        check_scan(scan, c, dtype, false);
        if (scan < Scan::kMax) check_scan(scan, c, dtype, true);
      }
    }
  }
}

TEST_CASE("scan: the last of equal elements counts, and a NaN once it is there",
          "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  for (const int64_t n : {20, 300, 5000}) {
    INFO(n);
    const Tensor x = numbers({n});
    narrow(x, 0, n / 3, 1).fill_(NAN);
    narrow(x, 0, n / 2, 1).fill_(NAN);
    const Tensor far = x.to(kGpu);
    check_same(cummax(far, 0).values, cummax(x, 0).values);
    check_same(cummax(far, 0).indices, cummax(x, 0).indices);
    check_same(cummin(far, 0).indices, cummin(x, 0).indices);
    const Tensor same = filled({n}, 2, int32, Device());
    check_same(cummax(same.to(kGpu), 0).indices, cummax(same, 0).indices);
  }
}

TEST_CASE("scan: infinite elements of logcumsumexp", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = numbers({600});
  narrow(x, 0, 0, 3).fill_(-INFINITY);
  narrow(x, 0, 400, 1).fill_(INFINITY);
  check_same(logcumsumexp(x.to(kGpu), 0), logcumsumexp(x, 0));
}

TEST_CASE("scan: an unaligned row", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = numbers({4096});
  check_same(cumsum(shifted(x.to(kGpu)), 0), cumsum(x, 0));
}

TEST_CASE("scan: other dtypes and empty tensors", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  for (const Dtype dtype : {float16, bfloat16, uint8, bool_}) {
    INFO(to_string(dtype));
    const Tensor x = numbers({5, 40}, dtype);
    check_same(cumsum(x.to(kGpu), 1), cumsum(x, 1));
  }
  const Tensor none = numbers({0, 3});
  check_same(cumsum(none.to(kGpu), 0), cumsum(none, 0));
}

TEST_CASE("scan: gradients through autograd", "[cuda][ops][grad]") {
  CRESSET_NEEDS_CUDA();
  const auto run = [](Device device) {
    const Tensor x = numbers({6, 10}).to(device).requires_grad_();
    const Tensor y = mul(cumsum(x, 1), logcumsumexp(x, 0));
    sum(mul(y, y)).backward();
    return x.grad();
  };
  check_same(run(kGpu), run(Device()), 1e-4);
}

}  // namespace
}  // namespace cresset::testing
