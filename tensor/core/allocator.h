// Where storages get their bytes from.

#ifndef CRESSET_TENSOR_CORE_ALLOCATOR_H_
#define CRESSET_TENSOR_CORE_ALLOCATOR_H_

#include <cstddef>
#include <cstdint>

#include "cresset/tensor/base/device.h"

namespace cresset {

/// A source of device memory. Blocks start at a multiple of 64 bytes.
/// Threads: all functions may be called from any thread.
class Allocator {
 public:
  virtual ~Allocator() = default;

  /// Returns uninitialised memory; nullptr for 0 bytes.
  /// Errors: kValue, with the size, if the memory cannot be had.
  virtual void* allocate(size_t bytes) = 0;

  /// Takes back what `allocate(bytes)` returned.
  virtual void deallocate(void* data, size_t bytes) noexcept = 0;

  /// Gives memory kept for reuse back to the system.
  virtual void empty_cache() {}
};

/// What a caching allocator holds, in bytes.
struct MemoryStats {
  int64_t allocated = 0;       ///< in use by tensors
  int64_t cached = 0;          ///< kept for reuse
  int64_t peak_allocated = 0;  ///< highest `allocated` so far
};

/// The host allocator: keeps freed blocks by size for reuse, per thread for
/// small ones, and backs large ones by huge pages where the system has them.
Allocator& cpu_allocator();
MemoryStats cpu_memory_stats();

/// The allocator of a device.
/// Errors: kDevice if no backend for it is linked.
Allocator& allocator_of(Device device);

namespace internal {

// Memory for the library's own small objects (tensor headers, graph nodes):
// free lists per thread, so that an object that one op makes and the next one
// frees costs a few instructions.
void* pool_allocate(size_t bytes);
void pool_deallocate(void* object, size_t bytes) noexcept;

}  // namespace internal
}  // namespace cresset

#endif  // CRESSET_TENSOR_CORE_ALLOCATOR_H_
