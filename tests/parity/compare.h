// Whether Cresset's answer is PyTorch's: shape, dtype and values.

#ifndef CRESSET_TESTS_PARITY_COMPARE_H_
#define CRESSET_TESTS_PARITY_COMPARE_H_

#include <string>

#include "cresset/serialize/value.h"

namespace cresset::parity {

/// How far a value may be off: absolute + relative * |want|.
struct Tolerance {
  double absolute = 0;
  double relative = 0;
};

/// The tolerances of docs/parity.md.
Tolerance value_tolerance(Dtype dtype);
Tolerance gradient_tolerance(Dtype dtype);

/// Two units in the last place of the largest element of `want`.
Tolerance stream_tolerance(const Tensor& want);

/// Throws Mismatch, which starts with `what`, unless both have the same shape
/// and dtype and all elements agree. NaN equals NaN.
void compare_tensors(const std::string& what, const Tensor& got,
                     const Tensor& want, Tolerance tolerance);

/// compare_tensors for an output or a number; both kinds must agree.
void compare_outputs(const std::string& what, const Value& got,
                     const Value& want);

/// compare_tensors for a gradient: None stands for an absent one.
void compare_gradients(const std::string& what, const Tensor& got,
                       const Value& want);

/// Compares nested dicts and lists: keys, their order, kinds and values.
/// Python floats may differ by 1e-9 of their value.
void compare_trees(const std::string& what, const Value& got,
                   const Value& want);

}  // namespace cresset::parity

#endif  // CRESSET_TESTS_PARITY_COMPARE_H_
