#include "cresset/tools/cresset/key_edit.h"

#include <sstream>

#include "cresset/tools/cresset/exit_code.h"

namespace cresset::cli {

void KeyEdit::add_name(const std::string& from, const std::string& to) {
  names_[from] = to;
}

void KeyEdit::add_map(const std::string& text) {
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || line[0] == '#') continue;
    const size_t tab = line.find('\t');
    if (tab == std::string::npos || tab == 0 || tab + 1 == line.size()) {
      throw CliError(kExitUsage, "line " + std::to_string(number) +
                                     " of the map is not OLD<TAB>NEW");
    }
    add_name(line.substr(0, tab), line.substr(tab + 1));
  }
}

void KeyEdit::add_substitution(const std::string& text) {
  const auto wrong = [&]() -> CliError {
    return {kExitUsage,
            "--sub takes s/REGEX/TEXT/ or s/REGEX/TEXT/g; got '" + text + "'"};
  };
  if (text.size() < 4 || text[0] != 's') throw wrong();
  const char separator = text[1];
  // Parts end at separators that no backslash protects.
  std::vector<std::string> parts(1);
  for (size_t i = 2; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == separator) {
      parts.back() += text[++i];
    } else if (text[i] == separator) {
      parts.emplace_back();
    } else {
      parts.back() += text[i];
    }
  }
  if (parts.size() != 3 || parts[0].empty() ||
      (!parts[2].empty() && parts[2] != "g")) {
    throw wrong();
  }
  // \1 as sed writes it is $1 here.
  std::string replacement;
  for (size_t i = 0; i < parts[1].size(); ++i) {
    const bool group = parts[1][i] == '\\' && i + 1 < parts[1].size() &&
                       parts[1][i + 1] >= '0' && parts[1][i + 1] <= '9';
    if (parts[1][i] == '$') replacement += '$';
    replacement += group ? '$' : parts[1][i];
  }
  try {
    substitutions_.push_back(
        {std::regex(parts[0]), replacement, parts[2] == "g"});
  } catch (const std::regex_error& error) {
    throw CliError(kExitUsage, "'" + parts[0] + "' is no regular expression: " +
                                   error.what());
  }
}

std::string KeyEdit::operator()(const std::string& name) const {
  const auto found = names_.find(name);
  std::string out = found == names_.end() ? name : found->second;
  if (!strip_.empty() && out.starts_with(strip_)) out.erase(0, strip_.size());
  for (const Substitution& substitution : substitutions_) {
    out = std::regex_replace(
        out, substitution.pattern, substitution.replacement,
        substitution.every ? std::regex_constants::format_default
                           : std::regex_constants::format_first_only);
  }
  return add_ + out;
}

std::string KeyEdit::module_name(const std::string& name) const {
  // As if it had a tensor without a name: "module." -> "".
  std::string out = (*this)(name.empty() ? name : name + '.');
  if (out.ends_with('.')) out.pop_back();
  return out;
}

}  // namespace cresset::cli
