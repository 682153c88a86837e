// What `cresset info` tells about a file.

#ifndef CRESSET_TOOLS_CRESSET_FILE_REPORT_H_
#define CRESSET_TOOLS_CRESSET_FILE_REPORT_H_

#include <string>

#include "cresset/tools/cresset/session.h"

namespace cresset::cli {

/// Format, contents, counts, devices and notes, as lines of text.
std::string file_report(Session& session, const std::string& path,
                        bool with_globals);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_FILE_REPORT_H_
