// Archive: what a checkpoint holds, without reading its tensors.

#ifndef CRESSET_SERIALIZE_ARCHIVE_H_
#define CRESSET_SERIALIZE_ARCHIVE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cresset/serialize/options.h"
#include "cresset/serialize/value.h"

namespace cresset {

/// A checkpoint whose tensors stay on the disk until they are asked for.
///
///   const Archive archive("model.pt");
///   for (const auto& entry : archive.entries()) ... entry.name, entry.shape
///   Tensor weight = archive.tensor("state_dict.fc.weight");
///
/// Opening takes time for the structure only, whatever the size of the file.
/// Files that store their records compressed are the exception, and the first
/// tensor of a file in the format before PyTorch 1.6, which reads all of it.
/// Checksums are not compared; load() does that. Tensors are on the CPU, unless
/// map_location says otherwise; then they are loaded when the file is opened.
///
/// Errors: as load(); kIndex for a name that is not there.
class Archive {
 public:
  struct Entry {
    std::string name;   ///< the keys on the way, joined by "."
    std::string dtype;  ///< PyTorch's name, "float32"
    Shape shape;
    uint64_t bytes = 0;  ///< of its elements
  };

  explicit Archive(const std::string& path, const LoadOptions& options = {});

  const std::vector<Entry>& entries() const { return entries_; }
  bool contains(std::string_view name) const;
  /// The tensor of a name. It views the mapped file.
  Tensor tensor(std::string_view name) const;

 private:
  void add(const std::string& name, const Value& value);
  void walk(const Value& root);
  size_t find(std::string_view name) const;

  std::string path_;
  LoadOptions options_;
  bool whole_ = true;  // whether `values_` have their elements
  std::vector<Entry> entries_;
  std::vector<Value> values_;
  std::unordered_map<std::string, size_t> index_;
};

}  // namespace cresset

#endif  // CRESSET_SERIALIZE_ARCHIVE_H_
