// Weights as formats take them that hold named arrays and nothing else.

#ifndef CRESSET_TOOLS_CRESSET_PLAIN_WEIGHTS_H_
#define CRESSET_TOOLS_CRESSET_PLAIN_WEIGHTS_H_

#include <string>

#include "cresset/serialize/value.h"

namespace cresset::cli {

/// A dict from names to tensors: the part that `at` leads to, or else the
/// whole file if it holds weights, or else the part that does. NumPy arrays
/// become tensors.
/// Errors: CliError with kExitUsage if something else would be lost and
///         `drop` is false.
Value plain_weights(const Value& root, const std::string& at, bool drop);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_PLAIN_WEIGHTS_H_
