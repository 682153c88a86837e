// The tensors of a value by name, however deep they lie.

#ifndef CRESSET_TOOLS_CRESSET_ENTRIES_H_
#define CRESSET_TOOLS_CRESSET_ENTRIES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "cresset/serialize/value.h"

namespace cresset::cli {

/// A tensor, packed or sparse tensor or NumPy array, and the names that lead
/// to it, joined by dots: "optimizer.state.0.exp_avg".
struct Entry {
  std::string name;
  Value value;
};

/// All of them in the order of the file. Inside whole modules the names are
/// those of state_dict(): "0.weight". What is shared comes once for each name
/// of the first container that holds it.
std::vector<Entry> tensor_entries(const Value& root);

/// Whether the value is one of those an entry can be.
bool is_array_like(const Value& value);

/// What tables show of an entry.
Shape entry_shape(const Value& value);
std::string entry_dtype(const Value& value);  ///< "float32", "quint8"
int64_t entry_numel(const Value& value);
int64_t entry_bytes(const Value& value);

/// The names of entries.
std::vector<std::string> entry_names(const std::vector<Entry>& entries);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_ENTRIES_H_
