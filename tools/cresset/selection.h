// The options that choose tensors of a file: --at, --keys, --exclude.

#ifndef CRESSET_TOOLS_CRESSET_SELECTION_H_
#define CRESSET_TOOLS_CRESSET_SELECTION_H_

#include <string>
#include <vector>

#include "cresset/tools/cresset/command.h"
#include "cresset/tools/cresset/entries.h"

namespace cresset::cli {

/// Which tensors of a file a command is about.
struct Selection {
  std::string at;
  std::vector<std::string> keys;
  std::vector<std::string> exclude;

  /// Adds the three options to a command's table.
  void add_options(std::vector<Option>& options);

  /// The tensors of what `at` leads to that are chosen.
  /// Errors: CliError with kExitUsage if `keys` names none, with the name that
  ///         may have been meant.
  std::vector<Entry> select(const Value& root) const;
};

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_SELECTION_H_
