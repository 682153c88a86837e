// The optimizers' fused steps: many parameters a launch, one pass over memory.
//
// What a launch needs to know of its parameters travels as the kernel's
// argument, so nothing is uploaded and a captured graph holds it all. Each
// block takes one chunk of one parameter.

#include <algorithm>
#include <array>
#include <span>

#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/tensor/ops/fused_step.h"

namespace cresset::internal::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int64_t kChunk = 16 * kThreads;
// What every GPU takes as arguments, less what else is in the table.
constexpr size_t kTableBytes = 4000;

template <template <class> class Update>
struct StepEntry {
  using Numbers = typename Update<float>::Numbers;
  static constexpr int kTensors = Update<float>::kTensors;

  void* data[kTensors];  // null where absent
  int64_t numel;
  unsigned first_block;
  Numbers numbers;
};

template <template <class> class Update>
struct StepTable {
  static constexpr int kMost =
      static_cast<int>(kTableBytes / sizeof(StepEntry<Update>));

  int count = 0;
  StepEntry<Update> entries[kMost];
};

template <template <class> class Update, class T>
__global__ void step_kernel(const StepTable<Update> table) {
  constexpr int kTensors = Update<T>::kTensors;
  int k = 0;
  while (k + 1 < table.count &&
         blockIdx.x >= table.entries[k + 1].first_block) {
    ++k;
  }
  const StepEntry<Update>& entry = table.entries[k];
  T* data[kTensors];
  bool present[kTensors];
  for (int t = 0; t < kTensors; ++t) {
    data[t] = static_cast<T*>(entry.data[t]);
    present[t] = data[t] != nullptr;
  }
  const Update<T> update(entry.numbers);
  const auto has = Update<T>::flags(entry.numbers, present);
  const int64_t begin =
      static_cast<int64_t>(blockIdx.x - entry.first_block) * kChunk;
  const int64_t end =
      begin + kChunk < entry.numel ? begin + kChunk : entry.numel;
#pragma unroll 4
  for (int64_t i = begin + threadIdx.x; i < end; i += kThreads) {
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
  const Device device = steps.front().tensors[0].device();
  const bool is_float = steps.front().tensors[0].dtype() == float32;
  StepTable<Update> table;
  unsigned blocks = 0;
  const auto flush = [&] {
    if (table.count == 0) return;
    const LaunchShape shape = one_block_each(blocks, kThreads);
    if (is_float) {
      launch(device, shape, step_kernel<Update, float>, table);
    } else {
      launch(device, shape, step_kernel<Update, double>, table);
    }
    table.count = 0;
    blocks = 0;
  };
  for (const FusedStep<Update>& step : steps) {
    const int64_t numel = step.tensors[0].numel();
    if (numel == 0) continue;
    if (table.count == StepTable<Update>::kMost) flush();
    StepEntry<Update>& entry = table.entries[table.count++];
    for (size_t t = 0; t < step.tensors.size(); ++t) {
      const Tensor& x = step.tensors[t];
      entry.data[t] = x.defined() ? x.raw_data() : nullptr;
    }
    entry.numel = numel;
    entry.first_block = blocks;
    entry.numbers = step.numbers;
    blocks += static_cast<unsigned>((numel + kChunk - 1) / kChunk);
  }
  flush();
}

const StepKernel<SgdStep>::Entry sgd_on_cuda{sgd_step_kernel, DeviceType::kCuda,
                                             run_steps<SgdUpdate>};
const StepKernel<AdamStep>::Entry adam_on_cuda{
    adam_step_kernel, DeviceType::kCuda, run_steps<AdamUpdate>};
const StepKernel<RmspropStep>::Entry rmsprop_on_cuda{
    rmsprop_step_kernel, DeviceType::kCuda, run_steps<RmspropUpdate>};

}  // namespace
}  // namespace cresset::internal::cuda
