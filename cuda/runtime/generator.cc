#include "cresset/cuda/runtime/generator.h"

#include <limits>
#include <random>

#include "cresset/cuda/runtime/capture.h"

namespace cresset::internal::cuda {
namespace {

constexpr int kMaxDevices = std::numeric_limits<int8_t>::max();

// A counter of Philox gives four numbers.
constexpr uint64_t whole_counters(uint64_t count) {
  return (count + 3) / 4 * 4;
}

}  // namespace

PhiloxGenerator::PhiloxGenerator(Device device) : device_(device) {
  std::random_device source;
  const uint64_t high = source();
  // 53 bits, as every number in Python's and PyTorch's hands stays exact then.
  seed_ = (high << 32 | source()) & ((uint64_t{1} << 53) - 1);
}

void PhiloxGenerator::manual_seed(uint64_t seed) { set_state(seed, 0); }

uint64_t PhiloxGenerator::initial_seed() { return state().first; }

std::pair<uint64_t, uint64_t> PhiloxGenerator::state() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return {seed_, offset_};
}

void PhiloxGenerator::set_state(uint64_t seed, uint64_t offset) {
  const std::lock_guard<std::mutex> lock(mutex_);
  seed_ = seed;
  offset_ = offset;
}

RandomSlice PhiloxGenerator::take(uint64_t count) {
  count = whole_counters(count);
  if (Capture* const capture = capture_on(device_)) {
    const uint64_t offset = capture->random_offset;
    capture->random_offset += count;
    return {0, offset, capture->random_state->as<uint64_t>()};
  }
  const auto [seed, offset] = skip(count);
  return {seed, offset, nullptr};
}

std::pair<uint64_t, uint64_t> PhiloxGenerator::skip(uint64_t count) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const uint64_t before = offset_;
  offset_ += count;
  return {seed_, before};
}

PhiloxGenerator& generator_of(Device device) {
  struct All {
    std::once_flag made[kMaxDevices];
    PhiloxGenerator* generators[kMaxDevices] = {};
  };
  static All* const all = new All;
  const auto index = static_cast<size_t>(device.index);
  std::call_once(all->made[index],
                 [&] { all->generators[index] = new PhiloxGenerator(device); });
  return *all->generators[index];
}

}  // namespace cresset::internal::cuda
