// What gather, scatter and scatter_reduce share.

#ifndef CRESSET_TENSOR_OPS_GATHER_CHECKS_H_
#define CRESSET_TENSOR_OPS_GATHER_CHECKS_H_

#include "cresset/tensor/core/tensor.h"
#include "cresset/tensor/ops/data_kernels.h"
#include "cresset/tensor/ops/part_view.h"

namespace cresset::internal {

// Throws unless the index fits x and, if there is one, the source.
void check_scatter(const Tensor& x, int64_t dim, const Tensor& index,
                   const Tensor* source, const char* op);

// The part of the source that `index` covers.
Tensor cut_to(const Tensor& source, const Tensor& index);

// Scatters into x's own memory, outside autograd.
void scatter_into(const Tensor& x, int64_t dim, const Tensor& index,
                  const Tensor& source, PutOp op);

// x with zeros behind it up to `sizes`.
Tensor pad_to(const Tensor& x, IntSpan sizes);

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_GATHER_CHECKS_H_
