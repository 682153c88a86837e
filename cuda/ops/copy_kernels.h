// The launches behind copy, fill and add on one device.

#ifndef CRESSET_CUDA_OPS_COPY_KERNELS_H_
#define CRESSET_CUDA_OPS_COPY_KERNELS_H_

#include <cstdint>

#include "cresset/cuda/ops/strided.cuh"
#include "cresset/tensor/core/tensor.h"

namespace cresset::internal::cuda {

// Copies a piece with operands {to, from}, both of elements of `bytes` bytes,
// as they are: by the widest units that fit, by tiles where the two sides
// disagree on which dimension is dense.
void copy_piece(Device device, const StridedPiece& piece, int64_t bytes);

// The same with a conversion.
void convert_piece(Device device, const StridedPiece& piece, Dtype from,
                   Dtype to);

// Writes the element of `bytes` bytes to every place of a piece with the one
// operand {to}.
void fill_piece(Device device, const StridedPiece& piece, const void* element,
                int64_t bytes);

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_COPY_KERNELS_H_
