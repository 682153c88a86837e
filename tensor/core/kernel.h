// A slot for the device's part of an op: one function pointer a device, filled
// by whatever code is linked.
//
//   using SoftmaxKernel = Kernel<void(const Tensor& x, int64_t dim, Tensor&
//   y)>; extern SoftmaxKernel softmax_kernel;                       //
//   softmax.h constinit SoftmaxKernel softmax_kernel{"softmax", softmax_cpu};
//                                                              // softmax.cc
//   const SoftmaxKernel::Entry on_cuda{softmax_kernel, DeviceType::kCuda,
//                                      softmax_cuda};          // softmax.cu
//
// The slot is constant-initialised with the CPU's function, which the linker
// therefore never drops; other devices' entries may be made at any moment of
// static initialisation.

#ifndef CRESSET_TENSOR_CORE_KERNEL_H_
#define CRESSET_TENSOR_CORE_KERNEL_H_

#include <utility>

#include "cresset/tensor/base/device.h"

namespace cresset::internal {

[[noreturn]] void throw_missing_kernel(const char* op, DeviceType type);

template <class Signature>
class Kernel;

template <class R, class... Args>
class Kernel<R(Args...)> {
 public:
  using Function = R (*)(Args...);

  constexpr Kernel(const char* name, Function cpu)
      : name_(name), functions_{cpu} {}
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  // Fills the slot of one device type.
  struct Entry {
    Entry(Kernel& kernel, DeviceType type, Function function) {
      kernel.functions_[static_cast<int>(type)] = function;
    }
  };

  bool has(DeviceType type) const {
    return functions_[static_cast<int>(type)] != nullptr;
  }

  // Runs the kernel of `device`; throws kDevice if none is linked.
  template <class... Actual>
  R operator()(Device device, Actual&&... args) const {
    const Function function = functions_[static_cast<int>(device.type)];
    if (function == nullptr) throw_missing_kernel(name_, device.type);
    return function(std::forward<Actual>(args)...);
  }

 private:
  const char* name_;
  Function functions_[kNumDeviceTypes];
};

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_CORE_KERNEL_H_
