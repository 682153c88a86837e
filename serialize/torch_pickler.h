// The pickle of a torch.save file and the storages that it refers to.

#ifndef CRESSET_SERIALIZE_TORCH_PICKLER_H_
#define CRESSET_SERIALIZE_TORCH_PICKLER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "cresset/serialize/value.h"

namespace cresset::serialize {

/// A storage and its name in the file ("0", "1", ... by first use).
struct SavedStorage {
  Tensor elements;
  std::string key;
};

struct TorchPickle {
  std::string bytes;
  std::vector<SavedStorage> storages;
};

/// Whose pickles they look like.
enum class PickleStyle : uint8_t {
  kTorch2,    ///< with lazy bits and attributes of tensors
  kTorch113,  ///< without them: the elements are resolved
  kLegacy,    ///< kTorch113, with the storage names of files before 1.6
};

/// The pickle of `value`.
/// Errors: kUnsupported for values that have no form in a PyTorch file.
TorchPickle torch_pickle(const Value& value,
                         PickleStyle style = PickleStyle::kTorch2);

/// Whether both would be saved as the same bytes.
bool saved_equally(const TorchPickle& a, const TorchPickle& b);

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_TORCH_PICKLER_H_
