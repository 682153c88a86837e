// The table of a network's layers, in the layout that torchinfo made known.

#ifndef CRESSET_TOOLS_CRESSET_MODEL_TABLE_H_
#define CRESSET_TOOLS_CRESSET_MODEL_TABLE_H_

#include <string>

#include "cresset/nn/module.h"
#include "cresset/tensor/base/shape.h"

namespace cresset::cli {

/// Runs `model` once on zeros of the shape `input`, in evaluation mode, and
/// tells shapes, parameters and multiply-adds of every layer.
std::string model_table(nn::Module& model, IntSpan input);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_MODEL_TABLE_H_
