// Borders around a tensor.

#ifndef CRESSET_TENSOR_OPS_PAD_H_
#define CRESSET_TENSOR_OPS_PAD_H_

#include <string_view>

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// x with borders. `padding` holds two numbers for each dimension, from the
/// last: how much before and how much after; negative numbers cut off. `mode`
/// is "constant" (filled with `value`), "reflect" (mirrored without the edge),
/// "replicate" (the edge again) or "circular".
///
/// Shape:    each padded dimension grows by its two numbers.
/// Dtype:    any -> the same.
/// Gradient: g without the border; the other modes add the border's parts
///           where these came from.
/// Errors:   kShape for an odd or too long list, or a border wider than the
///           mode can fill; kValue for an unknown mode.
/// Torch:    torch.nn.functional.pad(x, padding, mode, value),
///           torch.constant_pad_nd(x, padding, value)
Tensor pad(const Tensor& x, IntSpan padding, std::string_view mode = "constant",
           const Scalar& value = 0);
Tensor constant_pad_nd(const Tensor& x, IntSpan padding,
                       const Scalar& value = 0);

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_PAD_H_
