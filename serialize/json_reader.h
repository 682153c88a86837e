// JSON as Values: the headers of safetensors and the indexes of shards.

#ifndef CRESSET_SERIALIZE_JSON_READER_H_
#define CRESSET_SERIALIZE_JSON_READER_H_

#include <string_view>

#include "cresset/serialize/memory_budget.h"
#include "cresset/serialize/value.h"

namespace cresset::serialize {

/// The value of a JSON text; objects become dicts in the text's order. The
/// text may be followed by white space only.
///
/// Errors: kFormat, "at byte <n>: ...", for what is not JSON, keys that occur
///         twice, text that is not UTF-8, nesting deeper than 32.
Value read_json(std::string_view text, MemoryBudget& budget);

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_JSON_READER_H_
