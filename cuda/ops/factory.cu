// Ranges of numbers.

#include "cresset/cuda/ops/device.cuh"
#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/tensor/ops/data_kernels.h"
#include "cresset/tensor/ops/factory.h"

namespace cresset::internal::cuda {
namespace {

// Products are rounded before they are added, as on the CPU.
__device__ inline float step_up(float start, float step, int64_t i) {
  return __fadd_rn(start, __fmul_rn(step, static_cast<float>(i)));
}
__device__ inline double step_up(double start, double step, int64_t i) {
  return __dadd_rn(start, __dmul_rn(step, static_cast<double>(i)));
}
__device__ inline int64_t step_up(int64_t start, int64_t step, int64_t i) {
  return static_cast<int64_t>(static_cast<uint64_t>(start) +
                              static_cast<uint64_t>(step) *
                                  static_cast<uint64_t>(i));
}

// The first `turn` elements from the start, the others from the end.
template <class T>
__global__ void fill_range(T start, T end, T step, int64_t turn, int64_t n,
                           T* y) {
  const int64_t i = global_index();
  if (i >= n) return;
  y[i] = i < turn ? step_up(start, step, i) : step_up(end, -step, n - i - 1);
}

template <class T>
void run(const RangeCall& call, const Tensor& y) {
  const int64_t n = y.numel();
  const int64_t turn = call.two_ended && n != 1 ? n / 2 : n;
  const T end = call.two_ended ? call.end.to<T>() : T(0);
  launch(y.device(), one_thread_each(n), fill_range<T>, call.start.to<T>(), end,
         call.step.to<T>(), turn, n, y.data<T>());
}

void range_cuda(const RangeCall& call, const Tensor& y) {
  if (y.numel() == 0) return;
  if (y.dtype() == int64) {
    run<int64_t>(call, y);
  } else if (y.dtype() == float32) {
    run<float>(call, y);
  } else {
    run<double>(call, y);
  }
}

const RangeKernel::Entry on_cuda{range_kernel, DeviceType::kCuda, range_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
