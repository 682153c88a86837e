// The elements of tensors as bytes in a row, for writers.

#ifndef CRESSET_SERIALIZE_TENSOR_BYTES_H_
#define CRESSET_SERIALIZE_TENSOR_BYTES_H_

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "cresset/serialize/sink.h"
#include "cresset/tensor/core/tensor.h"
#include "cresset/tensor/core/transfer.h"

namespace cresset::serialize {

/// Hands out the bytes of several tensors in turn. What lies row-major on the
/// host is not copied; what lies on devices comes through one staging area,
/// the next piece while the last one is written, so that the host never holds
/// more of it than that.
class TensorBytes {
 public:
  explicit TensorBytes(std::vector<Tensor> tensors);

  /// The bytes of the next tensor, in pieces.
  void next(const ByteTake& take);

 private:
  std::vector<Tensor> tensors_;
  size_t next_ = 0;
  std::optional<internal::Downloader> downloader_;
};

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_TENSOR_BYTES_H_
