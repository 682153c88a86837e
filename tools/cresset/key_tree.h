// Names of tensors as the tree of modules that they spell.

#ifndef CRESSET_TOOLS_CRESSET_KEY_TREE_H_
#define CRESSET_TOOLS_CRESSET_KEY_TREE_H_

#include <string>
#include <string_view>
#include <vector>

#include "cresset/tools/cresset/entries.h"

namespace cresset::cli {

/// One line a module and tensor, indented by depth, with counts. What lies
/// below `depth` levels is added up; 0 shows everything.
std::string key_tree(const std::vector<Entry>& entries, int64_t depth);

/// "layer#.#.weight" of "layer1.0.weight": numbers of layers become "#".
std::string folded_name(std::string_view name);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_KEY_TREE_H_
