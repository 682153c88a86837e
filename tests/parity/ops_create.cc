// Rows of functions that make tensors.

#include "cresset/tensor/ops/factory.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {
namespace {

using OptDtype = std::optional<Dtype>;
using OptDevice = std::optional<Device>;

TensorOptions options(OptDtype dtype, OptDevice device, bool requires_grad) {
  return {.dtype = dtype,
          .device = device.value_or(Device()),
          .requires_grad = requires_grad};
}

Tensor finish(const Tensor& x, OptDevice device, bool requires_grad) {
  const Tensor y = device ? x.to(*device) : x;
  return requires_grad ? y.requires_grad_() : y;
}

// The end of every signature here.
#define CRESSET_OPTIONS                                      \
  "dtype=None, layout=None, device=None, pin_memory=False, " \
  "requires_grad=False"
#define CRESSET_LIKE_OPTIONS CRESSET_OPTIONS ", memory_format=None"

Tensor arange_of(const Scalar& start, const Scalar& end, const Scalar& step,
                 OptDtype dtype, OptDevice device, bool requires_grad) {
  return arange(start, end, step, options(dtype, device, requires_grad));
}

}  // namespace

void add_create_ops(OpTable& t) {
  t.add("arange", "end, *, " CRESSET_OPTIONS,
        [](const Scalar& end, OptDtype dtype, Ignored, OptDevice device,
           Ignored, bool requires_grad) {
          return arange_of(0, end, 1, dtype, device, requires_grad);
        });
  t.add("arange", "start, end, step=1, *, " CRESSET_OPTIONS,
        [](const Scalar& start, const Scalar& end, const Scalar& step,
           OptDtype dtype, Ignored, OptDevice device, Ignored,
           bool requires_grad) {
          return arange_of(start, end, step, dtype, device, requires_grad);
        });
  t.add(
      "linspace", "start, end, steps, *, " CRESSET_OPTIONS,
      [](const Scalar& start, const Scalar& end, int64_t steps, OptDtype dtype,
         Ignored, OptDevice device, Ignored, bool requires_grad) {
        return linspace(start, end, steps,
                        options(dtype, device, requires_grad));
      });
  t.add("eye", "n, m=None, *, " CRESSET_OPTIONS,
        [](int64_t n, std::optional<int64_t> m, OptDtype dtype, Ignored,
           OptDevice device, Ignored, bool requires_grad) {
          return eye(n, m.value_or(n), options(dtype, device, requires_grad));
        });
  t.add("zeros", "*size, " CRESSET_OPTIONS,
        [](const Ints& size, OptDtype dtype, Ignored, OptDevice device, Ignored,
           bool requires_grad) {
          return zeros(size, options(dtype, device, requires_grad));
        });
  t.add("ones", "*size, " CRESSET_OPTIONS,
        [](const Ints& size, OptDtype dtype, Ignored, OptDevice device, Ignored,
           bool requires_grad) {
          return ones(size, options(dtype, device, requires_grad));
        });
  t.add("full", "size, fill_value, *, " CRESSET_OPTIONS,
        [](const Ints& size, const Scalar& value, OptDtype dtype, Ignored,
           OptDevice device, Ignored, bool requires_grad) {
          return full(size, value, options(dtype, device, requires_grad));
        });
  t.add("zeros_like", "input, *, " CRESSET_LIKE_OPTIONS,
        [](const Tensor& x, OptDtype dtype, Ignored, OptDevice device, Ignored,
           bool requires_grad, Ignored) {
          return finish(zeros_like(x, dtype), device, requires_grad);
        });
  t.add("ones_like", "input, *, " CRESSET_LIKE_OPTIONS,
        [](const Tensor& x, OptDtype dtype, Ignored, OptDevice device, Ignored,
           bool requires_grad, Ignored) {
          return finish(ones_like(x, dtype), device, requires_grad);
        });
  t.add("full_like", "input, fill_value, *, " CRESSET_LIKE_OPTIONS,
        [](const Tensor& x, const Scalar& value, OptDtype dtype, Ignored,
           OptDevice device, Ignored, bool requires_grad, Ignored) {
          return finish(full_like(x, value, dtype), device, requires_grad);
        });
  t.add("new_zeros", "input, *size, " CRESSET_OPTIONS,
        [](const Tensor& x, const Ints& size, OptDtype dtype, Ignored,
           OptDevice device, Ignored, bool requires_grad) {
          return finish(new_zeros(x, size, dtype), device, requires_grad);
        });
  t.add("new_ones", "input, *size, " CRESSET_OPTIONS,
        [](const Tensor& x, const Ints& size, OptDtype dtype, Ignored,
           OptDevice device, Ignored, bool requires_grad) {
          return finish(new_ones(x, size, dtype), device, requires_grad);
        });
  t.add(
      "new_full", "input, size, fill_value, *, " CRESSET_OPTIONS,
      [](const Tensor& x, const Ints& size, const Scalar& value, OptDtype dtype,
         Ignored, OptDevice device, Ignored, bool requires_grad) {
        return finish(new_full(x, size, value, dtype), device, requires_grad);
      });
}

#undef CRESSET_OPTIONS
#undef CRESSET_LIKE_OPTIONS

}  // namespace cresset::parity
