// Zeros on one side of a diagonal.

#include "cresset/cuda/ops/device.cuh"
#include "cresset/cuda/ops/element.cuh"
#include "cresset/cuda/ops/walk.cuh"
#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/tensor/ops/data_kernels.h"

namespace cresset::internal::cuda {
namespace {

template <class T>
__global__ void clear_triangle(T* y, int64_t n, Divider rows, Divider columns,
                               bool keep_lower, int64_t diagonal) {
  const int64_t at = global_index();
  if (at >= n) return;
  int64_t i = at;
  const int64_t column = columns.split(i);
  const int64_t row = rows.split(i);
  const int64_t over = column - row;
  if (keep_lower ? over > diagonal : over < diagonal) y[at] = T{};
}

void clear_triangle_cuda(const Tensor& y, bool keep_lower, int64_t diagonal) {
  if (y.numel() == 0) return;
  visit_bytes(y.itemsize(), [&](auto t) {
    using T = decltype(t);
    launch(y.device(), one_thread_each(y.numel()), clear_triangle<T>,
           static_cast<T*>(y.raw_data()), y.numel(), Divider(y.size(-2)),
           Divider(y.size(-1)), keep_lower, diagonal);
  });
}

const TriangleKernel::Entry on_cuda{triangle_kernel, DeviceType::kCuda,
                                    clear_triangle_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
