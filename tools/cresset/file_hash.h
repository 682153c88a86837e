// The SHA-256 of files, and the names that tell of it.

#ifndef CRESSET_TOOLS_CRESSET_FILE_HASH_H_
#define CRESSET_TOOLS_CRESSET_FILE_HASH_H_

#include <string>

namespace cresset::cli {

/// "b.pth" of "a/b.pth".
std::string base_name(const std::string& path);

/// The first digits of the SHA-256 that a name such as "resnet18-f37072fd.pth"
/// carries, or nothing.
std::string hash_in_name(const std::string& path);

/// Errors: kIo.
std::string file_sha256(const std::string& path);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_FILE_HASH_H_
