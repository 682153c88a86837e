// Values of PyTorch and NumPy for which Cresset has no type to compute with.
// They are kept whole: everything can be looked at and is written back.

#ifndef CRESSET_SERIALIZE_FOREIGN_H_
#define CRESSET_SERIALIZE_FOREIGN_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cresset/serialize/value.h"
#include "cresset/tensor/base/shape.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// How the integers of a quantized tensor stand for numbers.
struct Quantization {
  std::string scheme;      ///< "per_tensor_affine"; empty: not quantized
  double scale = 0;        ///< per tensor
  int64_t zero_point = 0;  ///< per tensor
  Value scales;            ///< per channel: a tensor or a list
  Value zero_points;       ///< per channel: a tensor or a list
  int64_t axis = 0;        ///< per channel
};

/// A dense tensor of a dtype that Cresset has not: quantized types, complex32
/// and the rarer small floats. Its elements are kept as integers.
struct PackedTensor {
  std::string dtype;  ///< "quint8", "float8_e8m0fnu"
  /// The elements as integers of the same size, with the tensor's strides and
  /// offset. Types of less than a byte: the bytes, one dimension.
  Tensor integers;
  Shape shape;
  Shape strides;
  int64_t offset = 0;
  bool requires_grad = false;
  bool parameter = false;
  Quantization quantization;
};

/// A sparse tensor in its parts.
struct SparseTensor {
  std::string layout;  ///< "torch.sparse_coo", "torch.sparse_csr"
  Shape shape;
  /// Name and tensor of each part in PyTorch's order: indices and values, or
  /// crow_indices, col_indices and values, or ccol_indices, row_indices, ...
  std::vector<std::pair<std::string, Value>> parts;
  bool requires_grad = false;
  bool parameter = false;
};

/// An array of NumPy, or one of its scalars.
struct NumpyArray {
  std::string dtype;  ///< NumPy's, little-endian: "<f4", "|b1", "<U2", "|O"
  Shape shape;
  /// The elements in C order, little-endian, as bytes; none for objects.
  Tensor bytes;
  /// The elements of an array of objects, a list; else None.
  Value objects;

  /// The array as a tensor that shares its memory.
  /// Errors: kUnsupported for dtypes that tensors do not have.
  Tensor tensor() const;
};

/// NumPy's name of a dtype, "<f4"; empty for those it has not (bfloat16).
std::string_view numpy_name(Dtype dtype);

namespace internal {

// Values of these kinds; `made_by` is the call that a pickle makes them with.
Value packed_value(PackedTensor tensor, PythonObject made_by);
Value sparse_value(SparseTensor tensor, PythonObject made_by);
Value array_value(NumpyArray array, PythonObject made_by, bool scalar = false);

}  // namespace internal
}  // namespace cresset

#endif  // CRESSET_SERIALIZE_FOREIGN_H_
