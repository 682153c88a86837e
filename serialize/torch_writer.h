// Writes the zip files of torch.save.

#ifndef CRESSET_SERIALIZE_TORCH_WRITER_H_
#define CRESSET_SERIALIZE_TORCH_WRITER_H_

#include <string>

#include "cresset/serialize/options.h"
#include "cresset/serialize/sink.h"
#include "cresset/serialize/value.h"

namespace cresset::serialize {

/// Writes `value` into `sink`. Each storage is written once and whole, with
/// the tensors as views of it. No copy of host tensors is made.
///
/// Errors: kUnsupported for values that have no form in a PyTorch file; what
///         the sink throws.
void write_torch_zip(const Value& value, const std::string& root,
                     const SaveOptions& options, Sink& sink);

/// Writes `value` as PyTorch before 1.6 did: pickles, then the storages.
void write_torch_legacy(const Value& value, Sink& sink);

/// The name of the folder in the archive that PyTorch derives from a path:
/// its last part without the ending.
/// Errors: kValue if nothing is left.
std::string root_of_path(const std::string& path, SaveLayout layout);

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_TORCH_WRITER_H_
