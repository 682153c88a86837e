#include "cresset/nn/flatten.h"

#include "cresset/nn/text.h"
#include "cresset/tensor/ops/view.h"

namespace cresset::nn {

using cresset::internal::concat;

Tensor Flatten::forward(const Tensor& x) {
  return flatten(x, start_dim, end_dim);
}

std::string Flatten::extra_repr() const {
  return concat("start_dim=", start_dim, ", end_dim=", end_dim);
}

Tensor Unflatten::forward(const Tensor& x) {
  return unflatten(x, dim, unflattened_size);
}

std::string Unflatten::extra_repr() const {
  return concat("dim=", dim, ", unflattened_size=",
                cresset::internal::python_tuple(unflattened_size));
}

}  // namespace cresset::nn
