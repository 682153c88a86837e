#include "cresset/tools/cresset/plain_weights.h"

#include "cresset/serialize/foreign.h"
#include "cresset/tools/cresset/entries.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/value_path.h"
#include "cresset/tools/cresset/weights.h"

namespace cresset::cli {

Value plain_weights(const Value& root, const std::string& at, bool drop) {
  // One array is a dict of one.
  if (is_array_like(root)) {
    return Value::dict(
        {{"array", root.is_array() ? Value(root.as_array().tensor()) : root}});
  }
  const std::string path = at.empty() ? weights_path(root) : at;
  if (at.empty() && !path.empty() && !drop) {
    throw CliError(kExitUsage,
                   "the file holds more than weights; take these with --at " +
                       path +
                       ", or leave the rest out with "
                       "--drop-non-tensors");
  }
  const Value found = find_path(root, path);
  const Value source = found.is_object() ? module_state(found) : found;
  const std::vector<Entry> entries = tensor_entries(source);
  if (!drop && source.is_dict()) {
    for (const DictItem& item : source.items()) {
      const bool holds_others = item.value.is_dict() || item.value.is_list();
      if (is_array_like(item.value) || holds_others) continue;
      throw CliError(kExitUsage,
                     repr(item.key, 80) + " is a " +
                         to_string(item.value.kind()) +
                         ", which the format cannot hold; leave such entries "
                         "out with --drop-non-tensors");
    }
  }
  if (entries.empty()) {
    throw CliError(kExitUsage, "there is no tensor to write");
  }
  Value out = Value::dict();
  for (const Entry& entry : entries) {
    out[entry.name] = entry.value.is_array()
                          ? Value(entry.value.as_array().tensor())
                          : entry.value;
  }
  return out;
}

}  // namespace cresset::cli
