#include "cresset/tensor/ops/cpu/chunk.h"
#include "cresset/tensor/ops/ternary_defs.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {

const ChunkRow* ternary_rows() { return RowsOf<TernaryFamily::Ops>::kRows; }

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
