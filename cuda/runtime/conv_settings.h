// How convolutions choose cuDNN's plans; switches of the process.

#ifndef CRESSET_CUDA_RUNTIME_CONV_SETTINGS_H_
#define CRESSET_CUDA_RUNTIME_CONV_SETTINGS_H_

#include <cstdint>

namespace cresset::internal::cuda {

// Whether the first convolution of each geometry tries several plans and keeps
// the fastest, which waits for the device.
// Torch: torch.backends.cudnn.benchmark (default false)
bool conv_benchmark();
void set_conv_benchmark(bool value);

// Whether only plans are used whose results never vary.
// Torch: torch.backends.cudnn.deterministic (default false)
bool conv_deterministic();
void set_conv_deterministic(bool value);

// Most bytes of workspace of a plan: CRESSET_CONV_WORKSPACE_MB, by default as
// much as there is memory, as in PyTorch.
int64_t conv_workspace_limit();
void set_conv_workspace_limit(int64_t bytes);

// What this thread's convolutions have done so far, for tests.
struct ConvCounts {
  int64_t plans = 0;    // chosen anew
  int64_t reused = 0;   // runs of a plan from the cache
  int64_t fused = 0;    // runs that added the bias themselves
  int64_t patches = 0;  // runs of our own kernels, cuDNN having no plan
};
ConvCounts& conv_counts();

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_RUNTIME_CONV_SETTINGS_H_
