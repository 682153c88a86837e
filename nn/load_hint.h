// Why a state dict does not fit a module, and what would help.

#ifndef CRESSET_NN_LOAD_HINT_H_
#define CRESSET_NN_LOAD_HINT_H_

#include <string>
#include <vector>

#include "cresset/serialize/value.h"
#include "cresset/tensor/base/shape.h"

namespace cresset::nn {

/// What load_state_dict() found wrong.
struct LoadProblems {
  struct Named {
    std::string name;
    Shape shape;
  };
  struct Mismatch {
    std::string name;
    Shape in_file;
    Shape in_model;
  };
  std::vector<Named> missing;  ///< with the model's shapes
  std::vector<std::string> unexpected;
  std::vector<Mismatch> mismatches;
};

/// The likeliest cause, as a line: weights that lie deeper in the checkpoint,
/// a prefix such as "module.", layers with other numbers, another number of
/// classes. Empty if nothing is likely.
std::string load_hint(const LoadProblems& problems, const Value& state);

}  // namespace cresset::nn

#endif  // CRESSET_NN_LOAD_HINT_H_
