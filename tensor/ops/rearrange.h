// The elements of one tensor repeated or in another order.
//
// Unless an op says otherwise
//   Shape:    as each op says.
//   Dtype:    any -> the same.
//   Gradient: g, brought back to where its elements came from and added up.
//   Errors:   kIndex for a dimension out of range; kShape for lists of the
//             wrong length; kValue for counts that make no sense.

#ifndef CRESSET_TENSOR_OPS_REARRANGE_H_
#define CRESSET_TENSOR_OPS_REARRANGE_H_

#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// The whole tensor repeats[i] times along dimension i; more repeats than
/// dimensions add dimensions in front. `tile` takes fewer, too.
/// Torch: x.repeat(repeats), torch.tile(x, repeats)
Tensor repeat(const Tensor& x, IntSpan repeats);
Tensor tile(const Tensor& x, IntSpan repeats);

/// Elements moved on by shifts[i] along dims[i], those that fall off come in at
/// the other end; without dims in row-major order.
/// Torch: torch.roll(x, shifts, dims)
Tensor roll(const Tensor& x, IntSpan shifts, IntSpan dims = {});

/// The order of elements reversed along the dimensions; fliplr along the
/// second, flipud along the first.
/// Torch: torch.flip(x, dims), torch.fliplr(x), torch.flipud(x)
Tensor flip(const Tensor& x, IntSpan dims);
Tensor fliplr(const Tensor& x);
Tensor flipud(const Tensor& x);

/// Turned by k quarters in the plane of two dimensions, from the first to the
/// second.
/// Torch: torch.rot90(x, k, dims)
Tensor rot90(const Tensor& x, int64_t k = 1, IntSpan dims = {0, 1});

}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_REARRANGE_H_
