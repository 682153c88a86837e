// Binary search.

#include "cresset/cuda/ops/device.cuh"
#include "cresset/cuda/ops/walk.cuh"
#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/tensor/ops/data_kernels.h"

namespace cresset::internal::cuda {
namespace {

// NaN is larger than all numbers.
template <class T>
__device__ bool less(T a, T b) {
  return a < b || (b != b && a == a);
}

template <class T>
__global__ void search_rows(const T* sequence, int64_t n, int64_t row_step,
                            const T* values, Divider by_m, int64_t total,
                            bool right, int64_t* y) {
  const int64_t i = global_index();
  if (i >= total) return;
  const T* row = sequence + by_m.divide(i) * row_step;
  const T value = values[i];
  int64_t low = 0, high = n;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    const T x = row[middle];
    if (right ? !less(value, x) : less(x, value)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  y[i] = low;
}

template <class T>
void run(const Tensor& sequence, const Tensor& values, bool right,
         const Tensor& y) {
  const int64_t n = sequence.size(1);
  launch(y.device(), one_thread_each(values.numel()), search_rows<T>,
         static_cast<const T*>(sequence.data<T>()), n,
         sequence.size(0) == 1 ? 0 : n, static_cast<const T*>(values.data<T>()),
         Divider(values.size(1)), values.numel(), right, y.data<int64_t>());
}

void search_cuda(const Tensor& sequence, const Tensor& values, bool right,
                 const Tensor& y) {
  if (values.numel() == 0) return;
  if (sequence.dtype() == float64) {
    run<double>(sequence, values, right, y);
  } else {
    run<int64_t>(sequence, values, right, y);
  }
}

const SearchKernel::Entry on_cuda{search_kernel, DeviceType::kCuda,
                                  search_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
