#include "cresset/serialize/options.h"

#include "cresset/tensor/core/backend.h"

namespace cresset {
namespace {

// The saved device if this program can use it, else the CPU.
Device default_location(const std::string& saved) {
  if (saved == "cpu") return Device();
  if (saved == "meta") return Device(DeviceType::kMeta);
  if (saved != "cuda" && !saved.starts_with("cuda:")) return Device();
  return is_available(DeviceType::kCuda) ? Device(saved) : Device();
}

}  // namespace

MapLocation::MapLocation(const std::map<std::string, std::string>& devices)
    : choose_([devices](const std::string& saved) {
        const auto found = devices.find(saved);
        return found == devices.end() ? default_location(saved)
                                      : Device(found->second);
      }) {}

Device MapLocation::operator()(const std::string& saved) const {
  return choose_ ? choose_(saved) : default_location(saved);
}

}  // namespace cresset
