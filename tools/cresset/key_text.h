// The text of a dict key in node lists and paths.

#ifndef CRESSET_TOOLS_CRESSET_KEY_TEXT_H_
#define CRESSET_TOOLS_CRESSET_KEY_TEXT_H_

#include <string>

#include "cresset/serialize/value.h"

namespace cresset::cli {

/// "\"k\"", "int:3", "float:0x1.8000000000000p+0", "bool:true", "None",
/// "bytes:6162", "tuple:(int:1,\"a\")": exact, and pure ASCII.
std::string key_text(const Value& key);

/// The decimal text of an int of any size.
std::string int_text(const Value& value);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_KEY_TEXT_H_
