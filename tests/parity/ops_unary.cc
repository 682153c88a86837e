// Rows of elementwise ops of one tensor.

#include "cresset/tensor/ops/unary.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {

// PyTorch's name, signature and C++ function are all the same.
#define CRESSET_ROW(name) \
  t.add(#name, "input", [](const Tensor& x) { return cresset::name(x); })

void add_unary_ops(OpTable& t) {
  CRESSET_ROW(exp);
  CRESSET_ROW(log);
  CRESSET_ROW(neg);
  t.add("clone", "input, *, memory_format=None",
        [](const Tensor& x, Ignored) { return x.clone(); });
  t.add("contiguous", "input, *, memory_format=None",
        [](const Tensor& x, Ignored) { return x.contiguous(); });
}

#undef CRESSET_ROW

}  // namespace cresset::parity
