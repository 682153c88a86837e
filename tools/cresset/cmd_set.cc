// cresset set: changes entries of a checkpoint.

#include <memory>

#include "cresset/tools/cresset/commands.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/literal.h"
#include "cresset/tools/cresset/output.h"
#include "cresset/tools/cresset/value_path.h"

namespace cresset::cli {
namespace {

struct Settings {
  std::string file;
  std::vector<std::string> changes;
  Output output;
};

// A number stays what it was: lr=1 is 1.0 where a float was.
Value as_before(const Value& root, const std::string& path, Value value) {
  try {
    const Value old = find_path(root, path);
    if (old.is_float() && value.is_int()) return value.as_float();
    if (old.is_str() && !value.is_str()) return plain_text(value);
  } catch (const CliError&) {
    // A new entry.
  }
  return value;
}

int run(Session& session, const Settings& settings) {
  Output output = settings.output;
  // Without -o the file itself is replaced, as the command says.
  if (output.path.empty()) {
    output.path = settings.file;
    output.force = true;
  }
  output.check();
  const Value root = session.load(settings.file);
  for (const std::string& change : settings.changes) {
    const size_t equals = change.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw CliError(kExitUsage,
                     "a change is PATH=VALUE; got '" + change + "'");
    }
    const std::string path = change.substr(0, equals);
    set_path(root, path,
             as_before(root, path, parse_literal(change.substr(equals + 1))));
  }
  SaveOptions options;
  options.like = session.input_path(settings.file);
  output.save(root, options);
  return kExitOk;
}

}  // namespace

Command set_command(Session& session) {
  auto settings = std::make_shared<Settings>();
  return {
      "set",
      "Change entries of a checkpoint",
      "Values are None, True, False, numbers and text. The file is replaced\n"
      "as a whole: a failure leaves the old one.\n"
      "Examples:\n"
      "  cresset set last.pth epoch=0 optimizer.param_groups.0.lr=0.01\n"
      "  cresset set last.pth note='\"first run\"' -o noted.pth\n",
      {
          {"FILE", &settings->file, "", "file to change", true},
          {"CHANGE", &settings->changes, "", "PATH=VALUE", true},
          {"-o,--output", &settings->output.path, "FILE",
           "write another file instead"},
          {"-f,--force", &settings->output.force, "",
           "replace the file of -o if there is one"},
      },
      [&session, settings] { return run(session, *settings); },
  };
}

}  // namespace cresset::cli
