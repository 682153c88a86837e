#include "cresset/tensor/core/block_cache.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdlib>

namespace cresset::internal {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;

}  // namespace

size_t rounded_block_size(size_t bytes) {
  const size_t step = std::max<size_t>(64, std::bit_floor(bytes) / 8);
  return (bytes + step - 1) / step * step;
}

void* system_allocate(size_t size) noexcept {
  if (size < kHugePage) {
    void* block = nullptr;
    return posix_memalign(&block, 64, size) == 0 ? block : nullptr;
  }
  // The system aligns to small pages: map a huge page more, then cut.
  const size_t length = size + kHugePage;
  void* const mapped = mmap(nullptr, length, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  const auto start = reinterpret_cast<uintptr_t>(mapped);
  const uintptr_t aligned = (start + kHugePage - 1) / kHugePage * kHugePage;
  const size_t page_end = (size + 4095) / 4096 * 4096;
  if (aligned > start) munmap(mapped, aligned - start);
  const uintptr_t tail = aligned + page_end;
  if (start + length > tail) {
    munmap(reinterpret_cast<void*>(tail), start + length - tail);
  }
  void* const block = reinterpret_cast<void*>(aligned);
#if defined(MADV_HUGEPAGE)
  madvise(block, page_end, MADV_HUGEPAGE);  // a wish; refusal changes nothing
#endif
  return block;
}

void system_deallocate(void* block, size_t size) noexcept {
  if (size < kHugePage) {
    std::free(block);
  } else {
    munmap(block, (size + 4095) / 4096 * 4096);
  }
}

int BlockCache::class_of(size_t size) {
  // size = (8 + step) * 2^(octave - 3): unique for rounded sizes.
  const int octave = std::bit_width(size) - 1;
  return octave * 8 + static_cast<int>((size >> (octave - 3)) & 7);
}

void* BlockCache::take(size_t size) {
  Block* const block = newest_alike_[class_of(size)];
  if (block == nullptr) return nullptr;
  unlink(block);
  return block;
}

void BlockCache::keep(void* memory, size_t size, size_t limit) noexcept {
  Block* const block = static_cast<Block*>(memory);
  Block*& alike = newest_alike_[class_of(size)];
  *block = {size, nullptr, alike, nullptr, newest_};
  if (alike != nullptr) alike->newer_alike = block;
  alike = block;
  if (newest_ != nullptr) newest_->newer = block;
  newest_ = block;
  if (oldest_ == nullptr) oldest_ = block;
  bytes_ += size;
  while (bytes_ > limit) {
    Block* const victim = oldest_;
    const size_t victim_size = victim->size;
    unlink(victim);
    system_deallocate(victim, victim_size);
  }
}

void BlockCache::clear() noexcept {
  while (oldest_ != nullptr) {
    Block* const block = oldest_;
    const size_t size = block->size;
    unlink(block);
    system_deallocate(block, size);
  }
}

void BlockCache::unlink(Block* block) noexcept {
  if (block->newer_alike != nullptr) {
    block->newer_alike->older_alike = block->older_alike;
  } else {
    newest_alike_[class_of(block->size)] = block->older_alike;
  }
  if (block->older_alike != nullptr) {
    block->older_alike->newer_alike = block->newer_alike;
  }
  (block->newer != nullptr ? block->newer->older : newest_) = block->older;
  (block->older != nullptr ? block->older->newer : oldest_) = block->newer;
  bytes_ -= block->size;
}

}  // namespace cresset::internal
