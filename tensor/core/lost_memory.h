// Memory that lost its contents while tensors were using it.

#ifndef CRESSET_TENSOR_CORE_LOST_MEMORY_H_
#define CRESSET_TENSOR_CORE_LOST_MEMORY_H_

#include <atomic>

namespace cresset::internal {

/// Null as long as all memory is sound. Whoever notices a loss, in a signal
/// handler perhaps, stores a function that throws the error.
extern std::atomic<void (*)()> lost_memory_report;

/// Throws what the report throws. New storages, in-place changes and item()
/// ask, so that at most one operation sees wrong numbers before the error.
inline void check_lost_memory() {
  const auto report = lost_memory_report.load(std::memory_order_relaxed);
  if (report != nullptr) [[unlikely]]
    report();
}

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_CORE_LOST_MEMORY_H_
