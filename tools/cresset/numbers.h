// The elements of a tensor as doubles, for statistics and comparisons.

#ifndef CRESSET_TOOLS_CRESSET_NUMBERS_H_
#define CRESSET_TOOLS_CRESSET_NUMBERS_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "cresset/serialize/value.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset::cli {

/// Calls `use` with all elements in row-major order, in blocks. A complex
/// element is two numbers.
void each_number(const Tensor& tensor,
                 const std::function<void(const std::vector<double>&)>& use);

/// The tensor behind a value: of a packed tensor its integers, of an array
/// the tensor over its memory. Undefined for sparse tensors and for arrays
/// that tensors cannot hold.
Tensor plain_tensor(const Value& value);

/// What `cresset stats` tells about numbers.
struct Statistics {
  int64_t count = 0;  ///< finite ones
  int64_t zeros = 0;
  int64_t nans = 0;
  int64_t infinities = 0;
  double min = 0;
  double max = 0;
  double mean = 0;
  double deviation = 0;  ///< with count - 1, as torch.std
};

Statistics statistics(const Tensor& tensor);

/// How many numbers lie in each of `bins` equal parts of [min, max].
std::vector<int64_t> histogram(const Tensor& tensor, double min, double max,
                               int bins);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_NUMBERS_H_
