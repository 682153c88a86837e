// Adds to a view in which several elements may lie in one place.

#include "cresset/cuda/ops/device.cuh"
#include "cresset/cuda/ops/put_sorted.cuh"
#include "cresset/cuda/ops/walk.cuh"
#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/tensor/ops/data_kernels.h"

namespace cresset::internal::cuda {
namespace {

__global__ void number_places(const __grid_constant__ Walk<1> to,
                              int64_t* keys) {
  const int64_t i = global_index();
  if (i < to.numel()) keys[i] = to.place(i);
}

template <class T>
__global__ void add_apart(const __grid_constant__ Walk<2> walk, const T* from,
                          T* to) {
  const int64_t i = global_index();
  if (i >= walk.numel()) return;
  int64_t at[2];
  walk.places(i, at);
  to[at[1]] += from[at[0]];
}

// Whether strides and sizes, sorted, tell that all elements lie apart.
bool lie_apart(const Tensor& x) {
  Shape strides, reach;
  for (size_t d = 0; d < x.sizes().size(); ++d) {
    if (x.sizes()[d] == 1) continue;
    size_t at = 0;
    while (at < strides.size() && strides[at] < x.strides()[d]) ++at;
    strides.insert(at, x.strides()[d]);
    reach.insert(at, (x.sizes()[d] - 1) * x.strides()[d]);
  }
  int64_t covered = 0;
  for (size_t d = 0; d < strides.size(); ++d) {
    if (strides[d] <= covered) return false;
    covered += reach[d];
  }
  return true;
}

void strided_add_cuda(const Tensor& from, const Tensor& to) {
  const int64_t n = to.numel();
  if (n == 0) return;
  const Device device = to.device();
  if (lie_apart(to)) {
    const Walk<2> walk(to.sizes(), {from.strides(), to.strides()});
    if (to.dtype() == float64) {
      launch(device, one_thread_each(n), add_apart<double>, walk,
             from.data<double>(), to.data<double>());
    } else {
      launch(device, one_thread_each(n), add_apart<float>, walk,
             from.data<float>(), to.data<float>());
    }
    return;
  }
  const Scratch keys(device, static_cast<size_t>(n) * sizeof(int64_t));
  launch(device, one_thread_each(n), number_places,
         Walk<1>(to.sizes(), {to.strides()}), keys.as<int64_t>());
  SortedPut put{to, from, PutOp::kAdd, n, 1, {}, {}, {}, {}};
  for (size_t d = 0; d < to.sizes().size(); ++d) {
    put.limit += (to.sizes()[d] - 1) * to.strides()[d];
  }
  put.from = Walk<1>(from.sizes(), {from.strides()});
  put_sorted(put, keys.as<int64_t>());
}

const StridedAddKernel::Entry on_cuda{strided_add_kernel, DeviceType::kCuda,
                                      strided_add_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
