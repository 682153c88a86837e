// Weights in several safetensors files with an index.

#ifndef CRESSET_TOOLS_CRESSET_SHARDS_H_
#define CRESSET_TOOLS_CRESSET_SHARDS_H_

#include <string>
#include <vector>

#include "cresset/serialize/value.h"

namespace cresset::cli {

/// Writes "<stem>-00001-of-0000N.safetensors" and so on, then
/// "<stem>.safetensors.index.json", which names them and comes last: a kill
/// leaves the old index or the new one. Returns the files, the index last.
/// Errors: CliError with kExitCannotWrite.
std::vector<std::string> write_shards(const Value& tensors,
                                      const std::string& stem, int64_t limit,
                                      bool force);

/// A path without its ending.
std::string without_ending(const std::string& path);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_SHARDS_H_
