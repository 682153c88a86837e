// cresset curves: how a training went, from its logs.

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "cresset/serialize/atomic_file.h"
#include "cresset/tensor/base/error.h"
#include "cresset/tools/cresset/commands.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/key_selector.h"
#include "cresset/tools/cresset/names.h"
#include "cresset/tools/cresset/output.h"
#include "cresset/tools/cresset/run_log.h"
#include "cresset/tools/cresset/text_plot.h"
#include "cresset/tools/cresset/text_table.h"

namespace cresset::cli {
namespace {

constexpr int kColumns = 64, kLines = 12;

struct Settings {
  std::string run;
  std::string compare;
  std::vector<std::string> keys;
  double smooth = 0;
  std::string x = "step";
  Output output;
  bool json = false;
};

std::vector<Curve> selected(const Settings& settings, const std::string& run) {
  std::vector<Curve> curves = read_run(run);
  std::vector<std::string> names;
  for (const Curve& curve : curves) names.push_back(curve.name);
  if (!settings.keys.empty()) {
    const KeySelector selector(settings.keys);
    std::erase_if(curves, [&](const Curve& curve) {
      return !selector.matches(curve.name);
    });
  }
  if (curves.empty()) {
    const std::string wanted = settings.keys.empty() ? "" : settings.keys[0];
    throw CliError(kExitUsage, run + ": there is no such curve" +
                                   did_you_mean(wanted, names));
  }
  for (Curve& curve : curves) {
    curve.values = smoothed(curve.values, settings.smooth);
  }
  return curves;
}

// Where a curve lies on the x axis: at steps, or at seconds since its start.
std::vector<double> places(const Settings& settings, const Curve& curve,
                           const std::string& run) {
  if (settings.x == "step") return curve.steps;
  if (curve.times.empty()) {
    throw CliError(kExitUsage, run + ": the log has no times of " + curve.name);
  }
  std::vector<double> seconds;
  for (const double time : curve.times) {
    seconds.push_back(time - curve.times.front());
  }
  return seconds;
}

// "loss/train" and "loss/val" share a chart, and so do equal names of two runs.
std::string chart_of(const std::string& name) {
  return name.substr(0, name.find('/'));
}

void add_series(const Settings& settings, const std::string& run, bool several,
                std::vector<demos::Plot>& plots) {
  for (const Curve& curve : selected(settings, run)) {
    const std::string chart = chart_of(curve.name);
    auto plot = std::find_if(plots.begin(), plots.end(),
                             [&](const auto& p) { return p.title == chart; });
    if (plot == plots.end()) {
      plots.push_back({.title = chart,
                       .x_label = settings.x == "step" ? "step" : "seconds",
                       .y_label = chart,
                       .series = {}});
      plot = plots.end() - 1;
    }
    plot->series.push_back(
        {.name = several ? run + ": " + curve.name : curve.name,
         .x = places(settings, curve, run),
         .y = curve.values});
  }
}

std::string csv(const std::vector<demos::Plot>& plots,
                const std::string& x_name) {
  std::string text = "curve," + x_name + ",value\n";
  for (const demos::Plot& plot : plots) {
    for (const demos::Series& series : plot.series) {
      std::string name = series.name;
      if (name.find_first_of(",\"") != std::string::npos) {
        for (size_t i = 0; i < name.size(); ++i) {
          if (name[i] == '"') name.insert(i++, 1, '"');
        }
        name = '"' + name + '"';
      }
      for (size_t i = 0; i < series.x.size(); ++i) {
        text += name + ',' + number_text(series.x[i], 17) + ',' +
                number_text(series.y[i], 9) + '\n';
      }
    }
  }
  return text;
}

void write(const Output& output, const std::string& text) {
  output.check();
  try {
    serialize::AtomicFile file(output.path);
    file.write(text.data(), text.size());
    file.commit();
  } catch (const Error& error) {
    throw as_write_error(error);
  }
}

nlohmann::ordered_json to_json(const std::vector<demos::Plot>& plots) {
  auto json = nlohmann::ordered_json::array();
  for (const demos::Plot& plot : plots) {
    for (const demos::Series& series : plot.series) {
      json.push_back({{"name", series.name},
                      {plot.x_label, series.x},
                      {"value", series.y}});
    }
  }
  return json;
}

int run(Session& session, const Settings& settings) {
  if (!(settings.smooth >= 0 && settings.smooth < 1)) {
    throw CliError(kExitUsage,
                   "--smooth takes a number from 0 to below 1; got " +
                       number_text(settings.smooth));
  }
  const bool several = !settings.compare.empty();
  std::vector<demos::Plot> plots;
  add_series(settings, settings.run, several, plots);
  if (several) add_series(settings, settings.compare, several, plots);
  if (!settings.output.path.empty()) {
    const bool table = settings.output.path.ends_with(".csv");
    write(settings.output,
          table ? csv(plots, plots.front().x_label) : demos::to_svg(plots));
    session.say(settings.output.path + "  " +
                human_bytes(file_bytes(settings.output.path)));
  } else if (settings.json) {
    session.out << to_json(plots).dump(1) << '\n';
  } else {
    for (const demos::Plot& plot : plots) {
      session.out << text_plot(plot, kColumns, kLines, session.colored());
    }
  }
  return kExitOk;
}

}  // namespace

Command curves_command(Session& session) {
  auto settings = std::make_shared<Settings>();
  return {
      "curves",
      "Draw the curves of a training from its logs",
      "RUN is a log (.csv, .jsonl, TensorBoard's events) or a folder of them.\n"
      "Curves such as loss/train and loss/val share a chart.\n"
      "Examples:\n"
      "  cresset curves runs/1                    in the terminal\n"
      "  cresset curves runs/1 --smooth 0.6 -o loss.svg -k 'loss/*'\n"
      "  cresset curves runs/1 --compare runs/2 --x time\n",
      {
          {"RUN", &settings->run, "", "log or folder of logs", true},
          {"--compare", &settings->compare, "RUN2",
           "draw the curves of another run too"},
          {"-k,--keys", &settings->keys, "PATTERN",
           "only these curves: names, globs, or re:REGEX"},
          {"--smooth", &settings->smooth, "W",
           "moving mean; 0 is none, 0.9 much"},
          {"--x",
           &settings->x,
           "AXIS",
           "step, or time since the first point",
           false,
           {"step", "time"}},
          {"-o,--output", &settings->output.path, "FILE",
           "write a picture (.svg) or a table (.csv)"},
          {"-f,--force", &settings->output.force, "",
           "replace the file if there is one"},
          {"--json", &settings->json, "", "print JSON"},
      },
      [&session, settings] { return run(session, *settings); },
  };
}

}  // namespace cresset::cli
