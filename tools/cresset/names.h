// Names that are nearly right.

#ifndef CRESSET_TOOLS_CRESSET_NAMES_H_
#define CRESSET_TOOLS_CRESSET_NAMES_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cresset::cli {

/// Number of characters to insert, leave out, replace or swap with their
/// neighbour to get from one text to the other.
size_t edit_distance(std::string_view a, std::string_view b);

/// The name that somebody meant who wrote `word`; empty if none is near.
std::string nearest_name(std::string_view word,
                         const std::vector<std::string>& names);

/// "; did you mean 'fc.weight'?", or nothing.
std::string did_you_mean(std::string_view word,
                         const std::vector<std::string>& names);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_NAMES_H_
