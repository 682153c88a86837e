// Archive: what a checkpoint holds, without reading its tensors.

#ifndef CRESSET_SERIALIZE_ARCHIVE_H_
#define CRESSET_SERIALIZE_ARCHIVE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cresset/serialize/options.h"
#include "cresset/serialize/value.h"

namespace cresset {

/// What load() would give, with tensors that have dtype, shape, strides and
/// device CPU, but no elements: nothing of a file is touched that holds some,
/// so it takes no longer for 100 GB than for 1 MB. Looking at an element ends
/// the program. Arrays in .npz files that are stored compressed are inflated.
///
/// Errors: as load(), but for damage to elements.
Value load_structure(const std::string& path, const LoadOptions& options = {});

/// A checkpoint whose tensors stay on the disk until they are asked for.
///
///   const Archive archive("model.pt");
///   for (const auto& entry : archive.entries()) ... entry.name, entry.shape
///   Tensor weight = archive.tensor("state_dict.fc.weight");
///
/// Opening takes time for the structure only, whatever the size of the file.
/// The first tensor opens the file without looking at its elements, those of
/// bool and compressed ones excepted. Checksums are not compared; load() does
/// that. Tensors are on the CPU, unless map_location says otherwise. May be used
/// by any number of threads.
///
/// Errors: as load(); kIndex for a name that is not there; RefusedError if the
///         names are longer than 64 MiB together.
class Archive {
 public:
  struct Entry {
    std::string name;   ///< the keys on the way, joined by "."
    std::string dtype;  ///< PyTorch's name, "float32"; else NumPy's, "<U2"
    Shape shape;
    uint64_t bytes = 0;  ///< of its elements
  };

  explicit Archive(const std::string& path, const LoadOptions& options = {});

  const std::vector<Entry>& entries() const { return entries_; }
  bool contains(std::string_view name) const;
  /// The tensor of a name. It views the mapped file.
  Tensor tensor(std::string_view name) const;

 private:
  struct Tensors;

  std::string path_;
  std::vector<Entry> entries_;
  std::unordered_map<std::string, size_t> index_;
  std::shared_ptr<Tensors> tensors_;
};

}  // namespace cresset

#endif  // CRESSET_SERIALIZE_ARCHIVE_H_
