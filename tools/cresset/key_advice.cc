#include "cresset/tools/cresset/key_advice.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "cresset/tools/cresset/names.h"
#include "cresset/tools/cresset/text_table.h"

namespace cresset::cli {
namespace {

using Names = std::unordered_set<std::string>;

Names names_of(const std::vector<Entry>& entries) {
  Names names;
  for (const Entry& entry : entries) names.insert(entry.name);
  return names;
}

std::vector<Entry> missing_in(const std::vector<Entry>& entries,
                              const Names& other) {
  std::vector<Entry> out;
  for (const Entry& entry : entries) {
    if (other.count(entry.name) == 0) out.push_back(entry);
  }
  return out;
}

// A prefix of all names of `entries` without which most of them are in
// `other`: "module.", "state_dict.", "backbone.".
std::string extra_prefix(const std::vector<Entry>& entries,
                         const Names& other) {
  if (entries.empty()) return "";
  const std::string& first = entries.front().name;
  for (size_t dot = first.find('.'); dot != std::string::npos;
       dot = first.find('.', dot + 1)) {
    const std::string prefix = first.substr(0, dot + 1);
    size_t with_prefix = 0, matches = 0;
    for (const Entry& entry : entries) {
      if (!entry.name.starts_with(prefix)) continue;
      ++with_prefix;
      matches += other.count(entry.name.substr(prefix.size()));
    }
    if (matches * 2 > with_prefix && matches > 0) return prefix;
  }
  return "";
}

std::string prefix_advice(const char* file, const std::string& prefix) {
  const std::string path = prefix.substr(0, prefix.size() - 1);
  std::string text = std::string("hint: the names of ") + file +
                     " begin with " + quoted(prefix);
  if (path == "state_dict" || path == "model_state_dict" || path == "model" ||
      path == "net" || path == "ema") {
    return text + " (a checkpoint that holds more); look inside with --at " +
           path;
  }
  if (path == "module") text += " (saved from DataParallel)";
  if (path == "_orig_mod") text += " (saved from torch.compile)";
  return text + "; strip it with cresset rename FILE --strip-prefix " + prefix +
         " -o OUT";
}

bool is_counter(const std::string& name) {
  return name.ends_with("num_batches_tracked");
}

std::string group_of(const Entry& entry) {
  return shape_text(entry_shape(entry.value)) + entry_dtype(entry.value);
}

// What another shape under one name means.
void shape_advice(const std::vector<Entry>& a, const std::vector<Entry>& b,
                  std::vector<std::string>& lines) {
  std::unordered_map<std::string, const Value*> in_b;
  for (const Entry& entry : b) in_b.emplace(entry.name, &entry.value);
  std::vector<std::string> heads;
  size_t differing = 0;
  int64_t classes_a = 0, classes_b = 0;
  for (const Entry& entry : a) {
    const auto found = in_b.find(entry.name);
    if (found == in_b.end()) continue;
    const Shape sa = entry_shape(entry.value), sb = entry_shape(*found->second);
    if (sa == sb) continue;
    ++differing;
    if (sa.size() == 2 && sb.size() == 2 && sa[0] == sb[1] && sa[1] == sb[0]) {
      lines.push_back("hint: " + quoted(entry.name) +
                      " is transposed; Linear keeps (out, in)");
      continue;
    }
    const bool tail_equal =
        sa.size() == sb.size() && sa.size() >= 1 &&
        std::equal(sa.begin() + 1, sa.end(), sb.begin() + 1, sb.end());
    if (tail_equal) {
      heads.push_back(entry.name.substr(0, entry.name.rfind('.')));
      classes_a = sa[0];
      classes_b = sb[0];
    }
  }
  const bool one_layer =
      !heads.empty() &&
      std::all_of(heads.begin(), heads.end(),
                  [&](const auto& h) { return h == heads[0]; });
  if (one_layer && heads.size() == differing) {
    lines.push_back("hint: only " + quoted(heads[0]) +
                    " differs in shape: the number of classes is " +
                    with_commas(classes_a) + " in A and " +
                    with_commas(classes_b) +
                    " in B; load the rest with strict = false");
  }
}

}  // namespace

std::vector<std::pair<std::string, std::string>> propose_names(
    const std::vector<Entry>& from, const std::vector<Entry>& to) {
  // Within one shape and dtype the order of the layers is the best guide.
  std::unordered_map<std::string, std::vector<std::string>> free;
  for (const Entry& entry : to) free[group_of(entry)].push_back(entry.name);
  std::unordered_map<std::string, size_t> same_shape;
  for (const Entry& entry : from) ++same_shape[group_of(entry)];
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const Entry& entry : from) {
    const std::string group = group_of(entry);
    std::vector<std::string>& names = free[group];
    if (names.empty()) continue;
    size_t best = 0;
    if (names.size() != same_shape[group]) {
      for (size_t i = 1; i < names.size(); ++i) {
        if (edit_distance(entry.name, names[i]) <
            edit_distance(entry.name, names[best])) {
          best = i;
        }
      }
    }
    --same_shape[group];
    pairs.emplace_back(entry.name, names[best]);
    names.erase(names.begin() + static_cast<std::ptrdiff_t>(best));
  }
  return pairs;
}

std::vector<std::string> key_advice(const std::vector<Entry>& a,
                                    const std::vector<Entry>& b) {
  std::vector<std::string> lines;
  const Names in_a = names_of(a), in_b = names_of(b);
  std::vector<Entry> only_a = missing_in(a, in_b);
  std::vector<Entry> only_b = missing_in(b, in_a);
  shape_advice(a, b, lines);
  const auto all_counters = [](const std::vector<Entry>& entries) {
    return !entries.empty() &&
           std::all_of(entries.begin(), entries.end(),
                       [](const Entry& e) { return is_counter(e.name); });
  };
  if ((only_a.empty() || all_counters(only_a)) &&
      (only_b.empty() || all_counters(only_b))) {
    if (!only_a.empty() || !only_b.empty()) {
      lines.push_back(
          "hint: only num_batches_tracked is missing, as in files of PyTorch "
          "before 0.4.1; they load all the same");
    }
    return lines;
  }
  const std::string prefix_a = extra_prefix(only_a, in_b);
  const std::string prefix_b = extra_prefix(only_b, in_a);
  if (!prefix_a.empty()) lines.push_back(prefix_advice("A", prefix_a));
  if (!prefix_b.empty()) lines.push_back(prefix_advice("B", prefix_b));
  if (!prefix_a.empty() || !prefix_b.empty()) return lines;
  if (only_a.size() == only_b.size()) {
    const auto pairs = propose_names(only_a, only_b);
    if (pairs.size() == only_a.size()) {
      std::string line = "hint: layers renumbered? The shapes fit:";
      for (size_t i = 0; i < pairs.size() && i < 5; ++i) {
        line += "\n  " + pairs[i].first + "  ->  " + pairs[i].second;
      }
      line += "\n  cresset rename A --match B -o OUT makes the names fit";
      lines.push_back(line);
      return lines;
    }
  }
  for (size_t i = 0; i < only_a.size() && i < 5; ++i) {
    const std::string near = nearest_name(only_a[i].name, entry_names(only_b));
    if (!near.empty()) {
      lines.push_back("hint: " + quoted(only_a[i].name) + " may be " +
                      quoted(near));
    }
  }
  return lines;
}

}  // namespace cresset::cli
