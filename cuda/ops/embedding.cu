// Rows of a table by number.

#include <cstdint>

#include "cresset/cuda/ops/device.cuh"
#include "cresset/cuda/ops/element.cuh"
#include "cresset/cuda/ops/index_guard.cuh"
#include "cresset/cuda/ops/put_sorted.cuh"
#include "cresset/cuda/ops/walk.cuh"
#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/tensor/ops/embedding.h"

namespace cresset::internal::cuda {
namespace {

template <class T>
__global__ void gather_rows(const T* weight, const int64_t* indices, T* y,
                            int64_t total, Divider width, int64_t rows,
                            IndexGuard guard) {
  const int64_t at = global_index();
  if (at >= total) return;
  int64_t i = at;
  const int64_t column = width.split(i);
  const int64_t row = indices[i];
  if (static_cast<uint64_t>(row) < static_cast<uint64_t>(rows)) {
    y[at] = weight[row * width.divisor() + column];
  } else {
    if (column == 0) guard.report(row, rows);
    y[at] = T{};
  }
}

void row_gather_cuda(const Tensor& weight, const Tensor& indices,
                     const Tensor& y) {
  if (y.numel() == 0) return;
  const size_t bytes = static_cast<size_t>(weight.size(1)) * weight.itemsize();
  const uintptr_t all = reinterpret_cast<uintptr_t>(weight.raw_data()) |
                        reinterpret_cast<uintptr_t>(y.raw_data()) | bytes | 16u;
  const auto unit = static_cast<size_t>(all & -all);
  const auto width = static_cast<int64_t>(bytes / unit);
  const int64_t total = indices.numel() * width;
  visit_bytes(unit, [&](auto t) {
    using T = decltype(t);
    launch(y.device(), one_thread_each(total), gather_rows<T>,
           static_cast<const T*>(weight.raw_data()),
           static_cast<const int64_t*>(indices.data<int64_t>()),
           static_cast<T*>(y.raw_data()), total, Divider(width), weight.size(0),
           index_guard(y.device(), "embedding", 0));
  });
}

// Indices that do not count become `rows`.
__global__ void mark_skipped(const int64_t* indices, int64_t n, int64_t rows,
                             int64_t skip, int64_t* keys) {
  const int64_t i = global_index();
  if (i >= n) return;
  const int64_t k = indices[i];
  keys[i] = k < 0 || k >= rows || k == skip ? rows : k;
}

void row_add_cuda(const Tensor& g, const Tensor& indices, int64_t skip,
                  bool scale_by_count, const Tensor& gw) {
  const int64_t n = indices.numel(), rows = gw.size(0);
  if (n == 0 || gw.numel() == 0) return;
  const Device device = gw.device();
  const Scratch keys(device, static_cast<size_t>(n) * sizeof(int64_t));
  launch(device, one_thread_each(n), mark_skipped,
         static_cast<const int64_t*>(indices.data<int64_t>()), n, rows, skip,
         keys.as<int64_t>());
  SortedPut put{gw, g, PutOp::kAdd, n, rows, {}, {}, {}, {}};
  const int64_t width = gw.size(1);
  put.after = Walk<1>(width, {1});
  put.target = Walk<1>(rows, {width});
  put.mean = scale_by_count;
  put_sorted(put, keys.as<int64_t>());
}

const RowGatherKernel::Entry gather_on_cuda{row_gather_kernel,
                                            DeviceType::kCuda, row_gather_cuda};
const RowAddKernel::Entry add_on_cuda{row_add_kernel, DeviceType::kCuda,
                                      row_add_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
