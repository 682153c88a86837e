// GradScaler's pass over the gradients: many of them a launch, each read and
// written once.

#include <span>
#include <type_traits>
#include <vector>

#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/tensor/ops/math.h"
#include "cresset/tensor/ops/unscale.h"

namespace cresset::internal::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int64_t kChunk = 16 * kThreads;

struct GradientTable {
  static constexpr int kMost = 160;

  struct Entry {
    void* data;
    int64_t numel;
    unsigned first_block;
  };

  int count = 0;
  Entry entries[kMost];
};

template <class T>
__global__ void unscale_kernel_of(const GradientTable table, float factor,
                                  float* found) {
  int k = 0;
  while (k + 1 < table.count &&
         blockIdx.x >= table.entries[k + 1].first_block) {
    ++k;
  }
  const GradientTable::Entry& entry = table.entries[k];
  T* const data = static_cast<T*>(entry.data);
  const int64_t begin =
      static_cast<int64_t>(blockIdx.x - entry.first_block) * kChunk;
  const int64_t end =
      begin + kChunk < entry.numel ? begin + kChunk : entry.numel;
  bool finite = true;
#pragma unroll 4
  for (int64_t i = begin + threadIdx.x; i < end; i += kThreads) {
    const T g = data[i];
    using Number = std::conditional_t<std::is_same_v<T, double>, double, float>;
    finite &= math::isfinite(static_cast<Number>(g));
    data[i] = static_cast<T>(static_cast<Number>(g) * factor);
  }
  if (!finite) *found = 1;  // all writers write the same
}

template <class T>
void unscale(std::span<const Tensor> gradients, float factor,
             const Tensor& found) {
  const Device device = found.device();
  GradientTable table;
  unsigned blocks = 0;
  const auto flush = [&] {
    if (table.count == 0) return;
    launch(device, one_block_each(blocks, kThreads), unscale_kernel_of<T>,
           table, factor, found.data<float>());
    table.count = 0;
    blocks = 0;
  };
  for (const Tensor& g : gradients) {
    if (g.dtype() != dtype_of<T> || g.numel() == 0) continue;
    const int64_t numel = g.numel();
    if (table.count == GradientTable::kMost) flush();
    table.entries[table.count++] = {g.raw_data(), numel, blocks};
    blocks += static_cast<unsigned>((numel + kChunk - 1) / kChunk);
  }
  flush();
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
