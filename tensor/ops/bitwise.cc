#include "cresset/tensor/ops/bitwise.h"

#include "cresset/tensor/ops/bitwise_defs.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/elementwise_run.h"

namespace cresset {
namespace internal {

constinit ElementwiseKernel BitwiseFamily::kernel{
    "bitwise",
    [](const ElementwiseCall& call) { run_rows(bitwise_rows()(), call); }};

}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

#define CRESSET_BITWISE(name, Op)                 \
  Tensor name(const Tensor& a, const Tensor& b) { \
    return run_op(Op(), {a, b});                  \
  }                                               \
  Tensor name(const Tensor& a, const Scalar& b) { return run_op(Op(), {a, b}); }

CRESSET_BITWISE(bitwise_and, BitAnd)
CRESSET_BITWISE(bitwise_or, BitOr)
CRESSET_BITWISE(bitwise_xor, BitXor)
CRESSET_BITWISE(bitwise_left_shift, ShiftLeft)
CRESSET_BITWISE(bitwise_right_shift, ShiftRight)

#undef CRESSET_BITWISE

Tensor bitwise_not(const Tensor& x) {
  return x.dtype() == bool_ ? logical_not(x) : run_op(BitNot(), {x});
}

Tensor gcd(const Tensor& a, const Tensor& b) { return run_op(Gcd(), {a, b}); }
Tensor lcm(const Tensor& a, const Tensor& b) { return run_op(Lcm(), {a, b}); }

}  // namespace cresset
