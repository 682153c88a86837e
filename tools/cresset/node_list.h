// The node list: one flat, exact description of everything a file holds.
//
// Each node tells where a value is ("$" is the root), its type and its
// contents; long texts and tensors by their checksums. Two values are equal
// when their node lists are. docs/cresset.md describes the fields.

#ifndef CRESSET_TOOLS_CRESSET_NODE_LIST_H_
#define CRESSET_TOOLS_CRESSET_NODE_LIST_H_

#include <ostream>
#include <string>
#include <string_view>

#include "cresset/serialize/value.h"

namespace cresset::cli {

struct NodeListOptions {
  /// Writes the elements of every tensor, not only of those with at most 16.
  bool all_values = false;
};

/// Writes {"format": "<format>", "nodes": [...]} as JSON in ASCII, one node a
/// line. Shared containers appear once and are referred to after that; the
/// depth of a value costs no stack.
///
/// Errors: RefusedError, before anything is written, if the list or what it
///         takes to make it are beyond all measure.
void write_node_list(const Value& value, std::string_view format,
                     const NodeListOptions& options, std::ostream& out);

/// Errors: those of write_node_list(), without a list.
void check_node_list(const Value& value, const NodeListOptions& options = {});

/// The same as a text.
std::string node_list(const Value& value, std::string_view format,
                      const NodeListOptions& options = {});

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_NODE_LIST_H_
