// How checkpoints are loaded and saved.

#ifndef CRESSET_SERIALIZE_OPTIONS_H_
#define CRESSET_SERIALIZE_OPTIONS_H_

#include <concepts>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "cresset/tensor/base/device.h"

namespace cresset {

/// Where loaded storages go: one device for all, a device for each saved one,
/// or a function from the saved device's name ("cuda:1") to a device. By
/// default every storage goes to the device it was saved from, or to the CPU
/// where no backend for that device is linked.
///
/// Torch: the argument map_location of torch.load
class MapLocation {
 public:
  MapLocation() = default;
  MapLocation(Device device)  // NOLINT
      : choose_([device](const std::string&) { return device; }) {}
  MapLocation(const char* device) : MapLocation(Device(device)) {}  // NOLINT
  MapLocation(const std::string& device)                            // NOLINT
      : MapLocation(Device(device)) {}
  MapLocation(const std::map<std::string, std::string>& devices);  // NOLINT
  template <std::invocable<const std::string&> F>
  MapLocation(F choose) : choose_(std::move(choose)) {}  // NOLINT

  /// The device for a storage saved from `saved`.
  Device operator()(const std::string& saved) const;

  /// Whether nothing was said.
  bool is_default() const { return !choose_; }

 private:
  std::function<Device(const std::string&)> choose_;
};

/// The steps that the pickles of a file may take by default.
inline constexpr uint64_t kMaxPickleOps = 10'000'000;

/// Options of load().
struct LoadOptions {
  MapLocation map_location = {};
  /// Tensors of the CPU view the mapped file, copy-on-write: loading takes no
  /// time and memory of its own. Those of other devices are filled from it. A
  /// file that another program cuts short meanwhile ends in errors
  /// (serialize/mapping_guard.h), one that it changes in place gives other
  /// values. Otherwise the file is read into memory first, and neither can
  /// happen.
  bool mmap = true;
  /// Compares every record with its checksum, with all threads.
  bool verify = true;
  /// Keeps calls of unknown Python functions as inert objects, where the file
  /// would be refused. Nothing of a file is ever run either way.
  bool opaque_calls = false;
  /// Refuses what torch.load(weights_only=True) of the newest PyTorch refuses,
  /// for files that must load there.
  bool weights_only = false;
  /// How many operations the pickles of a file may take, and, in units of 16
  /// bytes, how much memory the objects that they make: 160 MB by default. A
  /// checkpoint takes some thousands; only one with millions of small Python
  /// objects in it needs more than the default.
  uint64_t max_pickle_ops = kMaxPickleOps;
};

/// Which release of PyTorch a file looks like. All load in PyTorch 1.6 and
/// newer.
enum class SaveLayout : uint8_t {
  kTorch113,  ///< PyTorch 1.6 to 2.0: data.pkl, data/*, version
  kTorch21,   ///< 2.1 to 2.6: with byteorder and a serialization id
  kTorch27,   ///< 2.7 and newer: with format version, numeric record order
};

/// The formats that save() writes.
enum class SaveFormat : uint8_t {
  kZip,          ///< torch.save, PyTorch 1.6 and newer
  kLegacy,       ///< torch.save before PyTorch 1.6
  kSafetensors,  ///< a flat dict of tensors
  kNpz,          ///< a flat dict of tensors or NumPy arrays
  kNpy,          ///< one tensor or NumPy array
};

/// Options of save().
struct SaveOptions {
  SaveFormat format = SaveFormat::kZip;
  SaveLayout layout = SaveLayout::kTorch27;
  /// Records of a zip begin at multiples of this many bytes, a power of two
  /// from 64 on. 4096 gives every tensor pages of its own.
  uint64_t alignment = 64;
  /// Saves in the format and layout of this file, whatever the two above say.
  /// As long as the value is what the file holds, the new file is a copy of
  /// it, byte for byte.
  std::string like = "";
  /// What a safetensors file says about itself.
  std::map<std::string, std::string> metadata = {};
  /// Waits until the file is on the disk, so that even a loss of power leaves
  /// the old or the new file. Without it only a crash of the program is safe.
  bool durable = true;
};

}  // namespace cresset

#endif  // CRESSET_SERIALIZE_OPTIONS_H_
