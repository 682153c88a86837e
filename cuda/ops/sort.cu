// Sorting rows: short ones in a block's shared memory, the first few of a long
// one by a tournament of its parts, long ones whole by radix.

#include <algorithm>
#include <bit>

#include "cresset/cuda/ops/device.cuh"
#include "cresset/cuda/ops/sort_keys.h"
#include "cresset/cuda/ops/sort_rows.cuh"
#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/tensor/ops/sort.h"

namespace cresset::internal::cuda {
namespace {

constexpr int kBlockKeys = 4096;      // what a block can sort
constexpr int64_t kTournament = 512;  // the most winners of a part

// Parts of rows that are sorted each by itself.
template <class T>
struct Parts {
  const T* x;  // rows of n
  int64_t n;
  const uint32_t* candidates;  // rows of m places in x; null: all n = m
  int64_t m;
  int64_t parts;  // of a row
  int64_t total;  // of all rows
  int size;       // keys of a part, a power of two
  int per_block;  // parts that a block sorts
  bool descending;
  // The first k of each part, one part behind the other; any may be null.
  int64_t k;
  T* values;
  int64_t* indices;
  uint32_t* places;
};

template <class T>
__global__ void sort_parts(const __grid_constant__ Parts<T> a) {
  using Key = typename SortKey<T>::Type;
  const int count = a.size * a.per_block;
  Key* keys = dynamic_shared<Key>();
  auto* places = reinterpret_cast<uint32_t*>(keys + count);
  const int64_t first = static_cast<int64_t>(blockIdx.x) * a.per_block;
  for (int e = threadIdx.x; e < count; e += blockDim.x) {
    const int64_t part = first + e / a.size;
    const int64_t row = part / a.parts;
    const int64_t at = part % a.parts * a.size + e % a.size;
    keys[e] = ~Key{0};
    places[e] = ~0u;  // behind all others, NaN too
    if (part < a.total && at < a.m) {
      const uint32_t place = a.candidates == nullptr
                                 ? static_cast<uint32_t>(at)
                                 : a.candidates[row * a.m + at];
      if (place != ~0u) {
        const Key key = sort_key(a.x[row * a.n + place]);
        keys[e] = a.descending ? ~key : key;
        places[e] = place;
      }
    }
  }
  // A bitonic network in which all comparisons rise: the first step of a stage
  // compares mirrored entries.
  for (int stage = 2; stage <= a.size; stage *= 2) {
    for (int step = stage / 2; step > 0; step /= 2) {
      __syncthreads();
      for (int p = threadIdx.x; p < count / 2; p += blockDim.x) {
        const int low = ((p & -step) << 1) | (p & (step - 1));
        const int high = step == stage / 2 ? low ^ (stage - 1) : low + step;
        const Key x = keys[low], y = keys[high];
        if (x < y || (x == y && places[low] < places[high])) continue;
        keys[low] = y;
        keys[high] = x;
        const uint32_t place = places[low];
        places[low] = places[high];
        places[high] = place;
      }
    }
  }
  __syncthreads();
  for (int e = threadIdx.x; e < count; e += blockDim.x) {
    const int64_t part = first + e / a.size;
    const int64_t rank = e % a.size;
    if (part >= a.total || rank >= a.k) continue;
    const uint32_t place = places[e];
    const int64_t to = part * a.k + rank;
    if (a.places != nullptr) a.places[to] = place;
    if (a.indices != nullptr) a.indices[to] = place;
    if (a.values != nullptr) a.values[to] = a.x[part / a.parts * a.n + place];
  }
}

template <class T>
void run_parts(Device device, Parts<T> a, int64_t rows) {
  a.size = static_cast<int>(
      std::min<int64_t>(kBlockKeys, std::bit_ceil(static_cast<uint64_t>(a.m))));
  a.parts = (a.m + a.size - 1) / a.size;
  a.total = rows * a.parts;
  a.per_block = std::max(1, 1024 / a.size);
  const int count = a.size * a.per_block;
  const size_t shared = static_cast<size_t>(count) *
                        (sizeof(typename SortKey<T>::Type) + sizeof(uint32_t));
  const int64_t blocks = (a.total + a.per_block - 1) / a.per_block;
  launch(device, one_block_each(blocks, std::min(1024, count / 2), shared),
         sort_parts<T>, a);
}

// The first k of long rows, k small: each part sends its first k on.
template <class T>
void run_tournament(Device device, Parts<T> a, int64_t rows) {
  Parts<T> round = a;
  round.values = nullptr;
  round.indices = nullptr;
  Scratch candidates(device, 0);
  while (round.m > kBlockKeys) {
    const int64_t next = (round.m + kBlockKeys - 1) / kBlockKeys * a.k;
    Scratch winners(device,
                    static_cast<size_t>(rows * next) * sizeof(uint32_t));
    round.places = winners.as<uint32_t>();
    run_parts(device, round, rows);
    round.candidates = round.places;
    round.m = next;
    candidates = std::move(winners);
  }
  round.places = nullptr;
  round.values = a.values;
  round.indices = a.indices;
  run_parts(device, round, rows);
}

template <class T, class Key>
__global__ void make_keys(const T* x, int64_t n, bool descending, Key* keys) {
  const int64_t i = global_index();
  if (i >= n) return;
  const Key key = sort_key(x[i]);
  keys[i] = descending ? ~key : key;
}

template <class T>
__global__ void read_sorted(const T* x, const uint32_t* places, int64_t n,
                            int64_t k, int64_t total, T* values,
                            int64_t* indices) {
  const int64_t i = global_index();
  if (i >= total) return;
  const int64_t row = i / k, place = places[row * n + i % k];
  values[i] = x[row * n + place];
  indices[i] = place;
}

template <class Key>
struct RadixMemory {
  Scratch memory;
  SortBuffers<Key> from, to;

  RadixMemory(Device device, int64_t count)
      : memory(device, static_cast<size_t>(count) * 2 *
                           (sizeof(Key) + sizeof(uint32_t))) {
    from.keys = memory.as<Key>();
    to.keys = from.keys + count;
    from.places = reinterpret_cast<uint32_t*>(to.keys + count);
    to.places = from.places + count;
  }
};

template <class T>
void sort_long(Device device, const Parts<T>& a, int64_t rows) {
  using Key = typename SortKey<T>::Type;
  const RadixMemory<Key> memory(device, rows * a.n);
  launch(device, one_thread_each(rows * a.n), make_keys<T, Key>, a.x,
         rows * a.n, a.descending, memory.from.keys);
  const SortBuffers<Key> sorted = radix_sort(device, memory.from, memory.to,
                                             rows, a.n, int{sizeof(Key)} * 8);
  launch(device, one_thread_each(rows * a.k), read_sorted<T>, a.x,
         sorted.places, a.n, a.k, rows * a.k, a.values, a.indices);
}

template <class T>
void sort_as(const SortCall& call) {
  const int64_t rows = call.x.size(0), n = call.x.size(1);
  Parts<T> a = {};
  a.x = call.x.data<T>();
  a.n = a.m = n;
  a.k = call.k;
  a.descending = call.descending;
  a.values = call.values.data<T>();
  a.indices = call.indices.data<int64_t>();
  const Device device = call.x.device();
  if (n <= kBlockKeys) {
    run_parts(device, a, rows);
  } else if (a.k <= kTournament) {
    run_tournament(device, a, rows);
  } else {
    sort_long(device, a, rows);
  }
}

void sort_cuda(const SortCall& call) {
  CRESSET_CHECK(call.x.size(1) < INT64_C(0xffffffff), kUnsupported,
                "sort: a row may have 2^32 - 2 elements; got ", call.x.size(1));
  switch (call.x.dtype()) {
    case Dtype::kFloat32:
      return sort_as<float>(call);
    case Dtype::kFloat64:
      return sort_as<double>(call);
    default:
      return sort_as<int64_t>(call);
  }
}

const SortKernel::Entry on_cuda{sort_kernel, DeviceType::kCuda, sort_cuda};

// Keys below `bound` as they are: their order is theirs already.
template <class Key>
__global__ void narrow_keys(const int64_t* keys, int64_t n, Key* to) {
  const int64_t i = global_index();
  if (i < n) to[i] = static_cast<Key>(keys[i]);
}

template <class Key>
__global__ void widen_keys(const Key* keys, const uint32_t* places, int64_t n,
                           int64_t* to, uint32_t* to_places) {
  const int64_t i = global_index();
  if (i >= n) return;
  to[i] = static_cast<int64_t>(keys[i]);
  to_places[i] = places[i];
}

template <class Key>
void sort_keys_as(Device device, const int64_t* keys, int64_t n, int64_t bound,
                  const SortedKeys& result) {
  const RadixMemory<Key> memory(device, n);
  launch(device, one_thread_each(n), narrow_keys<Key>, keys, n,
         memory.from.keys);
  const int bits = std::bit_width(static_cast<uint64_t>(bound - 1));
  const SortBuffers<Key> sorted =
      radix_sort(device, memory.from, memory.to, 1, n, bits);
  launch(device, one_thread_each(n), widen_keys<Key>, sorted.keys,
         sorted.places, n, result.keys.as<int64_t>(),
         result.places.as<uint32_t>());
}

}  // namespace

SortedKeys sort_keys(Device device, const int64_t* keys, int64_t n,
                     int64_t bound) {
  CRESSET_CHECK(n < INT64_C(0xffffffff), kUnsupported,
                "index: at most 2^32 - 2 places can be written; got ", n);
  const auto count = static_cast<size_t>(n);
  const SortedKeys result{Scratch(device, count * sizeof(int64_t)),
                          Scratch(device, count * sizeof(uint32_t))};
  if (n <= kBlockKeys) {
    Parts<int64_t> a = {};
    a.x = keys;
    a.n = a.m = a.k = n;
    a.values = result.keys.as<int64_t>();
    a.places = result.places.as<uint32_t>();
    run_parts(device, a, 1);
  } else if (bound <= INT64_C(1) << 32) {
    sort_keys_as<uint32_t>(device, keys, n, bound, result);
  } else {
    sort_keys_as<uint64_t>(device, keys, n, bound, result);
  }
  return result;
}

}  // namespace cresset::internal::cuda
