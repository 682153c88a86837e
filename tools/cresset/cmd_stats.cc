// cresset stats: numbers about the numbers of each tensor.

#include <memory>
#include <nlohmann/json.hpp>

#include "cresset/tools/cresset/commands.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/numbers.h"
#include "cresset/tools/cresset/selection.h"
#include "cresset/tools/cresset/text_table.h"

namespace cresset::cli {
namespace {

constexpr int kBins = 24;

struct Settings {
  std::string file;
  Selection selection;
  bool fail_on_nan = false;
  bool hist = false;
  bool json = false;
};

// Eight heights for the bars of a histogram.
std::string bars(const std::vector<int64_t>& counts) {
  static constexpr const char* kBars[] = {"▁", "▂", "▃", "▄",
                                          "▅", "▆", "▇", "█"};
  int64_t most = 1;
  for (const int64_t count : counts) most = std::max(most, count);
  std::string text;
  for (const int64_t count : counts) {
    text += count == 0 ? " " : kBars[(count * 8 - 1) / most];
  }
  return text;
}

nlohmann::ordered_json to_json(const Entry& entry, const Statistics& s) {
  return {{"name", entry.name}, {"dtype", entry_dtype(entry.value)},
          {"count", s.count},   {"min", s.min},
          {"max", s.max},       {"mean", s.mean},
          {"std", s.deviation}, {"zeros", s.zeros},
          {"nan", s.nans},      {"inf", s.infinities}};
}

int run(Session& session, const Settings& settings) {
  const std::vector<Entry> entries =
      settings.selection.select(session.load(settings.file));
  std::vector<std::string> header = {"name", ">min",   ">max", ">mean",
                                     ">std", ">zeros", ">nan", ">inf"};
  if (settings.hist) header.push_back("histogram");
  TextTable table(header);
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  demos::Progress progress("stats", static_cast<int64_t>(entries.size()),
                           session.progress_style(), session.err);
  int64_t done = 0, bad_tensors = 0;
  std::string first_bad;
  for (const Entry& entry : entries) {
    progress.update(done++, entry.name);
    const Tensor tensor = plain_tensor(entry.value);
    if (!tensor.defined()) continue;
    const Statistics s = statistics(tensor);
    if (s.nans + s.infinities > 0) {
      if (bad_tensors++ == 0) first_bad = entry.name;
    }
    if (settings.json) json.push_back(to_json(entry, s));
    const auto number = [&](double x) {
      return s.count == 0 ? std::string("-") : number_text(x);
    };
    const auto warn = [&](int64_t count) {
      return count == 0 ? "0" : with_commas(count);
    };
    std::vector<std::string> row = {entry.name,
                                    number(s.min),
                                    number(s.max),
                                    number(s.mean),
                                    s.count < 2 ? "-" : number(s.deviation),
                                    with_commas(s.zeros),
                                    warn(s.nans),
                                    warn(s.infinities)};
    if (settings.hist) {
      row.push_back(bars(histogram(tensor, s.min, s.max, kBins)));
    }
    table.add(std::move(row));
  }
  progress.finish();
  if (settings.json) {
    session.out << json.dump(1) << '\n';
  } else {
    session.out << table.text();
  }
  if (settings.fail_on_nan && bad_tensors > 0) {
    session.say("cresset: " + counted(bad_tensors, "tensor") +
                " with NaN or infinity, the first is " +
                cresset::quoted(first_bad));
    return kExitNo;
  }
  return kExitOk;
}

}  // namespace

Command stats_command(Session& session) {
  auto settings = std::make_shared<Settings>();
  Command command = {
      "stats",
      "Show minimum, maximum, mean, zeros and NaN of each tensor",
      "Examples:\n"
      "  cresset stats last.pth --at model --keys '*.weight'\n"
      "  cresset stats last.pth --fail-on-nan     ends with 1 if there is "
      "one\n",
      {
          {"FILE", &settings->file, "", "file to look at", true},
          {"--fail-on-nan", &settings->fail_on_nan, "",
           "end with 1 if a tensor holds NaN or infinity"},
          {"--hist", &settings->hist, "", "draw a histogram of each tensor"},
          {"--json", &settings->json, "", "print JSON"},
      },
      [&session, settings] { return run(session, *settings); },
  };
  settings->selection.add_options(command.options);
  return command;
}

}  // namespace cresset::cli
