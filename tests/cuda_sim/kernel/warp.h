// Functions in which the lanes of a warp take part together.

#ifndef CRESSET_TESTS_CUDA_SIM_KERNEL_WARP_H_
#define CRESSET_TESTS_CUDA_SIM_KERNEL_WARP_H_

#include <cstdint>
#include <cstring>

#include "cresset/tests/cuda_sim/kernel/block.h"

namespace cuda_sim {

enum class WarpOp { kSync, kShuffle, kBallot, kMatch };

// Waits for the lanes in `mask`. Returns, for a shuffle, the value of lane
// `source` (bytes 0xff if that lane takes no part); for a ballot the lanes
// whose value is not 0; for a match the lanes whose value is this one's.
uint64_t collective(WarpOp op, unsigned mask, uint64_t value, int source,
                    CallSite site);

int lane();

// The lane that a shuffle reads, given CUDA's rules for `width`.
inline int lane_of(int lane_asked, int width) {
  return (lane() & ~(width - 1)) | (lane_asked & (width - 1));
}
inline int lane_up(unsigned delta, int width) {
  const int from = lane() - static_cast<int>(delta);
  return from < (lane() & ~(width - 1)) ? lane() : from;
}
inline int lane_down(unsigned delta, int width) {
  const int from = lane() + static_cast<int>(delta);
  return from > (lane() | (width - 1)) ? lane() : from;
}
inline int lane_xor(int bits, int width) {
  const int from = lane() ^ bits;
  return from > (lane() | (width - 1)) ? lane() : from;
}

template <class T>
T shuffle(unsigned mask, T value, int source, CallSite site) {
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof(T));
  bits = collective(WarpOp::kShuffle, mask, bits, source, site);
  std::memcpy(&value, &bits, sizeof(T));
  return value;
}

}  // namespace cuda_sim

// The types are those that nvcc has overloads for.
#define CRESSET_SIM_SHUFFLE(T)                                                 \
  inline T __shfl_sync(unsigned mask, T value, int lane, int width = 32,       \
                       const char* file = __builtin_FILE(),                    \
                       int line = __builtin_LINE()) {                          \
    return cuda_sim::shuffle(mask, value, cuda_sim::lane_of(lane, width),      \
                             {file, line});                                    \
  }                                                                            \
  inline T __shfl_up_sync(unsigned mask, T value, unsigned delta,              \
                          int width = 32, const char* file = __builtin_FILE(), \
                          int line = __builtin_LINE()) {                       \
    return cuda_sim::shuffle(mask, value, cuda_sim::lane_up(delta, width),     \
                             {file, line});                                    \
  }                                                                            \
  inline T __shfl_down_sync(                                                   \
      unsigned mask, T value, unsigned delta, int width = 32,                  \
      const char* file = __builtin_FILE(), int line = __builtin_LINE()) {      \
    return cuda_sim::shuffle(mask, value, cuda_sim::lane_down(delta, width),   \
                             {file, line});                                    \
  }                                                                            \
  inline T __shfl_xor_sync(unsigned mask, T value, int bits, int width = 32,   \
                           const char* file = __builtin_FILE(),                \
                           int line = __builtin_LINE()) {                      \
    return cuda_sim::shuffle(mask, value, cuda_sim::lane_xor(bits, width),     \
                             {file, line});                                    \
  }

CRESSET_SIM_SHUFFLE(int)
CRESSET_SIM_SHUFFLE(unsigned)
CRESSET_SIM_SHUFFLE(long)
CRESSET_SIM_SHUFFLE(unsigned long)
CRESSET_SIM_SHUFFLE(long long)
CRESSET_SIM_SHUFFLE(unsigned long long)
CRESSET_SIM_SHUFFLE(float)
CRESSET_SIM_SHUFFLE(double)
#undef CRESSET_SIM_SHUFFLE

inline void __syncwarp(unsigned mask = 0xffffffffu,
                       const char* file = __builtin_FILE(),
                       int line = __builtin_LINE()) {
  cuda_sim::collective(cuda_sim::WarpOp::kSync, mask, 0, 0, {file, line});
}
inline unsigned __ballot_sync(unsigned mask, int predicate,
                              const char* file = __builtin_FILE(),
                              int line = __builtin_LINE()) {
  return static_cast<unsigned>(cuda_sim::collective(
      cuda_sim::WarpOp::kBallot, mask, predicate != 0, 0, {file, line}));
}
inline int __any_sync(unsigned mask, int predicate,
                      const char* file = __builtin_FILE(),
                      int line = __builtin_LINE()) {
  return __ballot_sync(mask, predicate, file, line) != 0;
}
inline int __all_sync(unsigned mask, int predicate,
                      const char* file = __builtin_FILE(),
                      int line = __builtin_LINE()) {
  return __ballot_sync(mask, predicate, file, line) == mask;
}
template <class T>
unsigned __match_any_sync(unsigned mask, T value,
                          const char* file = __builtin_FILE(),
                          int line = __builtin_LINE()) {
  static_assert(sizeof(T) == 4 || sizeof(T) == 8);
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof(T));
  return static_cast<unsigned>(cuda_sim::collective(
      cuda_sim::WarpOp::kMatch, mask, bits, 0, {file, line}));
}

#endif  // CRESSET_TESTS_CUDA_SIM_KERNEL_WARP_H_
