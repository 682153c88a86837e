#include "cresset/tensor/ops/cpu/chunk.h"
#include "cresset/tensor/ops/unary_defs.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {

const ChunkRow* unary_rows() { return RowsOf<UnaryFamily::Ops>::kRows; }

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
