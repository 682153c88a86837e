// Rows of padding and resampling.

#include "cresset/tensor/ops/pad.h"
#include "cresset/tensor/ops/sort.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {

void add_image_ops(OpTable& t) {
  t.add("nn.functional.pad", "input, pad, mode='constant', value=None",
        [](const Tensor& x, const Ints& padding, const std::string& mode,
           const std::optional<Scalar>& value) {
          return pad(x, padding, mode, value.value_or(0));
        });
}

}  // namespace cresset::parity
