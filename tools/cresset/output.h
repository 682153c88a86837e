// Files that commands write.

#ifndef CRESSET_TOOLS_CRESSET_OUTPUT_H_
#define CRESSET_TOOLS_CRESSET_OUTPUT_H_

#include <functional>
#include <string>
#include <vector>

#include "cresset/serialize/options.h"
#include "cresset/serialize/sink.h"
#include "cresset/serialize/value.h"
#include "cresset/tools/cresset/command.h"

namespace cresset::cli {

/// Where a result goes: `-o FILE`, and `-f` to replace a file that is there.
/// Every write is atomic: the old file or the new one, whole.
struct Output {
  std::string path;
  bool force = false;

  void add_options(std::vector<Option>& options);

  /// Call before the work starts.
  /// Errors: CliError with kExitCannotWrite if the file exists and `force` is
  ///         not given.
  void check() const;

  /// Errors: CliError with kExitCannotWrite.
  void save(const Value& value, const SaveOptions& options = {}) const;

  /// Calls `write_bytes` with the place where the bytes of the file go.
  /// Errors: as save().
  void write(const std::function<void(serialize::Sink&)>& write_bytes) const;
};

/// Size of a file in bytes, 0 if there is none.
int64_t file_bytes(const std::string& path);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_OUTPUT_H_
