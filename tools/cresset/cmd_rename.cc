// cresset rename: other names for the tensors of a file.

#include <fstream>
#include <iterator>
#include <memory>

#include "cresset/tools/cresset/commands.h"
#include "cresset/tools/cresset/entries.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/key_advice.h"
#include "cresset/tools/cresset/key_edit.h"
#include "cresset/tools/cresset/output.h"
#include "cresset/tools/cresset/text_table.h"
#include "cresset/tools/cresset/weights.h"

namespace cresset::cli {
namespace {

struct Settings {
  std::string file;
  Output output;
  std::string at;
  std::string strip_prefix;
  std::string add_prefix;
  std::string map;
  std::vector<std::string> sub;
  std::string match;
  bool dry_run = false;
};

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw CliError(kExitMissing, path + ": cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

KeyEdit edit_of(Session& session, const Settings& settings, const Value& dict) {
  KeyEdit edit;
  if (!settings.map.empty()) edit.add_map(contents(settings.map));
  edit.strip_prefix(settings.strip_prefix);
  edit.add_prefix(settings.add_prefix);
  for (const std::string& text : settings.sub) edit.add_substitution(text);
  if (!settings.match.empty()) {
    const Weights model = find_weights(session.load(settings.match), "");
    for (const auto& [from, to] :
         propose_names(tensor_entries(dict), tensor_entries(model.dict))) {
      edit.add_name(from, to);
    }
  }
  return edit;
}

// The versions that state_dict() records for each module move along.
Value renamed_metadata(const Value& attributes, const KeyEdit& edit) {
  if (!attributes.is_dict() || !attributes.contains("_metadata") ||
      !attributes.at("_metadata").is_dict()) {
    return attributes;
  }
  const Value& old = attributes.at("_metadata");
  Value versions = emptied(old);
  for (const DictItem& item : old.items()) {
    if (!item.key.is_str()) return attributes;
    const std::string name = edit.module_name(item.key.as_str());
    versions[name] = item.value;
  }
  Value out = emptied(attributes);
  for (const DictItem& item : attributes.items()) out[item.key] = item.value;
  out["_metadata"] = versions;
  return out;
}

int run(Session& session, const Settings& settings) {
  if (!settings.dry_run && settings.output.path.empty()) {
    throw CliError(kExitUsage, "give -o FILE, or --dry-run to see the names");
  }
  if (!settings.dry_run) settings.output.check();
  const Value root = session.load(settings.file);
  Weights weights = find_weights(root, settings.at);
  const KeyEdit edit = edit_of(session, settings, weights.dict);
  Value renamed = emptied(weights.dict);
  TextTable table({"", "", ""});
  int64_t changed = 0;
  for (const DictItem& item : weights.dict.items()) {
    if (!item.key.is_str()) {
      renamed[item.key] = item.value;
      continue;
    }
    const std::string& name = item.key.as_str();
    const std::string new_name = edit(name);
    if (renamed.contains(new_name)) {
      throw CliError(kExitUsage,
                     "two tensors would have the name " + quoted(new_name));
    }
    if (new_name != name) {
      ++changed;
      table.add({name, "->", new_name});
    }
    renamed[new_name] = item.value;
  }
  if (!renamed.attributes().is_none()) {
    renamed.set_attributes(renamed_metadata(renamed.attributes(), edit));
  }
  if (settings.dry_run) {
    session.out << table.text(false);
    session.say(counted(changed, "name") + " would change");
    return kExitOk;
  }
  weights.dict = renamed;
  settings.output.save(with_weights(root, weights));
  session.say("changed " + with_commas(changed) + " of " +
              counted(static_cast<int64_t>(renamed.size()), "name"));
  return kExitOk;
}

}  // namespace

Command rename_command(Session& session) {
  auto settings = std::make_shared<Settings>();
  Command command = {
      "rename",
      "Change the names of tensors",
      "Examples:\n"
      "  cresset rename dp.pth --strip-prefix module. -o plain.pth\n"
      "  cresset rename a.pth --sub 's/^features\\.(\\d+)/body.\\1/' -o b.pth\n"
      "  cresset rename a.pth --match model.pth --dry-run\n",
      {
          {"FILE", &settings->file, "", "file to read", true},
          {"-o,--output", &settings->output.path, "FILE", "the file to write"},
          {"-f,--force", &settings->output.force, "",
           "replace the file if there is one"},
          {"--at", &settings->at, "PATH", "where the weights are"},
          {"--strip-prefix", &settings->strip_prefix, "PREFIX",
           "take PREFIX off the names that have it"},
          {"--add-prefix", &settings->add_prefix, "PREFIX",
           "put PREFIX before all names"},
          {"--sub", &settings->sub, "s/REGEX/TEXT/",
           "replace what REGEX finds; \\1 is its first group"},
          {"--map", &settings->map, "FILE",
           "new names for old ones: OLD<TAB>NEW on each line"},
          {"--match", &settings->match, "FILE",
           "take the names of another checkpoint, by shape and likeness"},
          {"--dry-run", &settings->dry_run, "", "print the changes only"},
      },
      [&session, settings] { return run(session, *settings); },
  };
  return command;
}

}  // namespace cresset::cli
