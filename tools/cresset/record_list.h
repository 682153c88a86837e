// The records of an archive and what lies in them.

#ifndef CRESSET_TOOLS_CRESSET_RECORD_LIST_H_
#define CRESSET_TOOLS_CRESSET_RECORD_LIST_H_

#include <string>

#include "cresset/tools/cresset/session.h"

namespace cresset::cli {

/// A table: offset, bytes, kind and name of each record, and name, shape and
/// dtype of the tensors that view it.
/// Errors: CliError with kExitUsage for files without records.
std::string record_list(Session& session, const std::string& path);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_RECORD_LIST_H_
