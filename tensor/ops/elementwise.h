// The engine of all elementwise ops.
//
// An op is a struct with a `value` template (unary_defs.h, binary_defs.h, ...).
// Kernel sources turn it into functions over dense chunks of one compute type;
// this engine does the rest once for all: promotion, broadcasting, strides,
// conversion between storage and compute type, threads. So an op costs two or
// three small loops however many dtypes and layouts it takes, and a binary op
// on int32 and float16 needs no converted copies.
//
// Compute types: float32 (also for the 16-bit floats), float64, and int64 (for
// all integers and bool; wrapping to a narrower type keeps the low bits, which
// is what wrapping arithmetic in that type gives).

#ifndef CRESSET_TENSOR_OPS_ELEMENTWISE_H_
#define CRESSET_TENSOR_OPS_ELEMENTWISE_H_

#include <cstdint>
#include <span>

#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"
#include "cresset/tensor/ops/cpu/chunk_row.h"
#include "cresset/tensor/ops/op_list.h"

namespace cresset::internal {

// One input: a tensor or a number.
class Operand {
 public:
  Operand(const Tensor& tensor) : tensor_(&tensor) {}  // NOLINT
  Operand(const Scalar& scalar) : scalar_(scalar) {}   // NOLINT

  bool is_tensor() const { return tensor_ != nullptr; }
  const Tensor& tensor() const { return *tensor_; }
  const Scalar& scalar() const { return scalar_; }

 private:
  const Tensor* tensor_ = nullptr;
  Scalar scalar_;
};

// What a device needs to run an op.
struct ElementwiseCall {
  int index;        // the op's place in its family's OpList
  bool is_grad;     // the op's grad function instead of its value
  const void* op;   // the op object with its parameters
  Dtype compute;    // float32, float64 or int64
  Dtype result;     // what the chunk function writes: compute or bool_
  const Tensor& y;  // any dtype and strides
  std::span<const Operand> x;  // broadcast to y's sizes by the device
};

using ElementwiseKernel = Kernel<void(const ElementwiseCall&)>;

// A place in a ChunkRow.
inline int column_of(Dtype compute) {
  return compute == float32 ? 0 : compute == float64 ? 1 : 2;
}

// Runs a chunk function over `call` on the CPU.
void run_chunks(ChunkFunction function, const ElementwiseCall& call);

// The dtype that operands promote to by PyTorch's rules: tensors with
// dimensions count first, then 0-dim tensors, then numbers; a later kind counts
// only if its class (bool, integer, float, complex) is higher.
// Torch: torch.result_type
Dtype result_type(std::span<const Operand> operands);

// Sizes of the broadcast of all tensor operands.
Shape broadcast_sizes(std::span<const Operand> operands);

// The device of the tensor operands; 0-dim CPU tensors may join any device.
// Errors: kDevice if they differ.
Device common_device(std::span<const Operand> operands, const char* op);

// The compute type for elements of `dtype`. Errors: kDtype for dtypes that
// Cresset stores but does not compute with (complex, 8-bit floats, wide
// unsigned integers).
Dtype compute_type(Dtype dtype, const char* op);

// Floating dtypes unchanged, others become the default dtype.
Dtype to_floating(Dtype dtype);

// Throws kDtype unless a result of dtype `from` may be stored in `to`: an
// in-place op may narrow within a class (float64 into float32), not leave it.
void check_result_fits(Dtype from, Dtype to, const char* op);

// Reduces a gradient to the shape and dtype of the input it belongs to: sums
// over the dimensions that broadcasting added.
Tensor reduce_grad(const Tensor& g, const Shape& shape, Dtype dtype);

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_ELEMENTWISE_H_
