// A sparse matrix times one dimension of a tensor.

#include <span>

#include "cresset/cuda/ops/device.cuh"
#include "cresset/cuda/ops/walk.cuh"
#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/cuda/runtime/scratch.h"
#include "cresset/tensor/ops/resample.h"

namespace cresset::internal::cuda {
namespace {

template <class T>
__global__ void mix_rows(const int64_t* first, const int64_t* index,
                         const double* weight, const T* x, T* y, int64_t total,
                         Divider inner, Divider out, int64_t in) {
  const int64_t at = global_index();
  if (at >= total) return;
  int64_t i = at;
  const int64_t column = inner.split(i);
  const int64_t row = out.split(i);
  const T* from = x + i * in * inner.divisor() + column;
  T sum = 0;
  const int64_t last = first[row + 1];
  for (int64_t k = first[row]; k < last; ++k) {
    sum += static_cast<T>(weight[k]) * from[index[k] * inner.divisor()];
  }
  y[at] = sum;
}

void mix_cuda(const Taps& taps, const Tensor& x, const Tensor& y, int64_t outer,
              int64_t inner) {
  const Device device = x.device();
  const Scratch first = upload(device, std::span(taps.first));
  const Scratch index = upload(device, std::span(taps.index));
  const Scratch weight = upload(device, std::span(taps.weight));
  const int64_t total = outer * taps.out * inner;
  const auto run = [&](auto zero) {
    using T = decltype(zero);
    launch(device, one_thread_each(total), mix_rows<T>, first.as<int64_t>(),
           index.as<int64_t>(), weight.as<double>(),
           static_cast<const T*>(x.data<T>()), y.data<T>(), total,
           Divider(inner), Divider(taps.out), taps.in);
  };
  if (x.dtype() == float64) {
    run(double{});
  } else {
    run(float{});
  }
}

const MixKernel::Entry on_cuda{mix_kernel, DeviceType::kCuda, mix_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
