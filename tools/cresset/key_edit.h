// New names for tensors.

#ifndef CRESSET_TOOLS_CRESSET_KEY_EDIT_H_
#define CRESSET_TOOLS_CRESSET_KEY_EDIT_H_

#include <regex>
#include <string>
#include <unordered_map>
#include <vector>

namespace cresset::cli {

/// The edits of one run, applied in this order: whole names, prefix taken
/// off, substitutions, prefix put on.
class KeyEdit {
 public:
  /// "old<TAB>new" on each line.
  /// Errors: CliError with kExitUsage.
  void add_map(const std::string& text);
  void add_name(const std::string& from, const std::string& to);
  void strip_prefix(const std::string& prefix) { strip_ = prefix; }
  void add_prefix(const std::string& prefix) { add_ = prefix; }
  /// "s/regex/replacement/", or with g at the end for every match.
  /// Errors: CliError with kExitUsage.
  void add_substitution(const std::string& text);

  std::string operator()(const std::string& name) const;
  /// The same for a module's name, which is a tensor's without its last part:
  /// "module.fc" -> "fc", "module" -> "".
  std::string module_name(const std::string& name) const;

 private:
  struct Substitution {
    std::regex pattern;
    std::string replacement;
    bool every;
  };

  std::unordered_map<std::string, std::string> names_;
  std::string strip_;
  std::string add_;
  std::vector<Substitution> substitutions_;
};

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_KEY_EDIT_H_
