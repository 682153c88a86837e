// Many arrays in one launch: each block takes one chunk of one of them. What a
// launch needs to know travels as the kernel's argument, so nothing is
// uploaded, and a captured graph holds it all.

#ifndef CRESSET_CUDA_OPS_CHUNKS_CUH_
#define CRESSET_CUDA_OPS_CHUNKS_CUH_

#include <cstdint>

#include "cresset/cuda/runtime/launch.cuh"

namespace cresset::internal::cuda {

constexpr int kChunkThreads = 256;
constexpr int64_t kChunk = 16 * kChunkThreads;

// The arrays of one launch; `Item` says what a kernel needs of each.
template <class Item>
struct ChunkTable {
  struct Entry {
    Item item;
    int64_t numel;
    unsigned first_block;
  };
  // 4 KiB are what every GPU takes as arguments; the rest of it is left.
  static constexpr int kMost = static_cast<int>(4000 / sizeof(Entry));

  int count = 0;
  unsigned blocks = 0;
  Entry entries[kMost];
};

// This block's part of the launch: elements [begin, end) of one array.
template <class Item>
struct Chunk {
  const Item& item;
  int64_t begin, end;
};
template <class Item>
__device__ Chunk<Item> chunk_of_block(const ChunkTable<Item>& table) {
  int k = 0;
  while (k + 1 < table.count &&
         blockIdx.x >= table.entries[k + 1].first_block) {
    ++k;
  }
  const auto& entry = table.entries[k];
  const int64_t begin =
      static_cast<int64_t>(blockIdx.x - entry.first_block) * kChunk;
  return {entry.item, begin,
          begin + kChunk < entry.numel ? begin + kChunk : entry.numel};
}

// Collects arrays and starts `launch_table(shape, table)` for as many as fit
// into a launch.
template <class Item, class LaunchTable>
class ChunkLaunches {
 public:
  explicit ChunkLaunches(LaunchTable launch_table)
      : launch_table_(launch_table) {}

  void add(int64_t numel, const Item& item) {
    if (numel == 0) return;
    if (table_.count == ChunkTable<Item>::kMost) flush();
    table_.entries[table_.count++] = {item, numel, table_.blocks};
    table_.blocks += static_cast<unsigned>((numel + kChunk - 1) / kChunk);
  }

  void flush() {
    if (table_.count == 0) return;
    launch_table_(one_block_each(table_.blocks, kChunkThreads), table_);
    table_.count = 0;
    table_.blocks = 0;
  }

 private:
  LaunchTable launch_table_;
  ChunkTable<Item> table_;
};

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_CHUNKS_CUH_
