#include "cresset/tools/cresset/selection.h"

#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/key_selector.h"
#include "cresset/tools/cresset/names.h"
#include "cresset/tools/cresset/value_path.h"

namespace cresset::cli {

void Selection::add_options(std::vector<Option>& options) {
  options.push_back({"--at", &at, "PATH",
                     "look only at this part of a nested checkpoint, as in "
                     "--at model_state_dict"});
  options.push_back({"-k,--keys", &keys, "PATTERN",
                     "only keys that match: a glob such as 'layer1.*.weight', "
                     "or re:REGEX"});
  options.push_back(
      {"-x,--exclude", &exclude, "PATTERN", "no keys that match"});
}

std::vector<Entry> Selection::select(const Value& root) const {
  const std::vector<Entry> all = tensor_entries(find_path(root, at));
  const KeySelector wanted(keys), unwanted(exclude);
  std::vector<Entry> chosen;
  for (const Entry& entry : all) {
    if (!wanted.empty() && !wanted.matches(entry.name)) continue;
    if (unwanted.matches(entry.name)) continue;
    chosen.push_back(entry);
  }
  if (chosen.empty() && !wanted.empty()) {
    throw CliError(kExitUsage,
                   "no key matches " + quoted(keys.front()) +
                       did_you_mean(keys.front(), entry_names(all)));
  }
  return chosen;
}

}  // namespace cresset::cli
