// Tensors one behind the other.

#include <algorithm>
#include <cstdint>

#include "cresset/cuda/ops/device.cuh"
#include "cresset/cuda/ops/element.cuh"
#include "cresset/cuda/ops/walk.cuh"
#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/tensor/ops/data_kernels.h"

namespace cresset::internal::cuda {
namespace {

constexpr int kParts = 32;  // inputs of one launch
constexpr int kItems = 4;   // elements of a thread

// Each input is a matrix [outer, width] that becomes columns of the result.
struct Parts {
  const void* from[kParts];
  Divider width[kParts];
  int64_t column[kParts];
  int64_t outer;
  int64_t row;  // width of the result
};

template <class T>
__global__ void cat_parts(const __grid_constant__ Parts p, T* to) {
  const int part = blockIdx.y;
  const T* from = static_cast<const T*>(p.from[part]);
  const Divider width = p.width[part];
  const int64_t n = p.outer * width.divisor();
  const int64_t step = static_cast<int64_t>(gridDim.x) * blockDim.x;
  T* column = to + p.column[part];
  for (int64_t i = global_index(); i < n; i += kItems * step) {
    T value[kItems];
    for (int k = 0; k < kItems; ++k) {
      if (i + k * step < n) value[k] = from[i + k * step];
    }
    for (int k = 0; k < kItems; ++k) {
      int64_t r = i + k * step;
      if (r >= n) continue;
      const int64_t c = width.split(r);
      column[r * p.row + c] = value[k];
    }
  }
}

// The largest group of bytes that all inputs and columns are multiples of.
size_t common_unit(std::span<const Tensor> x, int64_t outer, const Tensor& y) {
  auto all = reinterpret_cast<uintptr_t>(y.raw_data()) | 16u;
  for (const Tensor& part : x) {
    if (part.numel() == 0) continue;
    all |= reinterpret_cast<uintptr_t>(part.raw_data());
    all |= part.nbytes() / static_cast<size_t>(outer);
  }
  return static_cast<size_t>(all & -all);
}

void cat_cuda(std::span<const Tensor> x, int64_t dim, const Tensor& y) {
  if (y.numel() == 0) return;
  Parts p;
  p.outer = 1;
  for (int64_t d = 0; d < dim; ++d) p.outer *= y.size(d);
  const size_t unit = common_unit(x, p.outer, y);
  const auto group = static_cast<int64_t>(unit);
  p.row = static_cast<int64_t>(y.nbytes()) / p.outer / group;
  int64_t column = 0, longest = 0;
  int count = 0;
  const auto run = [&] {
    const int64_t blocks = (longest + 256 * kItems - 1) / (256 * kItems);
    const LaunchShape shape{
        dim3(static_cast<unsigned>(std::min<int64_t>(blocks, 1 << 20)),
             static_cast<unsigned>(count)),
        dim3(256)};
    visit_bytes(unit, [&](auto t) {
      using T = decltype(t);
      launch(y.device(), shape, cat_parts<T>, p, static_cast<T*>(y.raw_data()));
    });
    count = 0;
    longest = 0;
  };
  for (const Tensor& part : x) {
    if (part.numel() == 0) continue;
    const int64_t width = static_cast<int64_t>(part.nbytes()) / p.outer / group;
    p.from[count] = part.raw_data();
    p.width[count] = Divider(width);
    p.column[count] = column;
    longest = std::max(longest, p.outer * width);
    column += width;
    if (++count == kParts) run();
  }
  if (count != 0) run();
}

const CatKernel::Entry on_cuda{cat_kernel, DeviceType::kCuda, cat_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
