// GradScaler's pass over the gradients: many of them a launch, each read and
// written once.

#include <span>
#include <type_traits>
#include <vector>

#include "cresset/cuda/ops/chunks.cuh"
#include "cresset/tensor/ops/math.h"
#include "cresset/tensor/ops/unscale.h"

namespace cresset::internal::cuda {
namespace {

template <class T>
__global__ void unscale_kernel_of(const __grid_constant__ ChunkTable<T*> table,
                                  float factor, float* found) {
  using Number = std::conditional_t<std::is_same_v<T, double>, double, float>;
  const auto chunk = chunk_of_block(table);
  T* const data = chunk.item;
  bool finite = true;
#pragma unroll 4
  for (int64_t i = chunk.begin + threadIdx.x; i < chunk.end;
       i += kChunkThreads) {
    const auto g = static_cast<Number>(data[i]);
    finite &= math::isfinite(g);
    data[i] = static_cast<T>(g * factor);
  }
  if (!finite) *found = 1;  // all writers write the same
}

template <class T>
void unscale(std::span<const Tensor> gradients, float factor,
             const Tensor& found) {
  const auto start = [&](const LaunchShape& shape,
                         const ChunkTable<T*>& table) {
    launch(found.device(), shape, unscale_kernel_of<T>, table, factor,
           found.data<float>());
  };
  ChunkLaunches<T*, decltype(start)> launches(start);
  for (const Tensor& g : gradients) {
    if (g.dtype() == dtype_of<T>) launches.add(g.numel(), g.data<T>());
  }
  launches.flush();
}

void unscale_cuda(std::span<const Tensor> gradients, double factor,
                  const Tensor& found) {
  std::vector<Tensor> dense(gradients.begin(), gradients.end());
  for (Tensor& g : dense) g = g.contiguous();
  const auto number = static_cast<float>(factor);
  unscale<float>(dense, number, found);
  unscale<double>(dense, number, found);
  unscale<BFloat16>(dense, number, found);
  for (size_t i = 0; i < dense.size(); ++i) {
    if (!dense[i].is_same(gradients[i])) gradients[i].copy_(dense[i]);
  }
}

const UnscaleKernel::Entry on_cuda{unscale_kernel, DeviceType::kCuda,
                                   unscale_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
