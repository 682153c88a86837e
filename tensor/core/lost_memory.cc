#include "cresset/tensor/core/lost_memory.h"

namespace cresset::internal {

constinit std::atomic<void (*)()> lost_memory_report{nullptr};

}  // namespace cresset::internal
