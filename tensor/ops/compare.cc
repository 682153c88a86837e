#include "cresset/tensor/ops/compare.h"

#include <cstring>

#include "cresset/tensor/ops/compare_defs.h"
#include "cresset/tensor/ops/elementwise_run.h"
#include "cresset/tensor/ops/reduce.h"

namespace cresset {
namespace internal {
namespace {

// A comparison with a number of the dtype they promote to. `swapped` because
// a > b is b < a.
template <class Op>
Tensor compare(const Tensor& a, const Scalar& b, bool swapped = false) {
  const Operand both[] = {a, b};
  const Dtype dtype = op_dtype<Op>(both);
  const Scalar number = narrowed(b, dtype);
  Operand ordered[] = {a, number};
  if (swapped) std::swap(ordered[0], ordered[1]);
  return run_op_in(dtype, Op(), ordered);
}

// True if every byte is 1; for the results of this file. Waits for a device.
bool all_true(const Tensor& x) {
  if (!x.device().is_cpu()) return all(x).item<bool>();
  const Tensor host = x.contiguous();
  return std::memchr(host.raw_data(), 0, host.nbytes()) == nullptr;
}

}  // namespace

constinit ElementwiseKernel CompareFamily::kernel{
    "compare",
    [](const ElementwiseCall& call) { run_rows(compare_rows()(), call); }};

}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

Tensor eq(const Tensor& a, const Tensor& b) { return run_op(Eq(), {a, b}); }
Tensor eq(const Tensor& a, const Scalar& b) { return compare<Eq>(a, b); }
Tensor ne(const Tensor& a, const Tensor& b) { return run_op(Ne(), {a, b}); }
Tensor ne(const Tensor& a, const Scalar& b) { return compare<Ne>(a, b); }
Tensor lt(const Tensor& a, const Tensor& b) { return run_op(Lt(), {a, b}); }
Tensor lt(const Tensor& a, const Scalar& b) { return compare<Lt>(a, b); }
Tensor le(const Tensor& a, const Tensor& b) { return run_op(Le(), {a, b}); }
Tensor le(const Tensor& a, const Scalar& b) { return compare<Le>(a, b); }
Tensor gt(const Tensor& a, const Tensor& b) { return run_op(Lt(), {b, a}); }
Tensor gt(const Tensor& a, const Scalar& b) { return compare<Lt>(a, b, true); }
Tensor ge(const Tensor& a, const Tensor& b) { return run_op(Le(), {b, a}); }
Tensor ge(const Tensor& a, const Scalar& b) { return compare<Le>(a, b, true); }

bool equal(const Tensor& a, const Tensor& b) {
  CRESSET_CHECK(a.dtype() == b.dtype(), kDtype,
                "equal: both tensors must have one dtype; got ", a.dtype(),
                " and ", b.dtype());
  return a.sizes() == b.sizes() && all_true(eq(a, b));
}

Tensor isclose(const Tensor& a, const Tensor& b, double rtol, double atol,
               bool equal_nan) {
  CRESSET_CHECK(a.dtype() == b.dtype(), kDtype,
                "isclose: both tensors must have one dtype; got ", a.dtype(),
                " and ", b.dtype());
  CRESSET_CHECK(rtol >= 0 && atol >= 0, kValue,
                "isclose: tolerances must be >= 0; got rtol ", rtol,
                " and atol ", atol);
  return run_op(IsClose(rtol, atol, equal_nan), {a, b});
}

bool allclose(const Tensor& a, const Tensor& b, double rtol, double atol,
              bool equal_nan) {
  return all_true(isclose(a, b, rtol, atol, equal_nan));
}

Tensor logical_and(const Tensor& a, const Tensor& b) {
  return run_op(LogicalAnd(), {a, b});
}
Tensor logical_or(const Tensor& a, const Tensor& b) {
  return run_op(LogicalOr(), {a, b});
}
Tensor logical_xor(const Tensor& a, const Tensor& b) {
  return run_op(LogicalXor(), {a, b});
}
Tensor logical_not(const Tensor& x) { return run_op(LogicalNot(), {x}); }

Tensor isnan(const Tensor& x) { return run_op(IsNan(), {x}); }
Tensor isinf(const Tensor& x) { return run_op(IsInf(), {x}); }
Tensor isfinite(const Tensor& x) { return run_op(IsFinite(), {x}); }
Tensor isposinf(const Tensor& x) { return run_op(IsPosInf(), {x}); }
Tensor isneginf(const Tensor& x) { return run_op(IsNegInf(), {x}); }
Tensor signbit(const Tensor& x) { return run_op(SignBit(), {x}); }

}  // namespace cresset
