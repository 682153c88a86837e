// Checks of elements that must not make the host wait for a device.

#ifndef CRESSET_TENSOR_OPS_CHECK_ALL_H_
#define CRESSET_TENSOR_OPS_CHECK_ALL_H_

#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset::internal {

// Throws kValue "<op><rule>" unless all elements of x, integers or bool, differ
// from 0. On a device that works asynchronously the error comes when the host
// next waits. Both texts are literals.
void check_all(const Tensor& x, const char* op, const char* rule);

// What a device provides: x is not empty; any strides.
using CheckAllKernel =
    Kernel<void(const Tensor& x, const char* op, const char* rule)>;
extern CheckAllKernel check_all_kernel;

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_CHECK_ALL_H_
