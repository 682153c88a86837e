#include "cresset/tools/cresset/key_selector.h"

#include "cresset/tools/cresset/exit_code.h"

namespace cresset::cli {
namespace {

// The length of "[abc]" at the start of a glob, 0 if it is no such set.
size_t set_length(std::string_view glob) {
  const size_t end = glob.find(']', 2);
  return glob.starts_with('[') && end != std::string_view::npos ? end + 1 : 0;
}

bool in_set(std::string_view set, char c) {
  const bool negated = set[1] == '!';
  bool found = false;
  for (size_t i = negated ? 2 : 1; i + 1 < set.size(); ++i) {
    if (i + 3 < set.size() && set[i + 1] == '-') {
      found = found || (set[i] <= c && c <= set[i + 2]);
      i += 2;
    } else {
      found = found || set[i] == c;
    }
  }
  return found != negated;
}

}  // namespace

bool glob_matches(std::string_view glob, std::string_view text) {
  size_t g = 0, t = 0;
  size_t star = std::string_view::npos, star_text = 0;
  while (t < text.size()) {
    const size_t set = g < glob.size() ? set_length(glob.substr(g)) : 0;
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      star_text = t;
    } else if (set > 0 && in_set(glob.substr(g, set), text[t])) {
      g += set;
      ++t;
    } else if (g < glob.size() && set == 0 &&
               (glob[g] == '?' || glob[g] == text[t])) {
      ++g;
      ++t;
    } else if (star != std::string_view::npos) {
      // The last * takes one character more.
      g = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

KeySelector::KeySelector(const std::vector<std::string>& patterns) {
  for (const std::string& pattern : patterns) {
    if (pattern.starts_with("re:")) {
      try {
        patterns_.emplace_back(std::regex(pattern.substr(3)));
      } catch (const std::regex_error& error) {
        throw CliError(
            kExitUsage,
            "'" + pattern + "' is no regular expression: " + error.what());
      }
      continue;
    }
    for (size_t begin = 0; begin <= pattern.size();) {
      const size_t end = std::min(pattern.find(',', begin), pattern.size());
      if (end > begin) {
        patterns_.emplace_back(pattern.substr(begin, end - begin));
      }
      begin = end + 1;
    }
  }
}

bool KeySelector::matches(const std::string& key) const {
  for (const auto& pattern : patterns_) {
    if (const auto* glob = std::get_if<std::string>(&pattern)) {
      if (glob_matches(*glob, key)) return true;
    } else if (std::regex_search(key, std::get<std::regex>(pattern))) {
      return true;
    }
  }
  return false;
}

}  // namespace cresset::cli
