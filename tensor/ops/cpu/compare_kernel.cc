#include "cresset/tensor/ops/compare_defs.h"
#include "cresset/tensor/ops/cpu/chunk.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {

const ChunkRow* compare_rows() { return RowsOf<CompareFamily::Ops>::kRows; }

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
