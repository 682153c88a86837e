// cresset cast: weights in another dtype.

#include <memory>

#include "cresset/tools/cresset/commands.h"
#include "cresset/tools/cresset/dtype_names.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/key_selector.h"
#include "cresset/tools/cresset/output.h"
#include "cresset/tools/cresset/text_table.h"
#include "cresset/tools/cresset/weights.h"

namespace cresset::cli {
namespace {

struct Settings {
  std::string file;
  Output output;
  std::string dtype;
  std::string at;
  std::vector<std::string> only;
};

int run(Session& session, const Settings& settings) {
  settings.output.check();
  const Dtype dtype = dtype_named(settings.dtype);
  const KeySelector only(settings.only);
  const Value root = session.load(settings.file);
  Weights weights = find_weights(root, settings.at);
  demos::Progress progress("cast", static_cast<int64_t>(weights.dict.size()),
                           session.progress_style(), session.err);
  int64_t done = 0, changed = 0, overflows = 0;
  std::string first_overflow;
  weights.dict = with_tensors(
      weights.dict, [&](const std::string& name, const Value& value) {
        progress.update(done++, name);
        if (!value.is_tensor()) return value;
        if (!only.empty() && !only.matches(name)) return value;
        const Cast cast = cast_floating(value.as_tensor(), dtype);
        if (cast.tensor.is_same(value.as_tensor())) return value;
        ++changed;
        if (cast.overflows > 0 && overflows == 0) first_overflow = name;
        overflows += cast.overflows;
        return value.with_tensor(cast.tensor);
      });
  progress.finish();
  settings.output.save(with_weights(root, weights));
  session.say("cast " + counted(changed, "tensor") + " to " + to_string(dtype));
  if (overflows > 0) {
    session.err << "cresset: warning: " << counted(overflows, "number")
                << " became infinite, the first in '" << first_overflow
                << "'\n";
  }
  return kExitOk;
}

}  // namespace

Command cast_command(Session& session) {
  auto settings = std::make_shared<Settings>();
  Command command = {
      "cast",
      "Change the dtype of floating weights",
      "Integers and the rest of the checkpoint stay as they are. Numbers that\n"
      "become infinite are reported.\n"
      "Example:\n"
      "  cresset cast resnet18.pth -o half.pth --dtype f16 --only '*.weight'\n",
      {
          {"FILE", &settings->file, "", "file to read", true},
          {"--dtype", &settings->dtype, "DTYPE",
           "f16, bf16, f32, f64 or PyTorch's name", true},
          {"--only", &settings->only, "PATTERN",
           "only keys that match: a glob, or re:REGEX"},
          {"--at", &settings->at, "PATH", "where the weights are"},
      },
      [&session, settings] { return run(session, *settings); },
  };
  settings->output.add_options(command.options);
  return command;
}

}  // namespace cresset::cli
