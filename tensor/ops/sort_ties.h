// Which of several equal elements a choice by rank names.
//
// The kernels name the first ones. PyTorch's CPU algorithms are not stable, and
// what they name depends on their steps; these functions take the same steps
// for the rows in which it matters.

#ifndef CRESSET_TENSOR_OPS_SORT_TIES_H_
#define CRESSET_TENSOR_OPS_SORT_TIES_H_

#include "cresset/tensor/ops/sort.h"

namespace cresset::internal {

// After topk's sort: names the elements of rows with equal ones as PyTorch.
void settle_topk(const SortCall& call, bool sorted);

// After the k-th smallest (from 1) of each row of x [rows, n] was found, with
// its value and index [rows]: the same.
void settle_kthvalue(const Tensor& x, int64_t k, const Tensor& values,
                     const Tensor& indices);

// The same for the most frequent element.
void settle_mode(const Tensor& x, const Tensor& values, const Tensor& indices);

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_SORT_TIES_H_
