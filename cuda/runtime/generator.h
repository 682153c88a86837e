// The random numbers of a GPU: Philox4x32-10, of which number i is a function
// of the seed and i alone, so that it does not matter which thread draws it.

#ifndef CRESSET_CUDA_RUNTIME_GENERATOR_H_
#define CRESSET_CUDA_RUNTIME_GENERATOR_H_

#include <cstdint>
#include <mutex>
#include <utility>

#include "cresset/tensor/base/device.h"

namespace cresset::internal::cuda {

// The numbers that one kernel draws: `offset`, `offset` + 1, ... of `seed`.
// In a graph both are only known at the replay: `replayed` points to the seed
// and to an offset, in device memory, that is added to this one.
struct RandomSlice {
  uint64_t seed = 0;
  uint64_t offset = 0;  // in 32-bit numbers, a multiple of 4
  const uint64_t* replayed = nullptr;
};

// Threads: all functions may be called from any thread.
class PhiloxGenerator {
 public:
  explicit PhiloxGenerator(Device device);

  void manual_seed(uint64_t seed);
  uint64_t initial_seed();

  // Seed and offset.
  std::pair<uint64_t, uint64_t> state();
  void set_state(uint64_t seed, uint64_t offset);

  // The next `count` numbers, for work on the current stream.
  RandomSlice take(uint64_t count);

  // The state before `count` numbers of a replay, which are skipped.
  std::pair<uint64_t, uint64_t> skip(uint64_t count);

 private:
  const Device device_;
  std::mutex mutex_;
  uint64_t seed_ = 0;
  uint64_t offset_ = 0;
};

// Never fails for an index that a device can have, GPU or not. Seeded at random
// at first.
PhiloxGenerator& generator_of(Device device);

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_RUNTIME_GENERATOR_H_
