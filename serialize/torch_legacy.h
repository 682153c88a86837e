// Reads the files that torch.save wrote before PyTorch 1.6, and still writes
// with _use_new_zipfile_serialization=False: five pickles, then the storages.

#ifndef CRESSET_SERIALIZE_TORCH_LEGACY_H_
#define CRESSET_SERIALIZE_TORCH_LEGACY_H_

#include <memory>

#include "cresset/serialize/input_file.h"
#include "cresset/serialize/memory_budget.h"
#include "cresset/serialize/options.h"
#include "cresset/serialize/value.h"

namespace cresset::serialize {

/// The object that a file holds. Storages that happen to be aligned are views
/// of the file's memory, the others are copied; the format has no checksums.
/// With `structure_only` tensors have their places, but no memory.
///
/// Errors: kFormat and kUnsupported, naming file, part and byte.
Value read_torch_legacy(const std::shared_ptr<InputFile>& file,
                        const LoadOptions& options,
                        bool structure_only = false);

/// The same for a file that is inside another, `depth` files deep.
Value read_torch_legacy(const std::shared_ptr<InputFile>& file,
                        const LoadOptions& options,
                        const std::shared_ptr<MemoryBudget>& budget, int depth);

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_TORCH_LEGACY_H_
