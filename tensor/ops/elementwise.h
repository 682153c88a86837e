// The engine of all elementwise ops.
//
// An op is a struct with a `value` template (op_list.h, *_defs.h). Kernel
// sources turn it into functions over dense chunks of one compute type; this
// engine does the rest once for all: promotion, broadcasting, strides,
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
  Operand() = default;
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
  bool reads_mask;  // the chunk function reads x[0] as bool
  const void* op;   // the op object with its parameters
  Dtype compute;    // float32, float64 or int64
  Dtype result;     // what the chunk function writes: compute or bool_
  const Tensor& y;  // any dtype and strides
  std::span<const Operand> x;  // broadcast to y's sizes by the device

  // What the chunk function reads input k as.
  Dtype input(size_t k) const { return reads_mask && k == 0 ? bool_ : compute; }
};

// A place among a row's functions.
inline int column_of(Dtype compute) {
  return compute == float32 ? 0 : compute == float64 ? 1 : 2;
}

// The CPU's part of every family's kernel, given the family's table.
void run_rows(const ChunkRow* rows, const ElementwiseCall& call);

// The dtype that operands promote to by PyTorch's rules: tensors with
// dimensions count first, then 0-dim tensors, then numbers; a later kind counts
// only if its class (bool, integer, float, complex) is higher.
// Torch: torch.result_type
Dtype result_type(std::span<const Operand> operands);

// Sizes of the broadcast of all tensor operands. Errors: kShape.
Shape broadcast_sizes(std::span<const Operand> operands, const char* op);

// The device of the tensor operands; 0-dim CPU tensors may join any device.
// Errors: kDevice if they differ.
Device common_device(std::span<const Operand> operands, const char* op);

// An empty result for these operands: of their broadcast sizes, in the memory
// order that all full-sized operands share, else row-major.
Tensor make_result(std::span<const Operand> operands, Dtype dtype,
                   const char* op);

// The compute type for elements of `dtype`. Errors: kDtype for dtypes that
// Cresset stores but does not compute with (complex, 8-bit floats, wide
// unsigned integers).
Dtype compute_type(Dtype dtype, const char* op);

// The dtype in which softmax and normalisations hand x to their kernel: the
// CPU's take float32 and float64, other devices' the 16-bit types as well.
Dtype kernel_type(const Tensor& x, const char* op);

// Floating dtypes unchanged, others become the default dtype.
inline Dtype to_floating(Dtype dtype) {
  return is_floating(dtype) || is_complex(dtype) ? dtype : get_default_dtype();
}

// Throws kDtype unless `dtype` lies in `domain`.
void check_domain(Domain domain, Dtype dtype, const char* op);

// The number as an element of `dtype` holds it: -1 as uint8 is 255.
Scalar narrowed(const Scalar& value, Dtype dtype);

// Throws kDtype unless a result of dtype `from` may be stored in `to`: an
// in-place op may narrow within a class (float64 into float32), not leave it.
void check_result_fits(Dtype from, Dtype to, const char* op);

// Throws unless an op on these operands may write its result into `y`: kShape
// if the result has another shape; kState if elements of y share memory, or if
// y shares memory with a part of an operand.
void check_writable(const Tensor& y, std::span<const Operand> operands,
                    const char* op);

// Reduces a gradient to the shape and dtype of the input it belongs to: sums
// over the dimensions that broadcasting added.
Tensor reduce_grad(const Tensor& g, const Shape& shape, Dtype dtype);

// How a gradient returns to its input: that input's shape and dtype.
struct Home {
  Shape shape;
  Dtype dtype;

  explicit Home(const Tensor& x) : shape(x.shape()), dtype(x.dtype()) {}
  Tensor operator()(const Tensor& g) const {
    return reduce_grad(g, shape, dtype);
  }
};

// op(x...) into memory that exists, computed in the compute type of `dtype`;
// not recorded.
template <class Op>
void run_into(const Op& op, std::span<const Operand> x, const Tensor& y,
              Dtype dtype, bool is_grad = false) {
  using Family = typename Op::Family;
  constexpr int kIndex = Family::Ops::template index<Op>();
  static_assert(kIndex >= 0, "the op is not in its family's list");
  const Dtype compute = compute_type(dtype, Op::kName);
  const bool writes_bool = Op::kWritesBool && !is_grad;
  Family::kernel(y.device(),
                 ElementwiseCall{kIndex, is_grad, Op::kReadsMask, &op, compute,
                                 writes_bool ? bool_ : compute, y, x});
}

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_OPS_ELEMENTWISE_H_
