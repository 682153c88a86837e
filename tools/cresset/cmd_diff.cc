// cresset diff: how two files differ.

#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "cresset/tools/cresset/commands.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/key_advice.h"
#include "cresset/tools/cresset/numbers.h"
#include "cresset/tools/cresset/selection.h"
#include "cresset/tools/cresset/text_table.h"
#include "cresset/tools/cresset/value_path.h"

namespace cresset::cli {
namespace {

struct Settings {
  std::string a, b;
  Selection selection;
  double atol = 1e-8;
  double rtol = 1e-5;
  bool keys_only = false;
  bool stat = false;
  bool json = false;
  int64_t max = 0;
  std::string strip_prefix;
};

enum class Verdict { kEqual, kClose, kShape, kDtype, kValues, kOnlyA, kOnlyB };

struct Difference {
  std::string name;
  Verdict verdict;
  std::string a, b;    // shape and dtype
  double largest = 0;  // absolute difference
  int64_t beyond = 0;  // elements outside the tolerance
};

std::string described(const Value& value) {
  return shape_text(entry_shape(value)) + ' ' + short_dtype(entry_dtype(value));
}

// How far apart two tensors of one shape are.
void compare_numbers(const Tensor& a, const Tensor& b, const Settings& settings,
                     Difference& result) {
  std::vector<double> all_b;
  all_b.reserve(static_cast<size_t>(b.numel()));
  each_number(b, [&](const std::vector<double>& numbers) {
    all_b.insert(all_b.end(), numbers.begin(), numbers.end());
  });
  size_t at = 0;
  each_number(a, [&](const std::vector<double>& numbers) {
    for (const double x : numbers) {
      const double y = at < all_b.size() ? all_b[at] : std::nan("");
      ++at;
      if (x == y || (std::isnan(x) && std::isnan(y))) continue;
      const double distance = std::fabs(x - y);
      if (!(distance <= settings.atol + settings.rtol * std::fabs(y))) {
        ++result.beyond;
      }
      if (!(distance <= result.largest)) result.largest = distance;
    }
  });
}

Difference compare(const std::string& name, const Value& a, const Value& b,
                   const Settings& settings) {
  Difference result{name, Verdict::kEqual, described(a), described(b)};
  const Shape shape_a = entry_shape(a), shape_b = entry_shape(b);
  if (!(shape_a == shape_b)) {
    result.verdict = Verdict::kShape;
  } else if (entry_dtype(a) != entry_dtype(b)) {
    result.verdict = Verdict::kDtype;
  } else if (!settings.keys_only && !(a == b)) {
    const Tensor ta = plain_tensor(a), tb = plain_tensor(b);
    if (!ta.defined() || !tb.defined()) {
      result.verdict = Verdict::kValues;
      return result;
    }
    compare_numbers(ta, tb, settings, result);
    // A NumPy array and a tensor may be equal without being the same kind.
    const bool equal = result.largest == 0 && a.kind() != b.kind();
    result.verdict = result.beyond > 0 ? Verdict::kValues
                     : equal           ? Verdict::kEqual
                                       : Verdict::kClose;
  }
  return result;
}

std::string line_of(const Session& session, const Difference& d) {
  switch (d.verdict) {
    case Verdict::kOnlyA:
      return session.paint("31", "- " + d.name + "  " + d.a);
    case Verdict::kOnlyB:
      return session.paint("32", "+ " + d.name + "  " + d.b);
    case Verdict::kValues:
      return session.paint("33", "~ " + d.name) + "  " + d.a + "  " +
             counted(d.beyond, "element") +
             (d.beyond == 1 ? " differs" : " differ") + ", by at most " +
             number_text(d.largest, 4);
    default:
      return session.paint("33", "~ " + d.name) + "  " + d.a + "  ->  " + d.b;
  }
}

class Counts {
 public:
  explicit Counts(const std::vector<Difference>& differences) {
    for (const Difference& d : differences) {
      ++counts_[static_cast<size_t>(d.verdict)];
    }
  }
  int64_t operator[](Verdict verdict) const {
    return counts_[static_cast<size_t>(verdict)];
  }
  bool differ() const {
    return counts_[2] + counts_[3] + counts_[4] + counts_[5] + counts_[6] > 0;
  }

 private:
  int64_t counts_[7] = {};
};

std::string summary(const Settings& settings, const Counts& counts) {
  std::string text = "= " + with_commas(counts[Verdict::kEqual]) + " equal";
  const auto add = [&](Verdict verdict, const std::string& what) {
    if (counts[verdict] > 0) {
      text += ", " + with_commas(counts[verdict]) + ' ' + what;
    }
  };
  add(Verdict::kClose, "within atol " + number_text(settings.atol) + " rtol " +
                           number_text(settings.rtol));
  add(Verdict::kValues, "with other values");
  add(Verdict::kShape, "with another shape");
  add(Verdict::kDtype, "with another dtype");
  add(Verdict::kOnlyA, "only in " + settings.a);
  add(Verdict::kOnlyB, "only in " + settings.b);
  return text;
}

nlohmann::ordered_json to_json(const Difference& d) {
  static constexpr const char* kNames[] = {"equal",  "close",  "shape", "dtype",
                                           "values", "only_a", "only_b"};
  nlohmann::ordered_json json = {
      {"name", d.name}, {"verdict", kNames[static_cast<size_t>(d.verdict)]}};
  if (d.verdict != Verdict::kOnlyB) json["a"] = d.a;
  if (d.verdict != Verdict::kOnlyA) json["b"] = d.b;
  if (d.verdict == Verdict::kValues || d.verdict == Verdict::kClose) {
    json["max_difference"] = d.largest;
    json["elements"] = d.beyond;
  }
  return json;
}

std::vector<Entry> load_entries(Session& session, const Settings& settings,
                                const std::string& path) {
  const Value root = session.load(path);
  Selection selection = settings.selection;
  // One of the files may be the very weights that lie in the other.
  if (holds_weights(root) && !has_path(root, selection.at)) selection.at = "";
  std::vector<Entry> entries = selection.select(root);
  for (Entry& entry : entries) {
    if (!settings.strip_prefix.empty() &&
        entry.name.starts_with(settings.strip_prefix)) {
      entry.name.erase(0, settings.strip_prefix.size());
    }
  }
  return entries;
}

std::vector<Difference> compare_all(Session& session, const Settings& settings,
                                    const std::vector<Entry>& a,
                                    const std::vector<Entry>& b) {
  std::unordered_map<std::string, const Value*> in_b;
  for (const Entry& entry : b) in_b.emplace(entry.name, &entry.value);
  std::vector<Difference> differences;
  std::unordered_map<std::string, bool> in_a;
  demos::Progress progress("diff", static_cast<int64_t>(a.size()),
                           session.progress_style(), session.err);
  int64_t done = 0;
  for (const Entry& entry : a) {
    progress.update(done++, entry.name);
    in_a[entry.name] = true;
    const auto other = in_b.find(entry.name);
    if (other == in_b.end()) {
      differences.push_back(
          {entry.name, Verdict::kOnlyA, described(entry.value), ""});
    } else {
      differences.push_back(
          compare(entry.name, entry.value, *other->second, settings));
    }
  }
  progress.finish();
  for (const Entry& entry : b) {
    if (in_a.count(entry.name) == 0) {
      differences.push_back(
          {entry.name, Verdict::kOnlyB, "", described(entry.value)});
    }
  }
  return differences;
}

int run(Session& session, const Settings& settings) {
  const std::vector<Entry> a = load_entries(session, settings, settings.a);
  const std::vector<Entry> b = load_entries(session, settings, settings.b);
  const std::vector<Difference> differences =
      compare_all(session, settings, a, b);
  const Counts counts(differences);
  if (settings.json) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const Difference& d : differences) json.push_back(to_json(d));
    session.out << json.dump(1) << '\n';
  } else {
    int64_t shown = 0, hidden = 0;
    for (const Difference& d : differences) {
      const bool equal =
          d.verdict == Verdict::kEqual || d.verdict == Verdict::kClose;
      if (equal || settings.stat) continue;
      if (settings.max > 0 && shown == settings.max) {
        ++hidden;
        continue;
      }
      session.out << line_of(session, d) << '\n';
      ++shown;
    }
    if (hidden > 0) session.out << "... and " << hidden << " more\n";
    session.out << summary(settings, counts) << '\n';
    for (const std::string& line : key_advice(a, b)) session.say(line);
  }
  return counts.differ() ? kExitNo : kExitOk;
}

}  // namespace

Command diff_command(Session& session) {
  auto settings = std::make_shared<Settings>();
  Command command = {
      "diff",
      "Compare the tensors of two files",
      "Ends with 0 if they are equal within the tolerances, else with 1.\n"
      "Examples:\n"
      "  cresset diff before.pth after.pth --strip-prefix module.\n"
      "  cresset diff a.pth b.safetensors --atol 1e-6 --stat\n",
      {
          {"A", &settings->a, "", "a file", true},
          {"B", &settings->b, "", "the file to compare it with", true},
          {"--atol", &settings->atol, "X",
           "absolute distance that counts as equal (1e-8)"},
          {"--rtol", &settings->rtol, "X",
           "distance relative to B that counts as equal (1e-5)"},
          {"--keys-only", &settings->keys_only, "",
           "compare names, shapes and dtypes alone"},
          {"--strip-prefix", &settings->strip_prefix, "PREFIX",
           "take PREFIX from the names of both files"},
          {"--max", &settings->max, "N", "show at most N differences"},
          {"--stat", &settings->stat, "", "print only the summary"},
          {"--json", &settings->json, "", "print JSON"},
      },
      [&session, settings] { return run(session, *settings); },
  };
  settings->selection.add_options(command.options);
  return command;
}

}  // namespace cresset::cli
