// What the losses against classes share.

#ifndef CRESSET_TENSOR_OPS_LOSS_CLASS_H_
#define CRESSET_TENSOR_OPS_LOSS_CLASS_H_

#include "cresset/tensor/core/tensor.h"

namespace cresset::internal {

// Throws unless target fits x [C], [N, C] or [N, C, ...], and weight [C].
void check_class_shapes(const Tensor& x, const Tensor& target,
                        const Tensor& weight, const char* op);

// Throws kIndex unless every target is a class or `ignored`; returns how many
// are not ignored. Waits for the device of `target`.
int64_t check_targets(const Tensor& target, int64_t classes, int64_t ignored,
                      const char* op);

// The factor of each target: its class's weight, or 1; 0 if it is ignored.
Tensor target_factors(const Tensor& target, const Tensor& weight,
                      int64_t ignored, Dtype dtype);

// Their sum.
Tensor target_weight(const Tensor& target, const Tensor& weight,
                     int64_t ignored, Dtype dtype);

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_LOSS_CLASS_H_
