// Rows of elementwise ops of two or three tensors or numbers.

#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/masked.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {

// tensor op tensor, and tensor op number.
#define CRESSET_TENSORS(op, function)                              \
  t.add(op, "input, other", [](const Tensor& a, const Tensor& b) { \
    return cresset::function(a, b);                                \
  })
#define CRESSET_NUMBER(op, function)                               \
  t.add(op, "input, other", [](const Tensor& a, const Scalar& b) { \
    return cresset::function(a, b);                                \
  })
#define CRESSET_BOTH(op, function) \
  CRESSET_TENSORS(op, function);   \
  CRESSET_NUMBER(op, function)

void add_binary_ops(OpTable& t) {
  t.add("add", "input, other, *, alpha=1",
        [](const Tensor& a, const Tensor& b, const Scalar& alpha) {
          return add(a, b, alpha);
        });
  t.add("add", "input, other, *, alpha=1",
        [](const Tensor& a, const Scalar& b, const Scalar& alpha) {
          return add(a, b, alpha);
        });
  t.add("sub", "input, other, *, alpha=1",
        [](const Tensor& a, const Tensor& b, const Scalar& alpha) {
          return sub(a, b, alpha);
        });
  t.add("sub", "input, other, *, alpha=1",
        [](const Tensor& a, const Scalar& b, const Scalar& alpha) {
          return sub(a, b, alpha);
        });
  t.add("true_divide", "input, other",
        [](const Tensor& a, const Tensor& b) { return div(a, b); });
  t.add("true_divide", "input, other",
        [](const Tensor& a, const Scalar& b) { return div(a, b); });
  t.add("mul", "input, other",
        [](const Tensor& a, const Tensor& b) { return cresset::mul(a, b); });
  t.add("mul", "input, other",
        [](const Tensor& a, const Scalar& b) { return cresset::mul(a, b); });
  t.add("where", "condition", [](const Tensor& c) { return where(c); });
}

#undef CRESSET_TENSORS
#undef CRESSET_NUMBER
#undef CRESSET_BOTH

}  // namespace cresset::parity
