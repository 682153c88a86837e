// Every reduction on a device, by the lists that the kernels are made of.

#include "cresset/tensor/ops/reduce.h"

#include <cmath>
#include <limits>
#include <vector>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/reduce_minmax.h"
#include "cresset/tensor/ops/reduce_run.h"
#include "cresset/tensor/ops/reduce_stats.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tests/cuda/compare.h"
#include "cresset/tests/cuda/device.h"

namespace cresset::testing {
namespace {

using namespace internal;  // NOLINT

// A tensor and what is reduced of it.
struct Case {
  Shape shape;
  Shape dims;
  Tensor (*layout)(const Tensor&);
};

Tensor as_it_is(const Tensor& x) { return x; }
Tensor turned(const Tensor& x) { return transpose(x, 0, -1); }
Tensor expanded(const Tensor& x) {
  return broadcast_alias(narrow(x, 0, 0, 1), x.sizes(), "expanded");
}

const Case kCases[] = {
    {{}, {}, as_it_is},
    {{1, 1}, {0}, as_it_is},
    {{7}, {0}, as_it_is},
    {{300, 3}, {1}, as_it_is},
    {{40, 33}, {1}, as_it_is},
    {{40, 64}, {1}, shifted},
    {{3, 2048}, {1}, as_it_is},
    {{2, 5000}, {1}, gapped},
    {{70000}, {0}, as_it_is},
    {{70001}, {0}, as_it_is},
    {{40, 33}, {0}, as_it_is},
    {{3, 400}, {0}, as_it_is},
    {{3000, 5}, {0}, as_it_is},
    {{40000, 3}, {0}, as_it_is},
    {{6, 40, 8}, {1}, as_it_is},
    {{6, 40, 8}, {0, 2}, as_it_is},
    {{6, 40, 8}, {0, 1}, reversed},
    {{6, 40, 12}, {1, 2}, turned},
    {{4, 3, 2, 3, 2, 5}, {1, 3, 5}, as_it_is},
    {{4, 3, 2, 3, 2, 5}, {0, 2, 4}, as_it_is},
    {{30, 20}, {0}, expanded},
    {{30, 20}, {1}, expanded},
    {{128, 1024}, {}, as_it_is},
};

template <class Op>
void check_op(const Op& op, const Case& c, Dtype storage, Dtype compute) {
  INFO(to_string(storage) << " " << to_string(c.shape) << " over "
                          << to_string(c.dims));
  Tensor x = numbers(c.shape, storage);
  // Products stay in range, and NaN and infinity are elements too.
  if (std::is_same_v<Op, Prod>) x = x.fill_(1);
  const Tensor here = c.layout(x), far = c.layout(x.to(kGpu));
  const DimMask mask = reduced_dims(c.dims, here.dim(), "test");
  const Reduced y = run_reduce(here, mask, compute, op);
  const Reduced z = run_reduce(far, mask, compute, op);
  const double tolerance = compute == float32 ? 1e-5 : 1e-12;
  check_same(z.first, y.first, tolerance);
  CHECK(z.second.defined() == y.second.defined());
  if (y.second.defined()) check_same(z.second, y.second, tolerance);
}

template <class Op>
void check_all() {
  const Op op;
  INFO("op " << (kHasState<Op> ? "with state " : "")
             << (kHasState<Op> ? StateReduceOps::index<Op>()
                               : ReduceOps::index<Op>()));
  for (const Case& c : kCases) {
    check_op(op, c, float32, float32);
    check_op(op, c, float64, float64);
    check_op(op, c, float16, float32);
    if (Op::kDomain == Domain::kNumber) check_op(op, c, int64, int64);
  }
  for (const Case& c : {kCases[4], kCases[7], kCases[10]}) {
    check_op(op, c, bfloat16, float32);
    check_op(op, c, int32, float32);
    check_op(op, c, float32, float64);
    if (Op::kDomain != Domain::kNumber) continue;
    check_op(op, c, bool_, int64);
    check_op(op, c, uint8, int64);
  }
}

template <class... Ops>
void check_list(OpList<Ops...>) {
  (check_all<Ops>(), ...);
}

TEST_CASE("reduce: ops of one number", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  check_list(ReduceOps());
}
TEST_CASE("reduce: ops with more state", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  check_list(StateReduceOps());
}

TEST_CASE("reduce: NaN and infinity among the elements", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  for (const double special : {NAN, INFINITY, -INFINITY}) {
    for (const int64_t place : {0, 5, 77, 999}) {
      INFO(special << " at " << place);
      const Tensor x = numbers({1000});
      narrow(x, 0, place, 1).fill_(special);
      const Tensor far = x.to(kGpu);
      check_same(sum(far), sum(x));
      check_same(amax(far), amax(x));
      check_same(argmax(far), argmax(x));
      check_same(argmin(far), argmin(x));
      check_same(logsumexp(far, 0), logsumexp(x, 0));
      check_same(var(far), var(x));
    }
  }
  const Tensor low = filled({40}, -INFINITY, float32, Device());
  check_same(logsumexp(low.to(kGpu), 0), logsumexp(low, 0));
}

TEST_CASE("reduce: nothing to reduce", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = numbers({0, 3}), far = x.to(kGpu);
  check_same(sum(far), sum(x));
  check_same(sum(far, {0}), sum(x, {0}));
  check_same(prod(far), prod(x));
  check_same(sum(far, {1}), sum(x, {1}));
}

TEST_CASE("reduce: many rows, and segments of many results", "[cuda][ops]") {
  CRESSET_NEEDS_CUDA();
  const Tensor rows = filled({70000, 2}, 1, uint8, kGpu);
  CHECK(sum(sum(rows, {1})).item<int64_t>() == 140000);
  const Tensor x = numbers({60000, 40}, int32), far = x.to(kGpu);
  check_same(sum(far, {0}), sum(x, {0}));
  check_same(argmax(far, 0), argmax(x, 0));
  check_same(sum(far), sum(x));
}

TEST_CASE("reduce: gradients through autograd", "[cuda][ops][grad]") {
  CRESSET_NEEDS_CUDA();
  const auto run = [](Device device) {
    const Tensor x = numbers({6, 10}).to(device).requires_grad_();
    const Tensor y = add(add(sum(x, {0}), amax(x, {0})), var(x, {0}));
    const Tensor z = mul(y, logsumexp(x, 0));
    sum(mul(z, z)).backward();
    return x.grad();
  };
  check_same(run(kGpu), run(Device()), 1e-4);
}

}  // namespace
}  // namespace cresset::testing
