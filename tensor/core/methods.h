// The methods of Tensor that are ops: PyTorch's spelling `x.sum(1)` of the free
// function `sum(x, 1)`. Each is one line in tensor/ops/methods.cc; shapes,
// dtypes, gradients and errors are described at the free functions.

#ifndef CRESSET_TENSOR_CORE_METHODS_H_
#define CRESSET_TENSOR_CORE_METHODS_H_

#include "cresset/tensor/base/dtype.h"
#include "cresset/tensor/base/scalar.h"
#include "cresset/tensor/base/shape.h"

namespace cresset {

class Tensor;

class TensorMethods {
 public:
  Tensor view(IntSpan shape) const;
};

}  // namespace cresset

#endif  // CRESSET_TENSOR_CORE_METHODS_H_
