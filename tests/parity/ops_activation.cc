// Rows of activation functions.

#include "cresset/tensor/ops/dropout.h"
#include "cresset/tensor/ops/softmax.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {
namespace {

using OptDtype = std::optional<Dtype>;

}  // namespace

// Functions of one tensor that may work in place.
#define CRESSET_ROW(name)                               \
  t.add("nn.functional." #name, "input, inplace=False", \
        [](const Tensor& x, Ignored) { return cresset::name(x); })

void add_activation_ops(OpTable& t) {
  t.add("softmax", "input, dim, dtype=None",
        [](const Tensor& x, int64_t dim, OptDtype dtype) {
          return softmax(x, dim, dtype);
        });
  t.add("log_softmax", "input, dim, dtype=None",
        [](const Tensor& x, int64_t dim, OptDtype dtype) {
          return log_softmax(x, dim, dtype);
        });
  t.add("nn.functional.softmax", "input, dim, _stacklevel=3, dtype=None",
        [](const Tensor& x, int64_t dim, Ignored, OptDtype dtype) {
          return softmax(x, dim, dtype);
        });
  t.add("nn.functional.log_softmax", "input, dim, _stacklevel=3, dtype=None",
        [](const Tensor& x, int64_t dim, Ignored, OptDtype dtype) {
          return log_softmax(x, dim, dtype);
        });
  t.add("nn.functional.softmin", "input, dim, _stacklevel=3, dtype=None",
        [](const Tensor& x, int64_t dim, Ignored, OptDtype dtype) {
          return softmin(x, dim, dtype);
        });
  t.add("nn.functional.dropout", "input, p=0.5, training=True, inplace=False",
        [](const Tensor& x, double p, bool training, Ignored) {
          return dropout(x, p, training);
        });
}

#undef CRESSET_ROW

}  // namespace cresset::parity
