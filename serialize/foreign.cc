#include "cresset/serialize/foreign.h"

#include <cstring>
#include <utility>

#include "cresset/serialize/value_node.h"
#include "cresset/tensor/base/error.h"

namespace cresset {
namespace {

struct NumpyName {
  std::string_view numpy;
  Dtype dtype;
};

constexpr NumpyName kNumpyNames[] = {
    {"|b1", bool_},     {"|u1", uint8},       {"|i1", int8},
    {"<i2", int16},     {"<i4", int32},       {"<i8", int64},
    {"<u2", uint16},    {"<u4", uint32},      {"<u8", uint64},
    {"<f2", float16},   {"<f4", float32},     {"<f8", float64},
    {"<c8", complex64}, {"<c16", complex128},
};

// Flips the sign bit of every number of `width` bytes in `data`, starting
// with the one at `first` and going on in steps of `step` numbers.
void flip_signs(uint8_t* data, size_t bytes, size_t width, size_t first,
                size_t step) {
  for (size_t at = (first + 1) * width; at <= bytes; at += step * width) {
    data[at - 1] ^= 0x80;
  }
}

// Integers are negated as two's complement.
template <class T>
void negate_ints(uint8_t* data, size_t bytes) {
  for (size_t at = 0; at + sizeof(T) <= bytes; at += sizeof(T)) {
    T value;
    std::memcpy(&value, data + at, sizeof(T));
    value = static_cast<T>(T{0} - value);
    std::memcpy(data + at, &value, sizeof(T));
  }
}

void negate(uint8_t* data, size_t bytes, Dtype dtype) {
  if (is_complex(dtype)) {
    return flip_signs(data, bytes, itemsize(dtype) / 2, 0, 1);
  }
  if (is_floating(dtype)) return flip_signs(data, bytes, itemsize(dtype), 0, 1);
  switch (itemsize(dtype)) {
    case 1:
      return negate_ints<uint8_t>(data, bytes);
    case 2:
      return negate_ints<uint16_t>(data, bytes);
    case 4:
      return negate_ints<uint32_t>(data, bytes);
    default:
      return negate_ints<uint64_t>(data, bytes);
  }
}

}  // namespace

Tensor NumpyArray::tensor() const {
  for (const NumpyName& name : kNumpyNames) {
    if (name.numpy != dtype) continue;
    const size_t size = itemsize(name.dtype);
    Tensor source = bytes;
    if (reinterpret_cast<uintptr_t>(bytes.raw_data()) % size != 0) {
      source = bytes.clone();
    }
    return internal::over_storage(
        source.storage(), name.dtype, shape, contiguous_strides(shape),
        source.storage_offset() / static_cast<int64_t>(size));
  }
  internal::throw_error(
      ErrorCode::kUnsupported,
      "NumpyArray: tensors have no dtype like NumPy's " + quoted(dtype, 40));
}

std::string_view numpy_name(Dtype dtype) {
  for (const NumpyName& name : kNumpyNames) {
    if (name.dtype == dtype) return name.numpy;
  }
  return {};
}

Value Value::with_bits(const Tensor& stored, bool conj, bool neg) {
  conj = conj && cresset::is_complex(stored.dtype());
  if (!conj && !neg) return Value(stored);
  Tensor resolved = stored.detach().to(Device()).clone().contiguous();
  auto* data = static_cast<uint8_t*>(resolved.raw_data());
  const size_t bytes = resolved.nbytes();
  if (conj) flip_signs(data, bytes, resolved.itemsize() / 2, 1, 2);
  if (neg) negate(data, bytes, resolved.dtype());
  resolved = resolved.to(stored.device());
  if (stored.requires_grad()) resolved.requires_grad_();
  auto node = std::make_shared<internal::TensorNode>(resolved, false);
  node->conj = conj;
  node->neg = neg;
  node->stored = stored;
  return Value(std::move(node));
}

namespace internal {

Value packed_value(PackedTensor tensor, PythonObject made_by) {
  return Value(
      std::make_shared<PackedNode>(std::move(tensor), std::move(made_by)));
}

Value sparse_value(SparseTensor tensor, PythonObject made_by) {
  return Value(
      std::make_shared<SparseNode>(std::move(tensor), std::move(made_by)));
}

Value array_value(NumpyArray array, PythonObject made_by, bool scalar) {
  return Value(std::make_shared<ArrayNode>(std::move(array), std::move(made_by),
                                           scalar));
}

}  // namespace internal
}  // namespace cresset
