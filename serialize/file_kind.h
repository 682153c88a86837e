// What a file is, told by its first bytes and never by its name.

#ifndef CRESSET_SERIALIZE_FILE_KIND_H_
#define CRESSET_SERIALIZE_FILE_KIND_H_

#include <cstdint>
#include <string_view>

#include "cresset/serialize/input_file.h"

namespace cresset::serialize {

enum class FileKind : uint8_t {
  kEmpty,
  kZip,
  kLegacy,  ///< torch.save before PyTorch 1.6
  kTar,     ///< torch.save before PyTorch 0.2
  kPickle,
  kSafetensors,
  kNumpy,
  kGzip,
  kGitLfs,  ///< a pointer file of Git LFS instead of the contents
  kHtml,    ///< a web page, mostly an error of a download
  kHdf5,
  kJson,  ///< an index of shards, or any other JSON object
  kUnknown,
};

FileKind file_kind(std::string_view bytes);

/// Throws what there is to say about a file that is none of PyTorch's.
///
/// Errors: kFormat or kUnsupported, saying what the file is instead and what
///         to do.
[[noreturn]] void refuse_file(const InputFile& file);

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_FILE_KIND_H_
