#include "cresset/cuda/runtime/memory_pool.h"

#include <functional>

namespace cresset::internal::cuda {
namespace {

constexpr size_t kSmallSegment = size_t{2} << 20;
constexpr size_t kMiddleSegment = size_t{20} << 20;
constexpr size_t kLeastOwnSegment = size_t{10} << 20;

}  // namespace

size_t segment_size(size_t size) {
  if (size <= kLargestSmall) return kSmallSegment;
  if (size < kLeastOwnSegment) return kMiddleSegment;
  return (size + kSmallSegment - 1) / kSmallSegment * kSmallSegment;
}

bool FreeBlocks::Order::operator()(const Block* a, const Block* b) const {
  if (a->stream != b->stream) {
    return std::less<cudaStream_t>()(a->stream, b->stream);
  }
  if (a->size != b->size) return a->size < b->size;
  return std::less<char*>()(a->data, b->data);
}

// Leaves `block`, which is not in the set, with `size` bytes if the rest can
// serve another request.
void FreeBlocks::cut(Block* block, size_t size) {
  const size_t rest = block->size - size;
  if (is_small_ ? rest < kBlockStep : rest <= kLargestSmall) return;
  Block* const tail = new Block;
  tail->data = block->data + size;
  tail->size = rest;
  tail->stream = block->stream;
  tail->home = this;
  tail->is_free = true;
  tail->previous = block;
  tail->next = block->next;
  if (tail->next != nullptr) tail->next->previous = tail;
  block->next = tail;
  block->size = size;
  free_.insert(tail);
}

Block* FreeBlocks::take(size_t size, cudaStream_t stream) {
  Block wanted;
  wanted.size = size;
  wanted.stream = stream;
  const auto place = free_.lower_bound(&wanted);
  if (place == free_.end() || (*place)->stream != stream) return nullptr;
  Block* const block = *place;
  free_.erase(place);
  block->is_free = false;
  cut(block, size);
  return block;
}

Block* FreeBlocks::take_from(char* segment, size_t segment_bytes, size_t size,
                             cudaStream_t stream) {
  Block* const block = new Block;
  block->data = segment;
  block->size = segment_bytes;
  block->stream = stream;
  block->home = this;
  cut(block, size);
  return block;
}

// Makes `neighbour`, if it is free, a part of `block`.
void FreeBlocks::join(Block* block, Block* neighbour) {
  if (neighbour == nullptr || !neighbour->is_free) return;
  free_.erase(neighbour);
  if (neighbour == block->previous) {
    block->data = neighbour->data;
    block->previous = neighbour->previous;
    if (block->previous != nullptr) block->previous->next = block;
  } else {
    block->next = neighbour->next;
    if (block->next != nullptr) block->next->previous = block;
  }
  block->size += neighbour->size;
  delete neighbour;
}

void FreeBlocks::give(Block* block) {
  join(block, block->previous);
  join(block, block->next);
  block->is_free = true;
  free_.insert(block);
}

std::vector<Block*> FreeBlocks::release() {
  std::vector<Block*> segments;
  for (auto place = free_.begin(); place != free_.end();) {
    if ((*place)->is_whole_segment()) {
      segments.push_back(*place);
      place = free_.erase(place);
    } else {
      ++place;
    }
  }
  return segments;
}

std::vector<Block*> MemoryPool::release() {
  std::vector<Block*> whole = small_.release();
  for (Block* segment : large_.release()) whole.push_back(segment);
  return whole;
}

}  // namespace cresset::internal::cuda
