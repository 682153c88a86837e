// Where a tensor's elements live.

#ifndef CRESSET_TENSOR_BASE_DEVICE_H_
#define CRESSET_TENSOR_BASE_DEVICE_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace cresset {

/// kMeta holds shapes and dtypes without elements.
enum class DeviceType : uint8_t { kCpu, kCuda, kMeta };

inline constexpr int kNumDeviceTypes = 3;

/// A device: "cpu", "cuda:1", "meta". "cuda" alone is cuda:0.
struct alignas(2) Device {  // so that an atomic one is a plain load
  DeviceType type = DeviceType::kCpu;
  int8_t index = 0;

  constexpr Device() = default;
  constexpr Device(DeviceType t, int i = 0)  // NOLINT
      : type(t), index(static_cast<int8_t>(i)) {}
  /// Errors: kValue unless `text` is "cpu", "cuda", "cuda:N" or "meta".
  Device(std::string_view text);                                // NOLINT
  Device(const char* text) : Device(std::string_view(text)) {}  // NOLINT
  Device(const std::string& text)                               // NOLINT
      : Device(std::string_view(text)) {}

  constexpr bool is_cpu() const { return type == DeviceType::kCpu; }
  constexpr bool is_cuda() const { return type == DeviceType::kCuda; }
  constexpr bool is_meta() const { return type == DeviceType::kMeta; }
  friend constexpr bool operator==(Device a, Device b) {
    return a.type == b.type && a.index == b.index;
  }
};

/// "cpu", "cuda:1", "meta".
std::string to_string(Device device);

namespace internal {
inline constinit std::atomic<Device> default_device_setting{Device()};
}

/// Where factory functions and new modules put their tensors unless they are
/// told. set_default_device() (tensor/core/backend.h) changes it.
/// Torch: torch.get_default_device()
inline Device default_device() {
  return internal::default_device_setting.load(std::memory_order_relaxed);
}

}  // namespace cresset

#endif  // CRESSET_TENSOR_BASE_DEVICE_H_
