#include "cresset/tools/cresset/run_log.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <system_error>

#include "cresset/serialize/value.h"
#include "cresset/tools/cresset/event_file.h"
#include "cresset/tools/cresset/exit_code.h"

namespace cresset::cli {
namespace {

namespace fs = std::filesystem;

// Collects points under the names of their curves.
class Curves {
 public:
  void add(const std::string& name, double step, std::optional<double> time,
           double value) {
    const auto [place, added] = places_.emplace(name, curves_.size());
    if (added) curves_.push_back({name, {}, {}, {}});
    Curve& curve = curves_[place->second];
    curve.steps.push_back(step);
    curve.values.push_back(value);
    if (time) curve.times.push_back(*time);
  }
  std::vector<Curve> take() {
    for (Curve& curve : curves_) {
      if (curve.times.size() != curve.values.size()) curve.times.clear();
    }
    return std::move(curves_);
  }

 private:
  std::vector<Curve> curves_;
  std::map<std::string, size_t> places_;
};

bool is_step(std::string_view name) {
  return name == "step" || name == "global_step" || name == "iteration" ||
         name == "epoch";
}

bool is_time(std::string_view name) {
  return name == "time" || name == "wall_time" || name == "timestamp";
}

// A row of numbers by name becomes a point of each curve.
void add_row(const std::vector<std::pair<std::string, double>>& row,
             double fallback_step, Curves& curves) {
  double step = fallback_step;
  bool has_step = false;
  std::optional<double> time;
  for (const auto& [name, value] : row) {
    if (is_time(name)) time = value;
    if (is_step(name) && (!has_step || name != "epoch")) {
      step = value;
      has_step = true;
    }
  }
  for (const auto& [name, value] : row) {
    if (!is_time(name) && !is_step(name)) curves.add(name, step, time, value);
  }
}

[[noreturn]] void damaged(const fs::path& path, size_t line,
                          const std::string& what) {
  throw CliError(kExitDamaged, path.string() + ": line " +
                                   std::to_string(line) + ": " + what);
}

std::optional<double> number_of(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

// Cells may be in quotes, which stand twice inside such a cell.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  bool inside = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"') {
      if (inside && i + 1 < line.size() && line[i + 1] == '"') {
        cells.back() += line[++i];
      } else {
        inside = !inside;
      }
    } else if (c == ',' && !inside) {
      cells.emplace_back();
    } else if (c != '\r') {
      cells.back() += c;
    }
  }
  return cells;
}

void read_csv(const fs::path& path, const std::vector<std::string>& lines,
              bool cut, Curves& curves) {
  if (lines.empty()) return;
  const std::vector<std::string> names = cells_of(lines[0]);
  for (size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    const std::vector<std::string> cells = cells_of(lines[i]);
    if (cells.size() != names.size()) {
      if (cut && i + 1 == lines.size()) return;
      damaged(path, i + 1,
              "expected " + std::to_string(names.size()) + " cells; got " +
                  std::to_string(cells.size()));
    }
    std::vector<std::pair<std::string, double>> row;
    for (size_t k = 0; k < cells.size(); ++k) {
      // Cells without a number leave a gap.
      if (const auto value = number_of(cells[k])) {
        row.emplace_back(names[k], *value);
      }
    }
    add_row(row, static_cast<double>(i - 1), curves);
  }
}

// {"tag": "loss", "step": 1, "value": 0.5}, or {"step": 1, "loss": 0.5}.
void read_json_line(const nlohmann::ordered_json& line, double fallback_step,
                    Curves& curves) {
  std::vector<std::pair<std::string, double>> row;
  const bool point =
      line.contains("tag") && line["tag"].is_string() && line.contains("value");
  for (const auto& [key, value] : line.items()) {
    if (!value.is_number()) continue;
    const bool own = point && key == "value";
    row.emplace_back(own ? line["tag"].get<std::string>() : key,
                     value.get<double>());
  }
  add_row(row, fallback_step, curves);
}

void read_jsonl(const fs::path& path, const std::vector<std::string>& lines,
                bool cut, Curves& curves) {
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    const auto line =
        nlohmann::ordered_json::parse(lines[i], nullptr, /*exceptions=*/false);
    if (!line.is_object()) {
      if (cut && i + 1 == lines.size()) return;
      damaged(path, i + 1,
              "expected a JSON object; got " + quoted(lines[i], 60));
    }
    read_json_line(line, static_cast<double>(i), curves);
  }
}

void read_log(const fs::path& path, Curves& curves) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) throw CliError(kExitMissing, path.string() + ": cannot be read");
  if (path.filename().string().find("tfevents") != std::string::npos) {
    for (const EventPoint& point : read_events(text, path.string())) {
      curves.add(point.tag, static_cast<double>(point.step), point.time,
                 point.value);
    }
    return;
  }
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  const bool cut = !text.empty() && text.back() != '\n';
  path.extension() == ".csv" ? read_csv(path, lines, cut, curves)
                             : read_jsonl(path, lines, cut, curves);
}

bool is_log(const fs::path& path) {
  return path.extension() == ".csv" || path.extension() == ".jsonl" ||
         path.filename().string().find("tfevents") != std::string::npos;
}

}  // namespace

std::vector<Curve> read_run(const std::string& path) {
  std::error_code error;
  std::vector<fs::path> logs;
  if (fs::is_directory(path, error)) {
    for (const auto& entry : fs::recursive_directory_iterator(path, error)) {
      if (entry.is_regular_file(error) && is_log(entry.path())) {
        logs.push_back(entry.path());
      }
    }
    std::sort(logs.begin(), logs.end());
    if (logs.empty()) {
      throw CliError(kExitMissing,
                     path +
                         ": there is no log in it (*.csv, *.jsonl or "
                         "TensorBoard's *tfevents*)");
    }
  } else if (fs::exists(path, error)) {
    if (!is_log(path)) {
      throw CliError(kExitDamaged,
                     path +
                         ": expected the name of a log (*.csv, *.jsonl or "
                         "TensorBoard's *tfevents*)");
    }
    logs.emplace_back(path);
  } else {
    throw CliError(kExitMissing, path + ": there is no such file or folder");
  }
  Curves curves;
  for (const fs::path& log : logs) read_log(log, curves);
  return curves.take();
}

std::vector<double> smoothed(const std::vector<double>& values, double weight) {
  std::vector<double> out;
  double mean = 0, total = 0;
  for (const double value : values) {
    if (!std::isfinite(value)) {
      out.push_back(value);
      continue;
    }
    mean = weight * mean + (1 - weight) * value;
    total = weight * total + (1 - weight);
    out.push_back(mean / total);
  }
  return out;
}

}  // namespace cresset::cli
