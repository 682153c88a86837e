// Radix sort, least significant digit first, of rows too long for one block.
//
// Each pass over a digit of 8 bits has three steps: tiles count their digits,
// the counts are summed so that each tile knows where its keys of each digit
// go, and tiles move their keys there in order.

#include <utility>

#include "cresset/cuda/ops/device.cuh"
#include "cresset/cuda/ops/prefix.cuh"
#include "cresset/cuda/ops/sort_rows.cuh"
#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/cuda/runtime/scratch.h"

namespace cresset::internal::cuda {
namespace {

constexpr int kDigits = 256;
constexpr int kThreads = kDigits;
constexpr int kWarps = kThreads / kWarp;
constexpr int kItems = 16;  // keys of a thread
constexpr int kTile = kThreads * kItems;

template <class Key>
__device__ int digit_of(Key key, int shift) {
  return static_cast<int>(key >> shift) & (kDigits - 1);
}

// counts [rows, kDigits, tiles].
template <class Key>
__global__ void count_digits(const Key* keys, int64_t n, int64_t tiles,
                             int shift, uint32_t* counts) {
  __shared__ uint32_t count[kDigits];
  const int64_t row = blockIdx.x / tiles, tile = blockIdx.x % tiles;
  for (int d = threadIdx.x; d < kDigits; d += kThreads) count[d] = 0;
  __syncthreads();
  const int64_t begin = tile * kTile;
  for (int i = threadIdx.x; i < kTile && begin + i < n; i += kThreads) {
    atomicAdd(&count[digit_of(keys[row * n + begin + i], shift)], 1u);
  }
  __syncthreads();
  for (int d = threadIdx.x; d < kDigits; d += kThreads) {
    counts[(row * kDigits + d) * tiles + tile] = count[d];
  }
}

// Replaces the counts of each row and digit by the sums over the tiles before,
// a block for each, and leaves their total.
__global__ void sum_counts(uint32_t* counts, int64_t tiles, uint32_t* totals) {
  uint32_t* row = counts + blockIdx.x * tiles;
  uint32_t carry = 0;
  for (int64_t begin = 0; begin < tiles; begin += blockDim.x) {
    const int64_t i = begin + threadIdx.x;
    const uint32_t value = i < tiles ? row[i] : 0;
    uint32_t total;
    const uint32_t before = block_prefix(value, total);
    if (i < tiles) row[i] = carry + before;
    carry += total;
  }
  if (threadIdx.x == 0) totals[blockIdx.x] = carry;
}

// The lanes of the warp that hold the same digit; `active` lanes hold one.
__device__ unsigned same_digit(int digit, bool active) {
  unsigned peers = __ballot_sync(kAllLanes, active);
  for (int bit = 0; bit < 8; ++bit) {
    const bool set = (digit >> bit & 1) != 0;
    const unsigned with = __ballot_sync(kAllLanes, set);
    peers &= set ? with : ~with;
  }
  return peers;
}

// Moves each key to its place behind all smaller digits and the same digits
// before it. Without `places` the keys stand where they were at first.
template <class Key>
__global__ void move_keys(const Key* keys, const uint32_t* places, int64_t n,
                          int64_t tiles, int shift, const uint32_t* counts,
                          const uint32_t* totals, Key* to_keys,
                          uint32_t* to_places) {
  __shared__ uint32_t next[kWarps][kDigits];
  const int64_t row = blockIdx.x / tiles, tile = blockIdx.x % tiles;
  const int lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
  for (int d = lane; d < kDigits; d += kWarp) next[warp][d] = 0;
  __syncwarp(kAllLanes);
  // A warp owns neighbouring keys; first it counts its digits, then it walks
  // them again to give each key its rank.
  const int64_t begin = tile * kTile + warp * kWarp * kItems + lane;
  const Key* from = keys + row * n;
  Key key[kItems];
  for (int i = 0; i < kItems; ++i) {
    const int64_t at = begin + i * kWarp;
    key[i] = at < n ? from[at] : 0;
    if (at < n) atomicAdd(&next[warp][digit_of(key[i], shift)], 1u);
  }
  const int64_t digit_row = row * kDigits + threadIdx.x;
  uint32_t total;
  uint32_t start = block_prefix(totals[digit_row], total);
  start += counts[digit_row * tiles + tile];
  __syncthreads();
  for (int w = 0; w < kWarps; ++w) {
    const uint32_t count = next[w][threadIdx.x];
    next[w][threadIdx.x] = start;
    start += count;
  }
  __syncthreads();
  for (int i = 0; i < kItems; ++i) {
    const int64_t at = begin + i * kWarp;
    const bool active = at < n;
    const int digit = digit_of(key[i], shift);
    const unsigned peers = same_digit(digit, active);
    const unsigned before = peers & ((1u << lane) - 1);
    const uint32_t first = next[warp][digit];
    __syncwarp(kAllLanes);
    if (active && before == 0) next[warp][digit] += __popc(peers);
    __syncwarp(kAllLanes);
    if (active) {
      const int64_t to = row * n + first + __popc(before);
      to_keys[to] = key[i];
      to_places[to] =
          places == nullptr ? static_cast<uint32_t>(at) : places[row * n + at];
    }
  }
}

}  // namespace

template <class Key>
SortBuffers<Key> radix_sort(Device device, SortBuffers<Key> from,
                            SortBuffers<Key> to, int64_t rows, int64_t n,
                            int bits) {
  const int64_t tiles = (n + kTile - 1) / kTile;
  const int64_t digits = rows * kDigits;
  const Scratch counts(device,
                       static_cast<size_t>(digits * tiles) * sizeof(uint32_t));
  const Scratch totals(device, static_cast<size_t>(digits) * sizeof(uint32_t));
  for (int shift = 0; shift == 0 || shift < bits; shift += 8) {
    launch(device, one_block_each(rows * tiles, kThreads), count_digits<Key>,
           from.keys, n, tiles, shift, counts.as<uint32_t>());
    launch(device, one_block_each(digits, kThreads), sum_counts,
           counts.as<uint32_t>(), tiles, totals.as<uint32_t>());
    launch(device, one_block_each(rows * tiles, kThreads), move_keys<Key>,
           from.keys, shift == 0 ? nullptr : from.places, n, tiles, shift,
           counts.as<uint32_t>(), totals.as<uint32_t>(), to.keys, to.places);
    std::swap(from, to);
  }
  return from;
}

template SortBuffers<uint32_t> radix_sort(Device, SortBuffers<uint32_t>,
                                          SortBuffers<uint32_t>, int64_t,
                                          int64_t, int);
template SortBuffers<uint64_t> radix_sort(Device, SortBuffers<uint64_t>,
                                          SortBuffers<uint64_t>, int64_t,
                                          int64_t, int);

}  // namespace cresset::internal::cuda
