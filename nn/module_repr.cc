// The text of print(module).

#include <ostream>
#include <string>
#include <vector>

#include "cresset/nn/module.h"

namespace cresset::nn {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  size_t begin = 0;
  while (begin <= text.size() && !text.empty()) {
    const size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    if (end == std::string::npos) break;
    begin = end + 1;
  }
  return lines;
}

}  // namespace

std::string to_string(const Module& module) {
  std::vector<std::string> lines = lines_of(module.extra_repr());
  const bool one_line = module.children_.empty() && lines.size() <= 1;
  std::string out = module.name() + "(";
  if (one_line) return out + (lines.empty() ? "" : lines[0]) + ")";
  for (const auto& child : module.children_) {
    const std::string text =
        child->module != nullptr ? to_string(*child->module) : "None";
    std::string entry = "(" + child->name + "): ";
    for (const char c : text) {
      entry += c;
      if (c == '\n') entry += "  ";
    }
    lines.push_back(std::move(entry));
  }
  for (const std::string& line : lines) out += "\n  " + line;
  return out + "\n)";
}

std::ostream& operator<<(std::ostream& out, const Module& module) {
  return out << to_string(module);
}

}  // namespace cresset::nn
