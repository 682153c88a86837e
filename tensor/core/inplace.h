// In-place ops: the rules that autograd sets them.

#ifndef CRESSET_TENSOR_CORE_INPLACE_H_
#define CRESSET_TENSOR_CORE_INPLACE_H_

#include "cresset/tensor/core/node.h"

namespace cresset::internal {

// Throws what PyTorch throws where `self` may not be changed in place: a leaf
// that requires a gradient, or a view of one, while gradients are recorded.
void check_inplace(const Tensor& self, const char* op);

// Makes `self` hold the elements of `result` (same shape; converted to self's
// dtype) and take over its history: how an in-place op is derived from the
// out-of-place one. If self is a view, its base learns of the change.
const Tensor& assign(const Tensor& self, const Tensor& result, const char* op);

// For in-place ops that wrote into self's storage directly because nothing
// was to be recorded.
inline void bump_version(const Tensor& self) {
  self.impl().storage->bump_version();
}

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_CORE_INPLACE_H_
