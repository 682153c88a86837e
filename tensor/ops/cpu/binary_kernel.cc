#include "cresset/tensor/ops/binary_defs.h"
#include "cresset/tensor/ops/cpu/chunk.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {

const ChunkRow* binary_rows() { return RowsOf<BinaryFamily::Ops>::kRows; }

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
