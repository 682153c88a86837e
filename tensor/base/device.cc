#include "cresset/tensor/base/device.h"

#include <charconv>

#include "cresset/tensor/base/error.h"

namespace cresset {

Device::Device(std::string_view text) {
  if (text == "cpu") return;
  if (text == "meta") {
    type = DeviceType::kMeta;
    return;
  }
  if (text.substr(0, 4) == "cuda") {
    type = DeviceType::kCuda;
    if (text.size() == 4) return;
    int number = -1;
    const char* end = text.data() + text.size();
    if (text[4] == ':' && text.size() > 5) {
      const auto parsed = std::from_chars(text.data() + 5, end, number);
      if (parsed.ec == std::errc() && parsed.ptr == end && number >= 0 &&
          number < 128) {
        index = static_cast<int8_t>(number);
        return;
      }
    }
  }
  internal::throw_error(
      ErrorCode::kValue,
      internal::concat("device: expected 'cpu', 'cuda', 'cuda:N' or 'meta'; "
                       "got '",
                       text, "'"));
}

std::string to_string(Device device) {
  switch (device.type) {
    case DeviceType::kCpu:
      return "cpu";
    case DeviceType::kMeta:
      return "meta";
    case DeviceType::kCuda:
      break;
  }
  return internal::concat("cuda:", static_cast<int>(device.index));
}

}  // namespace cresset
