// The weights inside a checkpoint: found, replaced, taken out of modules.

#ifndef CRESSET_TOOLS_CRESSET_WEIGHTS_H_
#define CRESSET_TOOLS_CRESSET_WEIGHTS_H_

#include <functional>
#include <string>

#include "cresset/serialize/value.h"

namespace cresset::cli {

/// The dict of weights that a command works on, and the path to it.
struct Weights {
  std::string path;
  Value dict;
};

/// What `at` leads to, or where the weights seem to be if `at` is empty. Of a
/// whole module, the state dict.
/// Errors: CliError with kExitUsage if that is no dict with text keys.
Weights find_weights(const Value& root, const std::string& at);

/// The checkpoint with other weights: `root` itself is changed, except that
/// weights at the root are the result.
Value with_weights(const Value& root, const Weights& weights);

/// What state_dict() of a whole module would hold.
/// Errors: CliError with kExitUsage if modules lie too deep in one another.
Value module_state(const Value& module);

/// A dict of the same kind and with the same attributes without entries.
Value emptied(const Value& dict);

/// The dict with every tensor replaced by what `change` makes of it. Tensors
/// that were one object, or one view of one storage, stay one.
Value with_tensors(
    const Value& dict,
    const std::function<Value(const std::string& name, const Value&)>& change);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_WEIGHTS_H_
