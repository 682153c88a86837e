#include "cresset/tensor/ops/bitwise_defs.h"
#include "cresset/tensor/ops/cpu/chunk.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {

const ChunkRow* bitwise_rows() { return RowsOf<BitwiseFamily::Ops>::kRows; }

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
