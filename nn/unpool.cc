#include "cresset/nn/unpool.h"

#include "cresset/nn/text.h"
#include "cresset/tensor/ops/pool.h"

namespace cresset::nn {

using cresset::internal::concat;
using cresset::internal::python_tuple;

MaxUnpoolBase::MaxUnpoolBase(const Ints& kernel, const Ints& steps,
                             const Ints& border, size_t rank)
    : kernel_size(kernel.expanded(rank, {}, "MaxUnpool", "kernel_size")),
      stride(steps.expanded(rank, kernel_size, "MaxUnpool", "stride")),
      padding(border.expanded(rank, {}, "MaxUnpool", "padding")) {}

std::string MaxUnpoolBase::extra_repr() const {
  return concat("kernel_size=", python_tuple(kernel_size),
                ", stride=", python_tuple(stride),
                ", padding=", python_tuple(padding));
}

Tensor MaxUnpool1d::forward_to(const Tensor& x, const Tensor& indices,
                               const Ints& output_size) const {
  return max_unpool1d(x, indices, kernel_size, stride, padding, output_size);
}
Tensor MaxUnpool2d::forward_to(const Tensor& x, const Tensor& indices,
                               const Ints& output_size) const {
  return max_unpool2d(x, indices, kernel_size, stride, padding, output_size);
}
Tensor MaxUnpool3d::forward_to(const Tensor& x, const Tensor& indices,
                               const Ints& output_size) const {
  return max_unpool3d(x, indices, kernel_size, stride, padding, output_size);
}

}  // namespace cresset::nn
