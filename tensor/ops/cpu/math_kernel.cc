#include "cresset/tensor/ops/cpu/chunk.h"
#include "cresset/tensor/ops/math_defs.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {

const ChunkRow* math_rows() { return RowsOf<MathFamily::Ops>::kRows; }

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
