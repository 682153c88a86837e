#include "cresset/nn/padding.h"

#include "cresset/nn/text.h"
#include "cresset/tensor/ops/pad.h"

namespace cresset::nn {

using cresset::internal::concat;
using cresset::internal::python_tuple;

PadBase::PadBase(const Ints& sides, size_t rank, const char* pad_mode)
    : padding(sides.expanded(2 * rank, {}, "Pad", "padding")),
      mode_(pad_mode) {}

Tensor PadBase::forward(const Tensor& x) { return pad(x, padding, mode_); }

std::string PadBase::extra_repr() const { return python_tuple(padding); }

Tensor ConstantPadBase::forward(const Tensor& x) {
  return pad(x, padding, mode_, value);
}

std::string ConstantPadBase::extra_repr() const {
  return concat("padding=", python_tuple(padding), ", value=", value);
}

}  // namespace cresset::nn
