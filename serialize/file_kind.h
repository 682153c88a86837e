// What a file is, told by its first bytes and never by its name.

#ifndef CRESSET_SERIALIZE_FILE_KIND_H_
#define CRESSET_SERIALIZE_FILE_KIND_H_

#include <cstdint>
#include <string_view>

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

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_FILE_KIND_H_
