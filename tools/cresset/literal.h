// Values as people write them on a command line.

#ifndef CRESSET_TOOLS_CRESSET_LITERAL_H_
#define CRESSET_TOOLS_CRESSET_LITERAL_H_

#include <string>
#include <string_view>

#include "cresset/serialize/value.h"

namespace cresset::cli {

/// None, True, False, numbers and quoted text as in Python; any other text is
/// text.
Value parse_literal(std::string_view text);

/// A scalar as `cresset get` prints it: text without quotes, tensors of one
/// element as numbers, everything else as repr().
std::string plain_text(const Value& value);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_LITERAL_H_
