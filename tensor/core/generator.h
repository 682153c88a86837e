// The random number generator of the CPU: the same numbers as PyTorch's.

#ifndef CRESSET_TENSOR_CORE_GENERATOR_H_
#define CRESSET_TENSOR_CORE_GENERATOR_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cresset {

namespace internal {
class GeneratorLock;
}

/// A Mersenne Twister (mt19937) and the second half of the last pair of normal
/// numbers, if that is still to be used.
///
/// Threads: ops lock the generator while they draw from it. A caller of
///          random() and its kin must see to it that no other thread draws.
/// Torch:   torch.Generator
class Generator {
 public:
  static constexpr uint64_t kDefaultSeed = 67280421310721;

  explicit Generator(uint64_t seed = kDefaultSeed);
  ~Generator();
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;

  /// Starts the sequence that belongs to `seed`.
  Generator& manual_seed(uint64_t seed);
  /// Starts a sequence that nobody can foretell; returns its seed.
  uint64_t seed();
  uint64_t initial_seed() const { return seed_; }

  /// The whole state, byte for byte as torch.Generator.get_state() gives it,
  /// so that states move between PyTorch and Cresset.
  std::vector<uint8_t> get_state() const;
  /// Errors: kValue unless the bytes are such a state; nothing changes then.
  void set_state(const uint8_t* state, size_t bytes);
  void set_state(const std::vector<uint8_t>& state) {
    set_state(state.data(), state.size());
  }

  /// The next 32 bits.
  uint32_t random() {
    if (--left_ == 0) refill();
    uint32_t y = words_[next_++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
  }

  /// The next 64 bits: the first 32 are the upper ones.
  uint64_t random64() {
    const uint64_t high = random();
    return high << 32 | random();
  }

  /// `n` times random(), faster.
  void random(uint32_t* out, int64_t n);

  /// The next standard normal number, of a pair that two uniform doubles give;
  /// every second call returns the number that the one before has kept.
  double normal();

 private:
  friend class internal::GeneratorLock;
  struct Mutex;

  static constexpr int kWords = 624;

  void refill();

  uint32_t words_[kWords];
  int32_t left_ = 1;  // draws until words_ must be made anew, plus one
  uint32_t next_ = 0;
  uint64_t seed_ = 0;
  double kept_normal_ = 0;
  float kept_float_normal_ = 0;  // only passed on; no op of ours draws it
  bool has_kept_normal_ = false;
  bool has_kept_float_normal_ = false;
  Mutex* mutex_;
};

/// What ops use when they are given no generator. Its first seed is random.
/// Torch: torch.default_generator
Generator& default_generator();

/// Seeds the default generator, and those of all other devices.
/// Torch: torch.manual_seed(seed)
Generator& manual_seed(uint64_t seed);

namespace internal {

// Holds a generator for one op.
class GeneratorLock {
 public:
  explicit GeneratorLock(Generator& generator);
  ~GeneratorLock();
  GeneratorLock(const GeneratorLock&) = delete;
  GeneratorLock& operator=(const GeneratorLock&) = delete;

 private:
  Generator& generator_;
};

}  // namespace internal
}  // namespace cresset

#endif  // CRESSET_TENSOR_CORE_GENERATOR_H_
