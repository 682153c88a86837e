// Files that commands write.

#ifndef CRESSET_TOOLS_CRESSET_OUTPUT_H_
#define CRESSET_TOOLS_CRESSET_OUTPUT_H_

#include <string>
#include <vector>

#include "cresset/serialize/options.h"
#include "cresset/serialize/value.h"
#include "cresset/tensor/base/error.h"
#include "cresset/tools/cresset/command.h"
#include "cresset/tools/cresset/exit_code.h"

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
};

/// Failures of the system are those of writing; what a format cannot hold is a
/// wrong use.
CliError as_write_error(const Error& error);

/// Size of a file in bytes, 0 if there is none.
int64_t file_bytes(const std::string& path);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_OUTPUT_H_
