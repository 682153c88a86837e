// Which keys an option names: globs and regular expressions.

#ifndef CRESSET_TOOLS_CRESSET_KEY_SELECTOR_H_
#define CRESSET_TOOLS_CRESSET_KEY_SELECTOR_H_

#include <regex>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cresset::cli {

/// Whether a glob with *, ? and [abc] matches the whole text; * matches dots.
bool glob_matches(std::string_view glob, std::string_view text);

/// "layer1.*.weight" is a glob, "re:^layer[12]" a regular expression that is
/// searched for; several, separated by commas, are alternatives.
class KeySelector {
 public:
  KeySelector() = default;
  /// Errors: CliError with kExitUsage for a broken regular expression.
  explicit KeySelector(const std::vector<std::string>& patterns);

  /// Whether there is no pattern.
  bool empty() const { return patterns_.empty(); }
  bool matches(const std::string& key) const;

 private:
  std::vector<std::variant<std::string, std::regex>> patterns_;
};

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_KEY_SELECTOR_H_
