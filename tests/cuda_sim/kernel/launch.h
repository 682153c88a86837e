// Launching a kernel: its arguments are copied now, its threads run when the
// stream is waited for.

#ifndef CRESSET_TESTS_CUDA_SIM_KERNEL_LAUNCH_H_
#define CRESSET_TESTS_CUDA_SIM_KERNEL_LAUNCH_H_

#include <cuda_runtime_api.h>

#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace cuda_sim {

struct Launch {
  const void* kernel = nullptr;       // its entry, for its name and limits
  std::function<void()> thread;       // the kernel with its arguments
  std::vector<const void*> pointers;  // those among the arguments
};

cudaError_t launch(const cudaLaunchConfig_t& config, Launch what);

// Text is passed through kernels for messages that the host prints later.
template <class T>
void add_pointer(std::vector<const void*>& pointers, const T& value) {
  if constexpr (std::is_pointer_v<T>) {
    using Pointed = std::remove_pointer_t<T>;
    if constexpr (std::is_object_v<Pointed> &&
                  !std::is_same_v<Pointed, const char>) {
      pointers.push_back(const_cast<const Pointed*>(value));
    }
  }
}

}  // namespace cuda_sim

template <class... Params, class... Args>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config,
                               void (*kernel)(Params...), Args&&... args) {
  static_assert((std::is_trivially_copyable_v<Params> && ...),
                "arguments of kernels are copied as bytes");
  return [&](Params... values) {
    cuda_sim::Launch what;
    what.kernel = reinterpret_cast<const void*>(kernel);
    (cuda_sim::add_pointer(what.pointers, values), ...);
    what.thread = [kernel, all = std::tuple<Params...>(values...)] {
      std::apply(kernel, all);
    };
    return cuda_sim::launch(*config, std::move(what));
  }(std::forward<Args>(args)...);
}

#endif  // CRESSET_TESTS_CUDA_SIM_KERNEL_LAUNCH_H_
