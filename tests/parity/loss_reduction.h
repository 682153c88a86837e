// What PyTorch's arguments of a loss say about its reduction.

#ifndef CRESSET_TESTS_PARITY_LOSS_REDUCTION_H_
#define CRESSET_TESTS_PARITY_LOSS_REDUCTION_H_

#include <optional>
#include <string>

#include "cresset/tensor/ops/loss.h"
#include "cresset/tests/parity/outcome.h"

namespace cresset::parity {

inline Reduction reduction_of(const std::string& reduction) {
  if (reduction == "none") return Reduction::kNone;
  if (reduction == "sum") return Reduction::kSum;
  if (reduction == "mean") return Reduction::kMean;
  throw Skip("no reduction '" + reduction + "'");
}

/// The old arguments size_average and reduce win if one is given.
inline Reduction reduction_of(std::optional<bool> size_average,
                              std::optional<bool> reduce,
                              const std::string& reduction) {
  if (!size_average && !reduce) return reduction_of(reduction);
  if (!reduce.value_or(true)) return Reduction::kNone;
  return size_average.value_or(true) ? Reduction::kMean : Reduction::kSum;
}

}  // namespace cresset::parity

#endif  // CRESSET_TESTS_PARITY_LOSS_REDUCTION_H_
