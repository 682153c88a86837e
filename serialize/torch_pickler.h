// The pickle of a torch.save file and the storages that it refers to.

#ifndef CRESSET_SERIALIZE_TORCH_PICKLER_H_
#define CRESSET_SERIALIZE_TORCH_PICKLER_H_

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

/// The pickle of `value`. With `legacy`, storages are named as files before
/// PyTorch 1.6 name them.
///
/// Errors: kUnsupported for values that have no form in a PyTorch file.
TorchPickle torch_pickle(const Value& value, bool legacy = false);

/// Whether both would be saved as the same bytes.
bool saved_equally(const TorchPickle& a, const TorchPickle& b);

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_TORCH_PICKLER_H_
