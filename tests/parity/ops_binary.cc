// Rows of elementwise ops of two or three tensors or numbers.

#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/bitwise.h"
#include "cresset/tensor/ops/clamp.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/division.h"
#include "cresset/tensor/ops/masked.h"
#include "cresset/tensor/ops/power.h"
#include "cresset/tensor/ops/special.h"
#include "cresset/tensor/ops/ternary.h"
#include "cresset/tensor/ops/where.h"
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
  t.add("rsub", "input, other, *, alpha=1",
        [](const Tensor& a, const Tensor& b, const Scalar& alpha) {
          return rsub(a, b, alpha);
        });
  t.add("rsub", "input, other, *, alpha=1",
        [](const Tensor& a, const Scalar& b, const Scalar& alpha) {
          return rsub(a, b, alpha);
        });
  t.add("div", "input, other, *, rounding_mode=None",
        [](const Tensor& a, const Tensor& b,
           const std::optional<std::string>& rounding_mode) {
          return rounding_mode ? div(a, b, *rounding_mode) : div(a, b);
        });
  t.add("div", "input, other, *, rounding_mode=None",
        [](const Tensor& a, const Scalar& b,
           const std::optional<std::string>& rounding_mode) {
          return rounding_mode ? div(a, b, *rounding_mode) : div(a, b);
        });
  t.add("true_divide", "input, other",
        [](const Tensor& a, const Tensor& b) { return div(a, b); });
  t.add("true_divide", "input, other",
        [](const Tensor& a, const Scalar& b) { return div(a, b); });
  t.add("mul", "input, other",
        [](const Tensor& a, const Tensor& b) { return cresset::mul(a, b); });
  t.add("mul", "input, other",
        [](const Tensor& a, const Scalar& b) { return cresset::mul(a, b); });
  CRESSET_TENSORS("eq", eq);
  CRESSET_NUMBER("eq", eq);
  CRESSET_TENSORS("ne", ne);
  CRESSET_NUMBER("ne", ne);
  CRESSET_TENSORS("lt", lt);
  CRESSET_NUMBER("lt", lt);
  CRESSET_TENSORS("le", le);
  CRESSET_NUMBER("le", le);
  CRESSET_TENSORS("gt", gt);
  CRESSET_NUMBER("gt", gt);
  CRESSET_TENSORS("ge", ge);
  CRESSET_NUMBER("ge", ge);
  CRESSET_TENSORS("floor_divide", floor_divide);
  CRESSET_NUMBER("floor_divide", floor_divide);
  CRESSET_TENSORS("remainder", remainder);
  CRESSET_NUMBER("remainder", remainder);
  CRESSET_TENSORS("fmod", fmod);
  CRESSET_NUMBER("fmod", fmod);
  CRESSET_TENSORS("copysign", copysign);
  CRESSET_NUMBER("copysign", copysign);
  CRESSET_TENSORS("xlogy", xlogy);
  CRESSET_NUMBER("xlogy", xlogy);
  CRESSET_TENSORS("bitwise_and", bitwise_and);
  CRESSET_NUMBER("bitwise_and", bitwise_and);
  CRESSET_TENSORS("bitwise_or", bitwise_or);
  CRESSET_NUMBER("bitwise_or", bitwise_or);
  CRESSET_TENSORS("bitwise_xor", bitwise_xor);
  CRESSET_NUMBER("bitwise_xor", bitwise_xor);
  CRESSET_TENSORS("atan2", atan2);
  CRESSET_TENSORS("equal", equal);
  CRESSET_TENSORS("fmax", fmax);
  CRESSET_TENSORS("fmin", fmin);
  CRESSET_TENSORS("hypot", hypot);
  CRESSET_TENSORS("logaddexp", logaddexp);
  CRESSET_TENSORS("logaddexp2", logaddexp2);
  CRESSET_TENSORS("logical_and", logical_and);
  CRESSET_TENSORS("logical_or", logical_or);
  CRESSET_TENSORS("logical_xor", logical_xor);
  CRESSET_TENSORS("maximum", maximum);
  CRESSET_TENSORS("minimum", minimum);
  CRESSET_TENSORS("max", maximum);
  CRESSET_TENSORS("min", minimum);
  t.add("heaviside", "input, values",
        [](const Tensor& x, const Tensor& values) {
          return heaviside(x, values);
        });
  t.add("pow", "input, exponent",
        [](const Tensor& a, const Tensor& b) { return pow(a, b); });
  t.add("pow", "input, exponent",
        [](const Tensor& a, const Scalar& b) { return pow(a, b); });
  t.add("pow", "input, exponent",
        [](const Scalar& a, const Tensor& b) { return pow(a, b); });
  t.add("float_power", "input, exponent",
        [](const Tensor& a, const Tensor& b) { return float_power(a, b); });
  t.add("float_power", "input, exponent",
        [](const Tensor& a, const Scalar& b) { return float_power(a, b); });
  t.add("float_power", "input, exponent",
        [](const Scalar& a, const Tensor& b) { return float_power(a, b); });
  t.add("isclose", "input, other, rtol=1e-05, atol=1e-08, equal_nan=False",
        [](const Tensor& a, const Tensor& b, double rtol, double atol,
           bool equal_nan) { return isclose(a, b, rtol, atol, equal_nan); });
  t.add("allclose", "input, other, rtol=1e-05, atol=1e-08, equal_nan=False",
        [](const Tensor& a, const Tensor& b, double rtol, double atol,
           bool equal_nan) { return allclose(a, b, rtol, atol, equal_nan); });
  t.add("addcmul", "input, tensor1, tensor2, *, value=1",
        [](const Tensor& x, const Tensor& a, const Tensor& b,
           const Scalar& value) { return addcmul(x, a, b, value); });
  t.add("addcdiv", "input, tensor1, tensor2, *, value=1",
        [](const Tensor& x, const Tensor& a, const Tensor& b,
           const Scalar& value) { return addcdiv(x, a, b, value); });
  t.add("lerp", "input, end, weight",
        [](const Tensor& a, const Tensor& b, const Tensor& weight) {
          return lerp(a, b, weight);
        });
  t.add("lerp", "input, end, weight",
        [](const Tensor& a, const Tensor& b, const Scalar& weight) {
          return lerp(a, b, weight);
        });
  t.add("clamp", "input, min=None, max=None",
        [](const Tensor& x, const std::optional<Tensor>& low,
           const std::optional<Tensor>& high) { return clamp(x, low, high); });
  t.add("clamp", "input, min=None, max=None",
        [](const Tensor& x, const std::optional<Scalar>& low,
           const std::optional<Scalar>& high) { return clamp(x, low, high); });
  t.add("clamp_min", "input, min",
        [](const Tensor& x, const Tensor& low) { return clamp_min(x, low); });
  t.add("clamp_min", "input, min",
        [](const Tensor& x, const Scalar& low) { return clamp_min(x, low); });
  t.add("clamp_max", "input, max",
        [](const Tensor& x, const Tensor& high) { return clamp_max(x, high); });
  t.add("clamp_max", "input, max",
        [](const Tensor& x, const Scalar& high) { return clamp_max(x, high); });
  // Three tensors come in the order of the method, x.where(condition, y), or of
  // the function, where(condition, x, y): a mask in first place tells.
  t.add("where", "condition, input, other",
        [](const Tensor& first, const Tensor& second, const Tensor& other) {
          return first.dtype() == bool_ ? where(first, second, other)
                                        : where(second, first, other);
        });
  t.add("where", "condition, input, other",
        [](const Tensor& c, const Tensor& a, const Scalar& b) {
          return where(c, a, b);
        });
  t.add("where", "condition, input, other",
        [](const Tensor& c, const Scalar& a, const Tensor& b) {
          return where(c, a, b);
        });
  t.add("where", "condition", [](const Tensor& c) { return where(c); });
}

#undef CRESSET_TENSORS
#undef CRESSET_NUMBER
#undef CRESSET_BOTH

}  // namespace cresset::parity
