// Rows of reductions and scans.

#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {
namespace {

using OptDtype = std::optional<Dtype>;
using OptDim = std::optional<int64_t>;
using OptDims = std::optional<Ints>;

}  // namespace

void add_reduce_ops(OpTable& t) {
  t.add("sum_to_size", "input, *size",
        [](const Tensor& x, const Ints& size) { return sum_to_size(x, size); });
}

}  // namespace cresset::parity
