// Reads the zip files of torch.save, PyTorch 1.6 and newer.

#ifndef CRESSET_SERIALIZE_TORCH_READER_H_
#define CRESSET_SERIALIZE_TORCH_READER_H_

#include <memory>

#include "cresset/serialize/input_file.h"
#include "cresset/serialize/options.h"
#include "cresset/serialize/value.h"

namespace cresset::serialize {

/// The object that a file holds. Tensors view the file's memory, or none with
/// `structure_only`, which touches no record of a storage.
///
/// Errors: kFormat for damage and contradictions, kUnsupported for what
///         Cresset does not read; both name file, record and byte.
Value read_torch_zip(const std::shared_ptr<InputFile>& file,
                     const LoadOptions& options, bool structure_only = false);

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_TORCH_READER_H_
