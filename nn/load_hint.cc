#include "cresset/nn/load_hint.h"

#include <algorithm>
#include <string_view>

#include "cresset/tensor/base/error.h"

namespace cresset::nn {
namespace {

using cresset::internal::concat;

// The part of a name before the last dot.
std::string_view layer_of(std::string_view name) {
  const size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view()
                                       : name.substr(0, dot);
}

// The entry of a checkpoint that holds most of the missing names.
std::string nested_hint(const LoadProblems& problems, const Value& state) {
  if (problems.missing.empty() || !problems.mismatches.empty()) return "";
  for (const DictItem& item : state.items()) {
    if (!item.key.is_str() || !item.value.is_dict()) continue;
    size_t there = 0;
    for (const auto& missing : problems.missing) {
      there += item.value.contains(missing.name);
    }
    if (there * 2 > problems.missing.size()) {
      return concat("the weights are one level deeper, in the entry \"",
                    item.key.as_str(), "\" of this checkpoint: load that");
    }
  }
  return "";
}

bool is_missing(const LoadProblems& problems, std::string_view name) {
  return std::any_of(problems.missing.begin(), problems.missing.end(),
                     [&](const auto& missing) { return missing.name == name; });
}

// A prefix that all unexpected names have and the model's have not.
std::string extra_prefix(const LoadProblems& problems) {
  if (problems.unexpected.empty() || problems.missing.empty()) return "";
  const std::string& first = problems.unexpected.front();
  for (size_t dot = first.find('.'); dot != std::string::npos;
       dot = first.find('.', dot + 1)) {
    const std::string prefix = first.substr(0, dot + 1);
    const bool fits = std::all_of(
        problems.unexpected.begin(), problems.unexpected.end(),
        [&](const std::string& name) {
          return name.starts_with(prefix) &&
                 is_missing(problems, std::string_view(name).substr(dot + 1));
        });
    if (fits) return prefix;
  }
  return "";
}

// The same the other way round: the model's names have more in front.
std::string lacking_prefix(const LoadProblems& problems) {
  if (problems.unexpected.empty() || problems.missing.empty()) return "";
  const std::string& first = problems.missing.front().name;
  const std::vector<std::string>& names = problems.unexpected;
  for (size_t dot = first.find('.'); dot != std::string::npos;
       dot = first.find('.', dot + 1)) {
    const std::string prefix = first.substr(0, dot + 1);
    const bool fits =
        std::all_of(names.begin(), names.end(), [&](const std::string& name) {
          return is_missing(problems, prefix + name);
        });
    if (fits) return prefix;
  }
  return "";
}

std::string prefix_hint(const LoadProblems& problems) {
  const std::string extra = extra_prefix(problems);
  if (!extra.empty()) {
    const char* cause = extra == "module."      ? " (saved from DataParallel)"
                        : extra == "_orig_mod." ? " (saved from torch.compile)"
                                                : "";
    return concat("the file's keys begin with \"", extra, "\"", cause,
                  "; take it off: cresset rename FILE --strip-prefix ", extra,
                  " -o OUT");
  }
  const std::string lacking = lacking_prefix(problems);
  if (lacking.empty()) return "";
  return concat("the model's keys begin with \"", lacking,
                "\"; put it on: cresset rename FILE --add-prefix ", lacking,
                " -o OUT");
}

// Names that pair up in order, each with the shape of its partner.
std::string renumbered_hint(const LoadProblems& problems, const Value& state) {
  const size_t count = problems.missing.size();
  if (count == 0 || count != problems.unexpected.size()) return "";
  std::string pairs;
  for (size_t i = 0; i < count; ++i) {
    const std::string& name = problems.unexpected[i];
    if (!state.contains(name) || !state.at(name).is_tensor() ||
        !(state.at(name).as_tensor().shape() == problems.missing[i].shape)) {
      return "";
    }
    if (i < 5) {
      pairs +=
          concat(i > 0 ? ", " : "", name, " -> ", problems.missing[i].name);
    }
  }
  return concat("layers renumbered? The shapes fit in this order: ", pairs,
                count > 5 ? ", ..." : "");
}

std::string classes_hint(const LoadProblems& problems) {
  if (problems.mismatches.empty() || !problems.missing.empty()) return "";
  const auto& first = problems.mismatches.front();
  const std::string_view layer = layer_of(first.name);
  for (const auto& mismatch : problems.mismatches) {
    const Shape &a = mismatch.in_file, &b = mismatch.in_model;
    const bool rows_only =
        a.size() == b.size() && !a.empty() &&
        std::equal(a.begin() + 1, a.end(), b.begin() + 1, b.end()) &&
        a[0] == first.in_file[0] && b[0] == first.in_model[0];
    if (!rows_only || layer.empty() || layer_of(mismatch.name) != layer) {
      return "";
    }
  }
  return concat("only \"", layer, "\" differs, in its number of classes (",
                first.in_file[0], " in the file, ", first.in_model[0],
                " in the model); leave its keys out and load the rest with "
                "strict = false");
}

}  // namespace

std::string load_hint(const LoadProblems& problems, const Value& state) {
  for (const std::string& hint :
       {nested_hint(problems, state), prefix_hint(problems),
        renumbered_hint(problems, state), classes_hint(problems)}) {
    if (!hint.empty()) return hint;
  }
  return "";
}

}  // namespace cresset::nn
