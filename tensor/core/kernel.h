// A slot for the device's part of an op: one function pointer a device, filled
// by whatever code is linked.
//
//   using SoftmaxKernel = Kernel<void(const Tensor& x, int64_t dim, Tensor& y)>;
//   extern SoftmaxKernel softmax_kernel;                       // softmax.h
//   SoftmaxKernel softmax_kernel{"softmax"};                   // softmax.cc
//   const SoftmaxKernel::Entry on_cpu{softmax_kernel, DeviceType::kCpu,
//                                     softmax_cpu};            // softmax.cc
//
// The slot is constant-initialised, so entries of other files may be made at
// any moment of static initialisation.

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

  explicit constexpr Kernel(const char* name) : name_(name) {}
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
  Function functions_[kNumDeviceTypes] = {};
};

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_CORE_KERNEL_H_
