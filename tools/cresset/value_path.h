// Paths into nested checkpoints: "model_state_dict", "param_groups.0.lr".

#ifndef CRESSET_TOOLS_CRESSET_VALUE_PATH_H_
#define CRESSET_TOOLS_CRESSET_VALUE_PATH_H_

#include <string>

#include "cresset/serialize/value.h"

namespace cresset::cli {

/// The value that a path leads to; "" is the root. Steps are dict keys (text
/// or int), indices of lists and attributes of objects, joined by dots; a key
/// may have dots in it.
///
/// Errors: CliError with kExitUsage, naming a key that may have been meant.
Value find_path(const Value& root, const std::string& path);

/// Whether the path leads anywhere.
bool has_path(const Value& root, const std::string& path);

/// Puts `value` where the path leads to; the last step may be a new key of a
/// dict. Errors: as find_path().
void set_path(const Value& root, const std::string& path, const Value& value);

/// Where the weights of a checkpoint are: the path of a dict of tensors or of
/// a whole module. "" if the root is one, or if nothing looks like one.
std::string weights_path(const Value& root);

/// Whether most values of a dict are tensors, or it is a module.
bool holds_weights(const Value& value);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_VALUE_PATH_H_
