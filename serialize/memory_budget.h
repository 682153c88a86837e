// How much memory and time the objects of a file may ask for.

#ifndef CRESSET_SERIALIZE_MEMORY_BUDGET_H_
#define CRESSET_SERIALIZE_MEMORY_BUDGET_H_

#include <cstdint>

#include "cresset/serialize/refusal.h"

namespace cresset::serialize {

/// What is left of what reading one file may take besides the elements of its
/// tensors. A pickle can ask for an object, or a copy of all its text, with
/// every byte, so the limits do not grow with the file as fast as that:
///
/// - steps: LoadOptions::max_pickle_ops of them, which bounds the time;
/// - objects: 16 bytes for each of these steps, 160 MB by default. Ordinary
///   files make one object of many steps and come nowhere near;
/// - copies of text, bytes and elements: four times what the file holds.
///
/// Each is charged before it is made.
class MemoryBudget {
 public:
  /// `held_bytes`: what the file holds, uncompressed.
  MemoryBudget(uint64_t held_bytes, uint64_t max_ops)
      : max_ops_(max_ops),
        objects_(max_ops < UINT64_MAX / kPerOp ? max_ops * kPerOp : UINT64_MAX),
        held_bytes_(held_bytes),
        copies_left_(kFreeCopies + held_bytes * kCopies) {
    restart();
  }

  /// One more step of the pickle.
  /// Errors: RefusedError if it is one too many.
  void step() {
    CRESSET_ALLOW(ops_left_ != 0, "its pickle has more than ", max_ops_,
                  " operations; ", kAdvice);
    --ops_left_;
  }

  /// Objects of Cresset's own, which take `bytes`.
  /// Errors: RefusedError if that is beyond the limit.
  void charge_object(uint64_t bytes) {
    CRESSET_ALLOW(bytes <= objects_left_, "its objects need more than ",
                  objects_ / 1000, " kB of memory; ", kAdvice);
    objects_left_ -= bytes;
  }

  /// A copy of `bytes` bytes that the file holds.
  /// Errors: RefusedError if copies are out of proportion to the file.
  void charge(uint64_t bytes) {
    CRESSET_ALLOW(bytes <= copies_left_, "its objects copy more than ",
                  (kFreeCopies + held_bytes_ * kCopies) >> 20,
                  " MiB, which is out of proportion to a file that holds ",
                  held_bytes_, " bytes");
    copies_left_ -= bytes;
  }

  /// A file of which `bytes` more are known to be there: a record that is
  /// stored compressed.
  void hold(uint64_t bytes) {
    held_bytes_ += bytes;
    copies_left_ += bytes * kCopies;
  }

  /// All objects are gone: the file is read once more.
  void restart() {
    ops_left_ = max_ops_;
    objects_left_ = objects_;
  }

 private:
  static constexpr uint64_t kPerOp = 16;
  static constexpr uint64_t kCopies = 4;
  static constexpr uint64_t kFreeCopies = 32 << 20;
  static constexpr const char* kAdvice =
      "if you trust the file, raise max_pickle_ops (--max-pickle-ops)";

  uint64_t max_ops_;
  uint64_t objects_;
  uint64_t ops_left_ = 0;
  uint64_t objects_left_ = 0;
  uint64_t held_bytes_;
  uint64_t copies_left_;
};

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_MEMORY_BUDGET_H_
