#include "cresset/nn/pool.h"

#include "cresset/nn/text.h"

namespace cresset::nn {

using cresset::internal::concat;
using cresset::internal::python_ints;
using cresset::internal::python_tuple;

MaxPoolBase::MaxPoolBase(const Ints& kernel, const MaxPoolOptions& pool_options)
    : kernel_size(kernel), options(pool_options) {
  if (options.stride.empty()) options.stride = kernel_size;
}

std::string MaxPoolBase::extra_repr() const {
  return concat("kernel_size=", python_ints(kernel_size),
                ", stride=", python_ints(options.stride),
                ", padding=", python_ints(options.padding),
                ", dilation=", python_ints(options.dilation), ", ceil_mode=",
                cresset::internal::python_bool(options.ceil_mode));
}

Tensor MaxPool1d::forward(const Tensor& x) {
  return max_pool1d(x, kernel_size, options);
}
Tensor MaxPool2d::forward(const Tensor& x) {
  return max_pool2d(x, kernel_size, options);
}
Tensor MaxPool3d::forward(const Tensor& x) {
  return max_pool3d(x, kernel_size, options);
}
std::pair<Tensor, Tensor> MaxPool1d::forward_with_indices(
    const Tensor& x) const {
  return max_pool1d_with_indices(x, kernel_size, options);
}
std::pair<Tensor, Tensor> MaxPool2d::forward_with_indices(
    const Tensor& x) const {
  return max_pool2d_with_indices(x, kernel_size, options);
}
std::pair<Tensor, Tensor> MaxPool3d::forward_with_indices(
    const Tensor& x) const {
  return max_pool3d_with_indices(x, kernel_size, options);
}

AvgPoolBase::AvgPoolBase(const Ints& kernel, const AvgPoolOptions& pool_options)
    : kernel_size(kernel), options(pool_options) {
  if (options.stride.empty()) options.stride = kernel_size;
}

std::string AvgPoolBase::extra_repr() const {
  return concat("kernel_size=", python_ints(kernel_size),
                ", stride=", python_ints(options.stride),
                ", padding=", python_ints(options.padding));
}

// PyTorch's one-dimensional layer alone keeps its sizes as tuples.
std::string AvgPool1d::extra_repr() const {
  return concat("kernel_size=", python_tuple(kernel_size),
                ", stride=", python_tuple(options.stride),
                ", padding=", python_tuple(options.padding));
}

Tensor AvgPool1d::forward(const Tensor& x) {
  return avg_pool1d(x, kernel_size, options);
}
Tensor AvgPool2d::forward(const Tensor& x) {
  return avg_pool2d(x, kernel_size, options);
}
Tensor AvgPool3d::forward(const Tensor& x) {
  return avg_pool3d(x, kernel_size, options);
}

std::string AdaptivePoolBase::extra_repr() const {
  if (output_size.size() == 1) {
    return concat("output_size=", output_size[0]);
  }
  std::string out = "output_size=(";
  for (size_t i = 0; i < output_size.size(); ++i) {
    if (i != 0) out += ", ";
    out += output_size[i] < 0 ? "None" : std::to_string(output_size[i]);
  }
  return out + ")";
}

Ints AdaptivePoolBase::size_for(const Tensor& x, size_t rank) const {
  Ints size = output_size.expanded(rank, {}, "AdaptivePool", "output_size");
  for (size_t d = 0; d < rank; ++d) {
    if (size[d] < 0) size[d] = x.size(x.dim() - static_cast<int64_t>(rank - d));
  }
  return size;
}

Tensor AdaptiveAvgPool1d::forward(const Tensor& x) {
  return adaptive_avg_pool1d(x, size_for(x, 1));
}
Tensor AdaptiveAvgPool2d::forward(const Tensor& x) {
  return adaptive_avg_pool2d(x, size_for(x, 2));
}
Tensor AdaptiveAvgPool3d::forward(const Tensor& x) {
  return adaptive_avg_pool3d(x, size_for(x, 3));
}
Tensor AdaptiveMaxPool1d::forward(const Tensor& x) {
  return adaptive_max_pool1d(x, size_for(x, 1));
}
Tensor AdaptiveMaxPool2d::forward(const Tensor& x) {
  return adaptive_max_pool2d(x, size_for(x, 2));
}
Tensor AdaptiveMaxPool3d::forward(const Tensor& x) {
  return adaptive_max_pool3d(x, size_for(x, 3));
}

}  // namespace cresset::nn
