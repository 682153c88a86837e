// cresset strip: a checkpoint without what only training needs.

#include <memory>

#include "cresset/serialize/archive.h"
#include "cresset/serialize/input_file.h"
#include "cresset/serialize/refusal.h"
#include "cresset/tools/cresset/commands.h"
#include "cresset/tools/cresset/dtype_names.h"
#include "cresset/tools/cresset/entries.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/file_format.h"
#include "cresset/tools/cresset/key_selector.h"
#include "cresset/tools/cresset/output.h"
#include "cresset/tools/cresset/text_table.h"
#include "cresset/tools/cresset/value_path.h"
#include "cresset/tools/cresset/weights.h"

namespace cresset::cli {
namespace {

constexpr const char* kDefaultDrop =
    "optim*,*_optim*,*scheduler*,lr,epoch*,*_epoch,step,*_step,iter*,loops,"
    "callbacks,scaler,amp*,rng*,*rng_state*,loss*,*_loss,best_*,train*,"
    "hparams*,hyper_parameters,args,config,pytorch-lightning_version,date,"
    "version";

struct Settings {
  std::string file;
  Output output;
  std::vector<std::string> drop;
  std::vector<std::string> keep;
  bool half = false;
};

int64_t bytes_in(const Value& value) {
  int64_t bytes = 0;
  for (const Entry& entry : tensor_entries(value)) {
    bytes += entry_bytes(entry.value);
  }
  return bytes;
}

// "state_dict (62 tensors, 44.7 MiB)", or the name alone of what has none.
std::string described(const std::string& name, const Value& value) {
  const auto count = static_cast<int64_t>(tensor_entries(value).size());
  if (count == 0) return name;
  return name + " (" + counted(count, "tensor") + ", " +
         human_bytes(bytes_in(value)) + ')';
}

void append(std::string& list, const std::string& item) {
  list += (list.empty() ? "" : ", ") + item;
}

// Whether the newest PyTorch loads the file by default. Other formats than
// its own have no such rule.
bool loads_with_weights_only(const std::string& path) {
  const std::string format = format_name(serialize::InputFile::map(path));
  if (format != "zip" && format != "legacy") return false;
  try {
    load_structure(path, {.weights_only = true});
    return true;
  } catch (const RefusedError&) {
    return false;
  }
}

Value halved(const Value& dict) {
  return with_tensors(dict, [](const std::string&, const Value& value) {
    if (!value.is_tensor()) return value;
    const Tensor half = cast_floating(value.as_tensor(), float16).tensor;
    return value.with_tensor(half);
  });
}

int run(Session& session, const Settings& settings) {
  settings.output.check();
  const Value root = session.load(settings.file);
  Value result = root;
  std::string kept, dropped;
  if (root.is_dict() && !holds_weights(root)) {
    const KeySelector drop(settings.drop.empty()
                               ? std::vector<std::string>{kDefaultDrop}
                               : settings.drop);
    const KeySelector keep(settings.keep);
    result = emptied(root);
    for (const DictItem& item : root.items()) {
      const std::string name =
          item.key.is_str() ? item.key.as_str() : repr(item.key, 60);
      const bool stays = !keep.empty()
                             ? keep.matches(name)
                             : holds_weights(item.value) || !drop.matches(name);
      append(stays ? kept : dropped, described(name, item.value));
      if (stays) result[item.key] = item.value;
    }
    if (result.empty()) {
      throw CliError(kExitUsage, "nothing would be left; the file holds " +
                                     dropped +
                                     "; name what to keep with "
                                     "--keep PATTERN");
    }
  } else {
    kept = described("everything", root);
  }
  if (settings.half) {
    Weights weights = find_weights(result, "");
    weights.dict = halved(weights.dict);
    result = with_weights(result, weights);
  }
  settings.output.save(result);
  session.say("kept " + kept + (dropped.empty() ? "" : "; dropped " + dropped));
  std::string end = human_bytes(file_bytes(settings.file)) + " -> " +
                    human_bytes(file_bytes(settings.output.path)) + "   " +
                    settings.output.path;
  if (loads_with_weights_only(settings.output.path)) {
    end += "   ok: loads with weights_only=True";
  }
  session.say(end);
  return kExitOk;
}

}  // namespace

Command strip_command(Session& session) {
  auto settings = std::make_shared<Settings>();
  Command command = {
      "strip",
      "Keep the weights of a checkpoint, drop the state of its training",
      "Works on the entries at the top of the file. Without --drop and "
      "--keep,\n"
      "optimizers, schedulers, epochs, losses and random states go.\n"
      "Examples:\n"
      "  cresset strip last.ckpt -o weights.pth\n"
      "  cresset strip last.ckpt -o weights.pth --keep state_dict --half\n",
      {
          {"FILE", &settings->file, "", "file to read", true},
          {"--drop", &settings->drop, "PATTERN",
           "entries to drop instead of the usual ones"},
          {"--keep", &settings->keep, "PATTERN",
           "entries to keep; all others go"},
          {"--half", &settings->half, "", "store floating weights as float16"},
      },
      [&session, settings] { return run(session, *settings); },
  };
  settings->output.add_options(command.options);
  return command;
}

}  // namespace cresset::cli
