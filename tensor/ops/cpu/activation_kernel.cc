#include "cresset/tensor/ops/activation_defs.h"
#include "cresset/tensor/ops/cpu/chunk.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {

const ChunkRow* activation_rows() {
  return RowsOf<ActivationFamily::Ops>::kRows;
}

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
