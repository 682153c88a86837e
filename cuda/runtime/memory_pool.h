// The free blocks of one kind of memory, and how blocks are cut and joined.
// Knows nothing of CUDA's calls, only of streams as names.

#ifndef CRESSET_CUDA_RUNTIME_MEMORY_POOL_H_
#define CRESSET_CUDA_RUNTIME_MEMORY_POOL_H_

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "cresset/cuda/runtime/event.h"

namespace cresset::internal::cuda {

class FreeBlocks;

// A part of a segment, which is what one cudaMalloc returned. Blocks that are
// free and adjacent are always joined.
struct Block {
  char* data = nullptr;
  size_t size = 0;
  cudaStream_t stream = nullptr;  // in whose order it is reused
  FreeBlocks* home = nullptr;
  bool is_free = false;
  Block* previous = nullptr;  // neighbours in the segment
  Block* next = nullptr;
  std::vector<cudaStream_t> used_by;  // other streams, see record_stream
  Marks marks;                        // where those were when it was dropped

  bool is_whole_segment() const {
    return previous == nullptr && next == nullptr;
  }
};

// Requests are rounded up to a multiple of this.
constexpr size_t kBlockStep = 512;
// Requests up to this are small: their segments are 2 MiB long.
constexpr size_t kLargestSmall = size_t{1} << 20;

inline size_t rounded_request(size_t bytes) {
  return (bytes + kBlockStep - 1) / kBlockStep * kBlockStep;
}

// The length of the segment that is made for a request of rounded size: 2 MiB
// for small ones, 20 MiB below 10 MiB, else the next multiple of 2 MiB.
size_t segment_size(size_t size);

class FreeBlocks {
 public:
  FreeBlocks(class MemoryPool* owner, bool is_small)
      : owner_(owner), is_small_(is_small) {}

  // The smallest free block of the stream with at least `size` bytes, the rest
  // cut off if it is worth keeping; nullptr if there is none.
  Block* take(size_t size, cudaStream_t stream);

  // The first `size` bytes of a new segment.
  Block* take_from(char* segment, size_t segment_bytes, size_t size,
                   cudaStream_t stream);

  // Takes a block back and joins it with free neighbours.
  void give(Block* block);

  // Removes and returns the free whole segments; the caller owns them.
  std::vector<Block*> release();

  MemoryPool* owner() const { return owner_; }

 private:
  struct Order {
    bool operator()(const Block* a, const Block* b) const;
  };

  void cut(Block* block, size_t size);
  void join(Block* block, Block* neighbour);

  MemoryPool* owner_;
  bool is_small_;
  std::set<Block*, Order> free_;
};

// Small and large blocks apart, so that the small ones do not break up the
// large segments. The allocator has one such pool, each graph another.
class MemoryPool {
 public:
  MemoryPool() : small_(this, true), large_(this, false) {}
  MemoryPool(const MemoryPool&) = delete;
  MemoryPool& operator=(const MemoryPool&) = delete;

  FreeBlocks& for_size(size_t size) {
    return size <= kLargestSmall ? small_ : large_;
  }
  std::vector<Block*> release();

  int64_t segments = 0;
  bool is_open = true;  // false once the graph that it served is gone

 private:
  FreeBlocks small_;
  FreeBlocks large_;
};

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_RUNTIME_MEMORY_POOL_H_
