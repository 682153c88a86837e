// cresset get: one value of a checkpoint.

#include <memory>

#include "cresset/tools/cresset/commands.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/literal.h"
#include "cresset/tools/cresset/value_path.h"

namespace cresset::cli {

Command get_command(Session& session) {
  struct Settings {
    std::string file;
    std::vector<std::string> paths;
  };
  auto settings = std::make_shared<Settings>();
  return {
      "get",
      "Print one entry of a checkpoint",
      "Example:\n"
      "  cresset get last.pth epoch optimizer.param_groups.0.lr\n",
      {
          {"FILE", &settings->file, "", "file to look at", true},
          {"PATH", &settings->paths, "", "keys and indices joined by dots",
           true},
      },
      [&session, settings]() -> int {
        const Value root = session.load(settings->file);
        std::string text;
        for (const std::string& path : settings->paths) {
          text += plain_text(find_path(root, path)) + '\n';
        }
        session.out << text;
        return kExitOk;
      },
  };
}

}  // namespace cresset::cli
