// cresset merge: several files as one.

#include <memory>

#include "cresset/tools/cresset/commands.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/output.h"
#include "cresset/tools/cresset/text_table.h"
#include "cresset/tools/cresset/weights.h"

namespace cresset::cli {
namespace {

struct Settings {
  std::vector<std::string> files;
  Output output;
  std::string at;
  std::string on_conflict = "error";
};

// The module versions of all state dicts.
void merge_metadata(const Value& from, Value& into) {
  if (!from.attributes().is_dict() ||
      !from.attributes().contains("_metadata")) {
    return;
  }
  const Value& versions = from.attributes().at("_metadata");
  if (!versions.is_dict()) return;
  if (into.attributes().is_none()) {
    Value attributes = Value::dict();
    attributes["_metadata"] = Value::ordered_dict();
    into.set_attributes(attributes);
  }
  Value all = into.attributes().at("_metadata");
  for (const DictItem& item : versions.items()) all[item.key] = item.value;
}

int run(Session& session, const Settings& settings) {
  settings.output.check();
  Value merged = Value::ordered_dict();
  for (const std::string& file : settings.files) {
    const Weights weights = find_weights(session.load(file), settings.at);
    for (const DictItem& item : weights.dict.items()) {
      const bool there = merged.contains(item.key);
      if (there && settings.on_conflict == "error" &&
          !(merged.at(item.key) == item.value)) {
        throw CliError(kExitNo,
                       file + ": " + repr(item.key, 120) +
                           " is in an earlier file too, with other contents; "
                           "choose with --on-conflict first or last");
      }
      if (!there || settings.on_conflict == "last") {
        merged[item.key] = item.value;
      }
    }
    merge_metadata(weights.dict, merged);
  }
  settings.output.save(merged);
  session.say(
      "merged " + counted(static_cast<int64_t>(settings.files.size()), "file") +
      " into " + counted(static_cast<int64_t>(merged.size()), "tensor") + ", " +
      human_bytes(file_bytes(settings.output.path)));
  return kExitOk;
}

}  // namespace

Command merge_command(Session& session) {
  auto settings = std::make_shared<Settings>();
  Command command = {
      "merge",
      "Put the weights of several files into one",
      "Names in more than one file are an error (exit 1) unless their\n"
      "contents are equal.\n"
      "Example:\n"
      "  cresset merge backbone.pth head.pth -o model.pth\n",
      {
          {"FILE", &settings->files, "", "files to read", true},
          {"--on-conflict",
           &settings->on_conflict,
           "WHICH",
           "error, first or last",
           false,
           {"error", "first", "last"}},
          {"--at", &settings->at, "PATH", "where the weights are"},
      },
      [&session, settings] { return run(session, *settings); },
  };
  settings->output.add_options(command.options);
  return command;
}

}  // namespace cresset::cli
