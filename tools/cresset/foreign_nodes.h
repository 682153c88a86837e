// Fields of the nodes of values that Cresset keeps without a type of its own:
// packed and sparse tensors, NumPy arrays and scalars.

#ifndef CRESSET_TOOLS_CRESSET_FOREIGN_NODES_H_
#define CRESSET_TOOLS_CRESSET_FOREIGN_NODES_H_

#include <string>

#include "cresset/serialize/foreign.h"
#include "cresset/tools/cresset/json_node.h"

namespace cresset::cli {

/// The elements of a packed tensor as a JSON list: integers for quantized
/// types, numbers for the small floats and complex32.
std::string packed_values(const PackedTensor& tensor);

/// qscheme and scale and zero_point, or scales, zero_points and axis.
void write_quantization(const Quantization& quantization, JsonNode& node);

/// A NumPy scalar as JSON; bytes in hexadecimal where there is no better.
std::string numpy_scalar_json(const NumpyArray& scalar);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_FOREIGN_NODES_H_
