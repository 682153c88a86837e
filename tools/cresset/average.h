// The mean of several sets of weights, one tensor at a time.

#ifndef CRESSET_TOOLS_CRESSET_AVERAGE_H_
#define CRESSET_TOOLS_CRESSET_AVERAGE_H_

#include <string>
#include <vector>

#include "cresset/serialize/value.h"

namespace cresset::cli {

/// sum(factors[i] * tensors[i]), added up in float64, in the dtype of the
/// last. Integers and bools, such as counters, are those of the last.
/// Errors: CliError with kExitNo, naming `name`, if shapes differ.
Value weighted_sum(const std::string& name, const std::vector<Value>& tensors,
                   const std::vector<double>& factors);

/// Factors of an exponential moving average over `count` files in order.
std::vector<double> ema_factors(size_t count, double decay);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_AVERAGE_H_
