// cresset info: what a file is and what it holds.

#include <memory>

#include "cresset/serialize/input_file.h"
#include "cresset/serialize/refusal.h"
#include "cresset/tools/cresset/commands.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/file_format.h"
#include "cresset/tools/cresset/file_report.h"
#include "cresset/tools/cresset/node_list.h"

namespace cresset::cli {
namespace {

struct Settings {
  std::vector<std::string> files;
  std::string json;
  bool globals = false;
};

int run(Session& session, const Settings& settings) {
  if (!settings.json.empty() && settings.json != "nodes" &&
      settings.json != "values") {
    throw CliError(kExitUsage,
                   "--json takes nodes or values; got '" + settings.json + "'");
  }
  // Everything is loaded before anything is printed.
  std::vector<Value> values;
  std::string text;
  for (const std::string& file : settings.files) {
    if (settings.json.empty()) {
      text += file_report(session, file, settings.globals);
    } else {
      values.push_back(session.load(file));
    }
  }
  session.out << text;
  const NodeListOptions options{.all_values = settings.json == "values"};
  // One is checked before it is written; of several, all must be.
  for (size_t i = 0; values.size() > 1 && i < values.size(); ++i) {
    serialize::with_path(settings.files[i], "listing",
                         [&] { check_node_list(values[i], options); });
  }
  for (size_t i = 0; i < values.size(); ++i) {
    const auto file =
        serialize::InputFile::map(session.input_path(settings.files[i]));
    serialize::with_path(settings.files[i], "listing", [&] {
      write_node_list(values[i], format_name(file), options, session.out);
    });
  }
  return kExitOk;
}

}  // namespace

Command info_command(Session& session) {
  auto settings = std::make_shared<Settings>();
  return {
      "info",
      "Tell what a file is and what it holds",
      "Examples:\n"
      "  cresset info resnet18.pth\n"
      "  cresset info --json resnet18.pth         every value, one a line\n"
      "  cresset info --json=values resnet18.pth  with all elements\n",
      {
          {"FILE", &settings->files, "", "files to look at", true},
          {"--json{nodes}", &settings->json, "WHAT",
           "print the node list as JSON; --json=values with the elements of "
           "every tensor"},
          {"--globals", &settings->globals, "",
           "list the Python names that the file uses"},
      },
      [&session, settings] { return run(session, *settings); },
  };
}

}  // namespace cresset::cli
