// "2GB": sizes as people write them on a command line.

#ifndef CRESSET_TOOLS_CRESSET_BYTE_SIZE_H_
#define CRESSET_TOOLS_CRESSET_BYTE_SIZE_H_

#include <cstdint>
#include <string>

namespace cresset::cli {

/// Bytes of "2GB" (10^9), "512MiB" (2^20), "1000".
/// Errors: CliError with kExitUsage.
int64_t byte_size(const std::string& text);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_BYTE_SIZE_H_
