#include "cresset/tensor/core/generator.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <mutex>
#include <random>

#include "cresset/tensor/base/error.h"
#include "cresset/tensor/core/backend.h"
#include "cresset/tensor/core/cpu/random.h"

namespace cresset {
namespace {

constexpr double kTwoPi = 6.283185307179586476925;

// PyTorch's state in memory. Files of its early versions end before
// `float_normal` and keep another half of the last pair.
struct State {
  uint64_t seed;
  int32_t left;
  int32_t seeded;
  uint64_t next;
  uint64_t words[624];
  double normal_angle;  // in turns; 0 today
  double normal;
  double normal_radius;  // 0 today
  int32_t has_normal;
  int32_t unused;
  float float_normal;
  uint8_t has_float_normal;
};
constexpr size_t kStateBytes = 5056;
constexpr size_t kOldStateBytes = 5048;
static_assert(sizeof(State) == kStateBytes);
static_assert(offsetof(State, float_normal) == kOldStateBytes);

}  // namespace

struct Generator::Mutex {
  std::mutex mutex;
};

Generator::Generator(uint64_t seed) : mutex_(new Mutex) { manual_seed(seed); }

Generator::~Generator() { delete mutex_; }

Generator& Generator::manual_seed(uint64_t seed) {
  seed_ = seed;
  words_[0] = static_cast<uint32_t>(seed);
  for (uint32_t i = 1; i < kWords; ++i) {
    words_[i] = 1812433253u * (words_[i - 1] ^ (words_[i - 1] >> 30)) + i;
  }
  left_ = 1;
  next_ = 0;
  has_kept_normal_ = false;
  has_kept_float_normal_ = false;
  return *this;
}

uint64_t Generator::seed() {
  std::random_device device;
  const uint64_t high = device();
  // 53 bits, as every number in Python's and PyTorch's hands stays exact then.
  const uint64_t chosen = (high << 32 | device()) & ((uint64_t{1} << 53) - 1);
  manual_seed(chosen);
  return chosen;
}

std::vector<uint8_t> Generator::get_state() const {
  State state{};
  state.seed = seed_;
  state.left = left_;
  state.seeded = 1;
  state.next = next_;
  std::copy(words_, words_ + kWords, state.words);
  state.has_normal = has_kept_normal_;
  state.normal = has_kept_normal_ ? kept_normal_ : 0;
  state.has_float_normal = has_kept_float_normal_;
  state.float_normal = has_kept_float_normal_ ? kept_float_normal_ : 0;
  std::vector<uint8_t> bytes(kStateBytes);
  std::memcpy(bytes.data(), &state, sizeof(state));
  return bytes;
}

void Generator::set_state(const uint8_t* bytes, size_t size) {
  CRESSET_CHECK(size == kStateBytes || size == kOldStateBytes, kValue,
                "Generator::set_state: a state has ", kStateBytes,
                " bytes; got ", size);
  State state{};
  std::memcpy(static_cast<void*>(&state), bytes, size);
  const bool fresh = state.left == 1 && state.next <= kWords;
  CRESSET_CHECK(
      state.seeded == 1 && (fresh || (state.left > 0 && state.left <= kWords &&
                                      state.left + state.next == kWords + 1)),
      kValue,
      "Generator::set_state: the bytes must be a seeded mt19937 "
      "state; got seeded ",
      state.seeded, ", left ", state.left, ", next ", state.next);
  seed_ = state.seed;
  left_ = state.left;
  next_ = static_cast<uint32_t>(state.next);
  for (int i = 0; i < kWords; ++i) {
    words_[i] = static_cast<uint32_t>(state.words[i]);
  }
  has_kept_normal_ = state.has_normal != 0;
  kept_normal_ =
      size == kStateBytes
          ? state.normal
          : state.normal_radius * std::sin(kTwoPi * state.normal_angle);
  has_kept_float_normal_ = state.has_float_normal != 0;
  kept_float_normal_ = state.float_normal;
}

void Generator::refill() {
  internal::mt19937_refill()(words_);
  left_ = kWords;
  next_ = 0;
}

void Generator::random(uint32_t* out, int64_t n) {
  while (n > 0) {
    if (left_ == 1) {
      refill();
      ++left_;  // none of the new words is drawn yet
    }
    const int64_t count = std::min<int64_t>(n, left_ - 1);
    internal::mt19937_draw()(count, words_ + next_, out);
    left_ -= static_cast<int32_t>(count);
    next_ += static_cast<uint32_t>(count);
    out += count;
    n -= count;
  }
}

double Generator::normal() {
  if (has_kept_normal_) {
    has_kept_normal_ = false;
    return kept_normal_;
  }
  constexpr uint64_t kMask = (uint64_t{1} << 53) - 1;
  const double u1 = static_cast<double>(random64() & kMask) * 0x1p-53;
  const double u2 = static_cast<double>(random64() & kMask) * 0x1p-53;
  const double radius = std::sqrt(-2.0 * std::log(1.0 - u2));
  const double angle = kTwoPi * u1;
  kept_normal_ = radius * std::sin(angle);
  has_kept_normal_ = true;
  return radius * std::cos(angle);
}

Generator& default_generator() {
  // Never destroyed: other static objects may still draw when they end.
  static Generator& generator = *[] {
    Generator* fresh = new Generator;
    fresh->seed();
    return fresh;
  }();
  return generator;
}

Generator& manual_seed(uint64_t seed) {
  Generator& generator = default_generator();
  if (internal::Backend* cuda = internal::find_backend(DeviceType::kCuda)) {
    cuda->manual_seed(seed);
  }
  const internal::GeneratorLock lock(generator);
  return generator.manual_seed(seed);
}

namespace internal {

GeneratorLock::GeneratorLock(Generator& generator) : generator_(generator) {
  generator_.mutex_->mutex.lock();
}

GeneratorLock::~GeneratorLock() { generator_.mutex_->mutex.unlock(); }

}  // namespace internal
}  // namespace cresset
