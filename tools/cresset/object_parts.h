// What lies inside values as attributes: names and values in order.

#ifndef CRESSET_TOOLS_CRESSET_OBJECT_PARTS_H_
#define CRESSET_TOOLS_CRESSET_OBJECT_PARTS_H_

#include <string>
#include <vector>

#include "cresset/serialize/value.h"

namespace cresset::cli {

/// A value inside another and the step of a path that leads to it: ".name",
/// "[0]" or "[\"key\"]".
struct Part {
  std::string step;
  Value value;
};

/// Attributes of a dict or tensor, state of an object, parts of a sparse
/// tensor, elements of a NumPy array of objects. Elements of lists and dicts
/// are not among them.
std::vector<Part> attribute_parts(const Value& value);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_OBJECT_PARTS_H_
