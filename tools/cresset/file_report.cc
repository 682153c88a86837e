#include "cresset/tools/cresset/file_report.h"

#include "cresset/serialize/input_file.h"
#include "cresset/tools/cresset/file_format.h"

namespace cresset::cli {

std::string file_report(const Session& session, const std::string& path, bool) {
  const Value value = session.load(path);
  return path + "  " + format_name(serialize::InputFile::map(path)) + "  " +
         repr(value, 200) + "\n";
}

}  // namespace cresset::cli
