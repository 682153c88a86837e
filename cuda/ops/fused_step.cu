// The optimizers' fused steps: many parameters a launch, one pass over memory.

#include <span>

#include "cresset/cuda/ops/chunks.cuh"
#include "cresset/tensor/ops/fused_step.h"

namespace cresset::internal::cuda {
namespace {

// One parameter; what is absent is null.
template <template <class> class Update>
struct StepItem {
  void* data[Update<float>::kTensors];
  typename Update<float>::Numbers numbers;
};

template <template <class> class Update, class T>
__global__ void step_kernel(
    const __grid_constant__ ChunkTable<StepItem<Update>> table) {
  constexpr int kTensors = Update<T>::kTensors;
  const auto chunk = chunk_of_block(table);
  T* data[kTensors];
  bool present[kTensors];
  for (int t = 0; t < kTensors; ++t) {
    data[t] = static_cast<T*>(chunk.item.data[t]);
    present[t] = data[t] != nullptr;
  }
  const Update<T> update(chunk.item.numbers);
  const auto has = Update<T>::flags(chunk.item.numbers, present);
#pragma unroll 4
  for (int64_t i = chunk.begin + threadIdx.x; i < chunk.end;
       i += kChunkThreads) {
    T x[kTensors];
    for (int t = 0; t < kTensors; ++t) x[t] = present[t] ? data[t][i] : T(0);
    update(x, has);
    for (int t = 0; t < kTensors; ++t) {
      if (t != 1 && present[t]) data[t][i] = x[t];
    }
  }
}

template <template <class> class Update>
void run_steps(std::span<const FusedStep<Update>> steps) {
  using Item = StepItem<Update>;
  const Device device = steps.front().tensors[0].device();
  const auto kernel = steps.front().tensors[0].dtype() == float32
                          ? step_kernel<Update, float>
                          : step_kernel<Update, double>;
  const auto start = [&](const LaunchShape& shape,
                         const ChunkTable<Item>& table) {
    launch(device, shape, kernel, table);
  };
  ChunkLaunches<Item, decltype(start)> launches(start);
  for (const FusedStep<Update>& step : steps) {
    Item item = {{}, step.numbers};
    for (size_t t = 0; t < step.tensors.size(); ++t) {
      const Tensor& x = step.tensors[t];
      item.data[t] = x.defined() ? x.raw_data() : nullptr;
    }
    launches.add(step.tensors[0].numel(), item);
  }
  launches.flush();
}

const StepKernel<SgdStep>::Entry sgd_on_cuda{sgd_step_kernel, DeviceType::kCuda,
                                             run_steps<SgdUpdate>};
const StepKernel<AdamStep>::Entry adam_on_cuda{
    adam_step_kernel, DeviceType::kCuda, run_steps<AdamUpdate>};
const StepKernel<RmspropStep>::Entry rmsprop_on_cuda{
    rmsprop_step_kernel, DeviceType::kCuda, run_steps<RmspropUpdate>};

}  // namespace
}  // namespace cresset::internal::cuda
