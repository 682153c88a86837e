// Why the names of two sets of tensors do not fit, and what would help.

#ifndef CRESSET_TOOLS_CRESSET_KEY_ADVICE_H_
#define CRESSET_TOOLS_CRESSET_KEY_ADVICE_H_

#include <string>
#include <utility>
#include <vector>

#include "cresset/tools/cresset/entries.h"

namespace cresset::cli {

/// One line for each likely cause: a common prefix such as "module.", a
/// checkpoint inside the file, layers with other numbers, another number of
/// classes, a transposed matrix, counters that old files lack. Empty if the
/// sets fit.
std::vector<std::string> key_advice(const std::vector<Entry>& a,
                                    const std::vector<Entry>& b);

/// Names of `from` and the names of `to` that they most likely are: equal
/// shape and dtype, in order, the nearest spelling first.
std::vector<std::pair<std::string, std::string>> propose_names(
    const std::vector<Entry>& from, const std::vector<Entry>& to);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_KEY_ADVICE_H_
