#include "cresset/tools/cresset/command.h"

namespace cresset::cli {

std::vector<std::string> names_of(const Option& option) {
  std::vector<std::string> names;
  std::string name;
  for (const char c : option.names + ",") {
    if (c == ',' || c == '{') {
      if (!name.empty()) names.push_back(name);
      name.clear();
      if (c == '{') break;
    } else {
      name += c;
    }
  }
  return names;
}

}  // namespace cresset::cli
