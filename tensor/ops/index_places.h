// Reading and writing a tensor at the places that index tensors name: what
// index, index_select, index_add, take and their kin are made of.

#ifndef CRESSET_TENSOR_OPS_INDEX_PLACES_H_
#define CRESSET_TENSOR_OPS_INDEX_PLACES_H_

#include <vector>

#include "cresset/tensor/core/tensor.h"
#include "cresset/tensor/ops/data_kernels.h"

namespace cresset::internal {

// For each dimension of a tensor an int64 tensor of positions, all of one
// shape, or an undefined one where all positions are taken. The positions'
// dimensions stand in the result where the indexed dimensions stood if these
// are neighbours, and in front otherwise.
struct Places {
  std::vector<Tensor> index;  // on the device of the tensor
  bool distinct = false;      // no two positions lead to one place

  // Positions along one dimension of x; a 0-dim `positions` counts as one of
  // them.
  static Places along(const Tensor& x, int64_t dim, const Tensor& positions);

  Shape positions_shape() const;
  Shape result_shape(IntSpan sizes) const;
};

// The elements there, row-major. Gradient: put_at into zeros.
Tensor take_at(const char* grad_name, const Tensor& x, const Places& places);

// x with `values`, which have the places' shape, put there or added.
// Gradient: g with zeros there, or g; to the values g there.
Tensor put_at(const char* grad_name, const Tensor& x, const Places& places,
              const Tensor& values, PutOp op);

// The same in x's own memory, outside autograd.
void put_into(const Tensor& x, const Places& places, const Tensor& values,
              PutOp op);

// Throws kState if two elements of x share a place in memory, where writing at
// an index would change both.
void check_no_overlap(const Tensor& x, const char* op);

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_INDEX_PLACES_H_
