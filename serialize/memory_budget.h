// How much memory a file may ask for.

#ifndef CRESSET_SERIALIZE_MEMORY_BUDGET_H_
#define CRESSET_SERIALIZE_MEMORY_BUDGET_H_

#include <algorithm>
#include <cstdint>

#include "cresset/serialize/refusal.h"

namespace cresset::serialize {

/// What is left of the memory that reading one file may take besides the
/// elements of its tensors. A pickle of a few bytes can ask for any number of
/// objects, so each is charged before it is made; ordinary files need a small
/// part of what they get.
class MemoryBudget {
 public:
  explicit MemoryBudget(uint64_t file_bytes)
      : file_bytes_(file_bytes),
        limit_(std::max<uint64_t>(kFree, file_bytes * kPerByte)),
        left_(limit_) {}

  /// Errors: RefusedError if `bytes` more are out of proportion to the file.
  void charge(uint64_t bytes) {
    CRESSET_ALLOW(bytes <= left_, "its objects need more than ", limit_ >> 20,
                  " MiB of memory, which is out of proportion to a file of ",
                  file_bytes_, " bytes");
    left_ -= bytes;
  }

 private:
  static constexpr uint64_t kFree = 160 << 20;
  static constexpr uint64_t kPerByte = 128;

  uint64_t file_bytes_;
  uint64_t limit_;
  uint64_t left_;
};

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_MEMORY_BUDGET_H_
