// The Python names in the pickle of a file, and its protocol.

#ifndef CRESSET_TOOLS_CRESSET_PICKLE_NAMES_H_
#define CRESSET_TOOLS_CRESSET_PICKLE_NAMES_H_

#include <memory>
#include <set>
#include <string>

#include "cresset/serialize/input_file.h"
#include "cresset/serialize/options.h"

namespace cresset::cli {

struct PickleNames {
  int protocol = 0;
  /// Whether the file says that its numbers are.
  bool big_endian = false;
  /// "collections.OrderedDict": classes and functions, which are never called.
  std::set<std::string> globals;
  /// Those that the newest torch.load(weights_only=True) refuses.
  std::set<std::string> not_weights_only;
};

/// Of a zip or legacy file of torch.save; nothing of other formats.
PickleNames pickle_names(const std::shared_ptr<serialize::InputFile>& file,
                         const LoadOptions& options = {});

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_PICKLE_NAMES_H_
