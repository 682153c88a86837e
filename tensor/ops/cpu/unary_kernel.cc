#include "cresset/tensor/ops/cpu/chunk.h"
#include "cresset/tensor/ops/unary_defs.h"

namespace cresset::internal::CRESSET_CPU_LEVEL {

const ChunkRow* unary_rows() { return unary_chunk_rows<UnaryOps>::kRows; }

const ChunkRow* unary_grad_rows() {
  return unary_grad_chunk_rows<UnaryOps>::kRows;
}

}  // namespace cresset::internal::CRESSET_CPU_LEVEL
