// Large blocks of host memory, kept by size for reuse: the part of the host
// allocator that all threads share.

#ifndef CRESSET_TENSOR_CORE_BLOCK_CACHE_H_
#define CRESSET_TENSOR_CORE_BLOCK_CACHE_H_

#include <cstddef>
#include <cstdint>

namespace cresset::internal {

// Sizes are rounded up to eight steps an octave, so a block serves requests up
// to an eighth smaller than the one it was made for.
size_t rounded_block_size(size_t bytes);

// Memory straight from the system: at a multiple of 64 bytes, or of 2 MiB with
// huge pages asked for if it is that long. nullptr if there is none.
void* system_allocate(size_t size) noexcept;
void system_deallocate(void* block, size_t size) noexcept;

// Freed blocks of rounded size. Blocks carry their links in their own first
// bytes, so keeping one allocates nothing.
class BlockCache {
 public:
  // A kept block of exactly `size` (a rounded size), the most recently freed
  // one; nullptr if there is none.
  void* take(size_t size);

  // Keeps a block; then, while more than `limit` bytes are kept, gives the
  // longest unused ones back to the system.
  void keep(void* block, size_t size, size_t limit) noexcept;

  void clear() noexcept;
  size_t bytes() const { return bytes_; }

 private:
  static constexpr int kClasses = 512;

  struct Block {
    size_t size;
    // Neighbours of the same size, newest first.
    Block* newer_alike;
    Block* older_alike;
    // Neighbours among all kept blocks.
    Block* newer;
    Block* older;
  };

  static int class_of(size_t size);
  void unlink(Block* block) noexcept;

  Block* newest_alike_[kClasses] = {};
  Block* newest_ = nullptr;
  Block* oldest_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_CORE_BLOCK_CACHE_H_
