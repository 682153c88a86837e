// cresset average: the mean of several checkpoints.

#include <charconv>
#include <memory>

#include "cresset/tools/cresset/average.h"
#include "cresset/tools/cresset/commands.h"
#include "cresset/tools/cresset/entries.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/key_advice.h"
#include "cresset/tools/cresset/output.h"
#include "cresset/tools/cresset/text_table.h"
#include "cresset/tools/cresset/weights.h"

namespace cresset::cli {
namespace {

struct Settings {
  std::vector<std::string> files;
  Output output;
  std::string at;
  double ema = -1;
  std::string weights;
};

std::vector<double> factors_of(const Settings& settings) {
  const size_t count = settings.files.size();
  if (settings.ema >= 0 && !settings.weights.empty()) {
    throw CliError(kExitUsage, "give --ema or --weights, not both");
  }
  if (settings.ema >= 0) {
    if (settings.ema > 1) {
      throw CliError(kExitUsage, "--ema takes a number from 0 to 1");
    }
    return ema_factors(count, settings.ema);
  }
  if (settings.weights.empty()) {
    return std::vector<double>(count, 1.0 / static_cast<double>(count));
  }
  std::vector<double> factors;
  const char* at = settings.weights.data();
  const char* end = at + settings.weights.size();
  for (;;) {
    double factor = 0;
    const auto [next, error] = std::from_chars(at, end, factor);
    if (error != std::errc()) break;
    factors.push_back(factor);
    if (next == end) {
      if (factors.size() == count) return factors;
      break;
    }
    if (*next != ',') break;
    at = next + 1;
  }
  throw CliError(kExitUsage, "--weights takes " + std::to_string(count) +
                                 " numbers with commas between them, one a "
                                 "file; got '" +
                                 settings.weights + "'");
}

void check_names(Session& session, const Settings& settings,
                 const std::vector<Weights>& all) {
  const Value& last = all.back().dict;
  for (size_t i = 0; i + 1 < all.size(); ++i) {
    const Value& dict = all[i].dict;
    for (const auto& [a, b] :
         {std::pair(&dict, &last), std::pair(&last, &dict)}) {
      for (const DictItem& item : a->items()) {
        if (b->contains(item.key)) continue;
        for (const std::string& line :
             key_advice(tensor_entries(dict), tensor_entries(last))) {
          session.say(line);
        }
        throw CliError(kExitNo, settings.files[i] + " and " +
                                    settings.files.back() +
                                    " do not hold the same tensors: " +
                                    repr(item.key, 120) + " is in one only");
      }
    }
  }
}

int run(Session& session, const Settings& settings) {
  settings.output.check();
  const std::vector<double> factors = factors_of(settings);
  std::vector<Weights> all;
  Value root;
  for (const std::string& file : settings.files) {
    root = session.load(file);
    all.push_back(find_weights(root, settings.at));
  }
  check_names(session, settings, all);
  const int64_t total = static_cast<int64_t>(all.back().dict.size());
  demos::Progress progress("average", total, session.progress_style(),
                           session.err);
  int64_t done = 0;
  const Value mean =
      with_tensors(all.back().dict, [&](const std::string& name, const Value&) {
        progress.update(done++, name);
        std::vector<Value> tensors;
        for (const Weights& weights : all) {
          tensors.push_back(weights.dict.at(name));
        }
        return weighted_sum(name, tensors, factors);
      });
  progress.finish();
  settings.output.save(mean);
  session.say("averaged " +
              counted(static_cast<int64_t>(settings.files.size()), "file") +
              ", " + counted(total, "tensor"));
  return kExitOk;
}

}  // namespace

Command average_command(Session& session) {
  auto settings = std::make_shared<Settings>();
  Command command = {
      "average",
      "Average the weights of several files",
      "Sums are taken in float64. Counters and other integers are those of\n"
      "the last file.\n"
      "Examples:\n"
      "  cresset average epoch8.pth epoch9.pth epoch10.pth -o swa.pth\n"
      "  cresset average epoch*.pth -o ema.pth --ema 0.9\n",
      {
          {"FILE", &settings->files, "", "files to read", true},
          {"--ema", &settings->ema, "DECAY",
           "exponential moving average over the files in order"},
          {"--weights", &settings->weights, "W1,W2,...",
           "a factor for each file"},
          {"--at", &settings->at, "PATH", "where the weights are"},
      },
      [&session, settings] { return run(session, *settings); },
  };
  settings->output.add_options(command.options);
  return command;
}

}  // namespace cresset::cli
