// A subcommand as data. Parsing, --help, the manual and the completion scripts
// all come from these tables.

#ifndef CRESSET_TOOLS_CRESSET_COMMAND_H_
#define CRESSET_TOOLS_CRESSET_COMMAND_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace cresset::cli {

/// One option or argument.
struct Option {
  using Target = std::variant<bool*, int64_t*, double*, std::string*,
                              std::vector<std::string>*>;
  /// "-o,--output", or a word without dashes for an argument by position.
  /// "--json{nodes}" is an option whose value may be left out.
  std::string names;
  Target target;
  std::string value;  ///< what stands for the value in help: "FILE"
  std::string help;
  bool required = false;
  std::vector<std::string> choices = {};
};

/// One subcommand. `run` is called after the targets were filled.
struct Command {
  std::string name;
  std::string summary;  ///< one line
  std::string details;  ///< examples and rules, lines of at most 76 characters
  std::vector<Option> options;
  std::function<int()> run;
};

/// Whether the option is an argument by position.
inline bool is_positional(const Option& option) {
  return option.names[0] != '-';
}

/// Whether it takes no value.
inline bool is_flag(const Option& option) {
  return std::holds_alternative<bool*>(option.target) ||
         option.names.find('{') != std::string::npos;
}

/// "--output" of "-o,--output"; all names of an option without braces.
std::vector<std::string> names_of(const Option& option);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_COMMAND_H_
