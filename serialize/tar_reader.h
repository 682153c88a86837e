// Reads the tar files that torch.save wrote before PyTorch 0.1.10.

#ifndef CRESSET_SERIALIZE_TAR_READER_H_
#define CRESSET_SERIALIZE_TAR_READER_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "cresset/serialize/input_file.h"
#include "cresset/serialize/options.h"
#include "cresset/serialize/value.h"

namespace cresset::serialize {

/// The regular files in a tar archive, read in place. Nothing is unpacked.
///
/// Errors: kFormat, with the byte, for wrong checksums, members beyond the end
///         of the file and names that occur twice; RefusedError for links and
///         devices.
std::map<std::string, std::string_view> read_tar(const InputFile& file);

/// The object that a tar file of PyTorch holds.
/// Errors: as read_torch_legacy().
Value read_torch_tar(const std::shared_ptr<InputFile>& file,
                     const LoadOptions& options);

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_TAR_READER_H_
