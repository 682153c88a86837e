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
__device__ void update_chunk(void* const* arrays,
                             const typename Update<T>::Numbers& numbers,
                             int64_t begin, int64_t end) {
  constexpr int kTensors = Update<T>::kTensors;
  T* data[kTensors];
  bool present[kTensors];
  for (int t = 0; t < kTensors; ++t) {
    data[t] = static_cast<T*>(arrays[t]);
    present[t] = data[t] != nullptr;
  }
  const Update<T> update(numbers);
  const auto has = Update<T>::flags(numbers, present);
#pragma unroll 4
  for (int64_t i = begin + threadIdx.x; i < end; i += kChunkThreads) {
    T x[kTensors];
    for (int t = 0; t < kTensors; ++t) x[t] = present[t] ? data[t][i] : T(0);
    update(x, has);
    for (int t = 0; t < kTensors; ++t) {
      if (t != 1 && present[t]) data[t][i] = x[t];
    }
  }
}

template <template <class> class Update, class T>
__global__ void step_kernel(
    const __grid_constant__ ChunkTable<StepItem<Update>> table) {
  const auto chunk = chunk_of_block(table);
  update_chunk<Update, T>(chunk.item.data, chunk.item.numbers, chunk.begin,
                          chunk.end);
}

template <template <class> class Update>
StepItem<Update> item_of(const FusedStep<Update>& step) {
  StepItem<Update> item = {{}, step.numbers};
  for (size_t t = 0; t < step.tensors.size(); ++t) {
    const Tensor& x = step.tensors[t];
    item.data[t] = x.defined() ? x.raw_data() : nullptr;
  }
  return item;
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
    launches.add(step.tensors[0].numel(), item_of<Update>(step));
  }
  launches.flush();
}

__global__ void count_kernel(const __grid_constant__ ChunkTable<float*> table) {
  const auto chunk = chunk_of_block(table);
  if (threadIdx.x == 0) *chunk.item += 1;
}

struct CountedItem {
  StepItem<AdamUpdate> step;
  const float* count;
};

template <class T>
__global__ void counted_adam_kernel(
    const __grid_constant__ ChunkTable<CountedItem> table) {
  __shared__ AdamNumbers numbers;
  const auto chunk = chunk_of_block(table);
  const StepItem<AdamUpdate>& step = chunk.item.step;
  if (threadIdx.x == 0) numbers = at_step(step.numbers, *chunk.item.count);
  __syncthreads();
  update_chunk<AdamUpdate, T>(step.data, numbers, chunk.begin, chunk.end);
}

void run_counted_adam(std::span<const CountedAdamStep> steps) {
  const Device device = steps.front().tensors[0].device();
  const auto count = [&](const LaunchShape& shape,
                         const ChunkTable<float*>& table) {
    launch(device, shape, count_kernel, table);
  };
  ChunkLaunches<float*, decltype(count)> counts(count);
  for (const CountedAdamStep& step : steps) {
    counts.add(1, step.count.data<float>());
  }
  counts.flush();

  const auto kernel = steps.front().tensors[0].dtype() == float32
                          ? counted_adam_kernel<float>
                          : counted_adam_kernel<double>;
  const auto start = [&](const LaunchShape& shape,
                         const ChunkTable<CountedItem>& table) {
    launch(device, shape, kernel, table);
  };
  ChunkLaunches<CountedItem, decltype(start)> launches(start);
  for (const CountedAdamStep& step : steps) {
    launches.add(step.tensors[0].numel(),
                 {item_of<AdamUpdate>(step), step.count.data<float>()});
  }
  launches.flush();
}

const StepKernel<SgdStep>::Entry sgd_on_cuda{sgd_step_kernel, DeviceType::kCuda,
                                             run_steps<SgdUpdate>};
const StepKernel<AdamStep>::Entry adam_on_cuda{
    adam_step_kernel, DeviceType::kCuda, run_steps<AdamUpdate>};
const StepKernel<CountedAdamStep>::Entry counted_adam_on_cuda{
    counted_adam_step_kernel, DeviceType::kCuda, run_counted_adam};
const StepKernel<RmspropStep>::Entry rmsprop_on_cuda{
    rmsprop_step_kernel, DeviceType::kCuda, run_steps<RmspropUpdate>};

}  // namespace
}  // namespace cresset::internal::cuda
