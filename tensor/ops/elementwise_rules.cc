// The rules of elementwise ops: dtypes, shapes, devices and overlaps.

#include <algorithm>

#include "cresset/tensor/ops/elementwise.h"
#include "cresset/tensor/ops/reduce.h"

namespace cresset::internal {
namespace {

enum class Class { kBool, kInteger, kFloat, kComplex };

Class class_of(Dtype dtype) {
  if (dtype == bool_) return Class::kBool;
  if (is_integral(dtype)) return Class::kInteger;
  return is_complex(dtype) ? Class::kComplex : Class::kFloat;
}

}  // namespace

Dtype result_type(std::span<const Operand> operands) {
  // One promoted dtype for each kind of operand, absent at first.
  struct {
    bool present = false;
    Dtype dtype = bool_;
    void add(Dtype other) {
      dtype = present ? promote_types(dtype, other) : other;
      present = true;
    }
  } dimensioned, zero_dim, number;
  for (const Operand& operand : operands) {
    if (!operand.is_tensor()) {
      number.add(operand.scalar().dtype());
    } else if (operand.tensor().dim() == 0) {
      zero_dim.add(operand.tensor().dtype());
    } else {
      dimensioned.add(operand.tensor().dtype());
    }
  }
  const auto combine = [](const auto& high, const auto& low) {
    if (!high.present) return low;
    if (!low.present || class_of(low.dtype) <= class_of(high.dtype)) {
      return high;
    }
    auto both = high;
    both.dtype = promote_types(high.dtype, low.dtype);
    return both;
  };
  return combine(combine(dimensioned, zero_dim), number).dtype;
}

Shape broadcast_sizes(std::span<const Operand> operands, const char* op) {
  Shape sizes;
  bool first = true;
  for (const Operand& operand : operands) {
    if (!operand.is_tensor()) continue;
    const IntSpan own = operand.tensor().sizes();
    if (first) {
      sizes = own.shape();
    } else if (IntSpan(sizes) != own) {
      sizes = broadcast_shapes(sizes, own, op);
    }
    first = false;
  }
  return sizes;
}

Device common_device(std::span<const Operand> operands, const char* op) {
  const Tensor* chosen = nullptr;
  for (const Operand& operand : operands) {
    if (!operand.is_tensor()) continue;
    const Tensor& x = operand.tensor();
    if (chosen == nullptr || chosen->device() == x.device()) {
      chosen = chosen == nullptr ? &x : chosen;
    } else if (chosen->dim() == 0 && chosen->device().is_cpu()) {
      chosen = &x;
    } else {
      CRESSET_CHECK(x.dim() == 0 && x.device().is_cpu(), kDevice, op,
                    ": expected all tensors to be on the same device; got ",
                    chosen->device(), " and ", x.device());
    }
  }
  return chosen == nullptr ? Device() : chosen->device();
}

Tensor make_result(std::span<const Operand> operands, Dtype dtype,
                   const char* op) {
  const Device device = common_device(operands, op);
  const Tensor* only = nullptr;
  bool same = true;
  for (const Operand& operand : operands) {
    if (!operand.is_tensor()) continue;
    const Tensor& x = operand.tensor();
    if (only == nullptr) {
      only = &x;
    } else if (x.sizes() != only->sizes()) {
      same = false;
    }
  }
  CRESSET_ASSERT(only != nullptr);
  const Shape sizes = same ? only->shape() : broadcast_sizes(operands, op);
  IntSpan strides;
  for (const Operand& operand : operands) {
    if (!operand.is_tensor()) continue;
    const Tensor& x = operand.tensor();
    if (x.sizes() != IntSpan(sizes)) continue;
    if (x.is_contiguous() || (!strides.empty() && x.strides() != strides)) {
      return make_empty(sizes, dtype, device);
    }
    strides = x.strides();
  }
  if (strides.empty() || !is_dense(sizes, strides)) {
    return make_empty(sizes, dtype, device);
  }
  return empty_strided(sizes, strides, {.dtype = dtype, .device = device});
}

Dtype compute_type(Dtype dtype, const char* op) {
  switch (dtype) {
    case Dtype::kFloat32:
    case Dtype::kFloat16:
    case Dtype::kBfloat16:
      return float32;
    case Dtype::kFloat64:
      return float64;
    case Dtype::kBool:
    case Dtype::kUint8:
    case Dtype::kInt8:
    case Dtype::kInt16:
    case Dtype::kInt32:
    case Dtype::kInt64:
      return int64;
    default:
      break;
  }
  throw_error(ErrorCode::kDtype,
              concat(op, ": ", dtype,
                     " is a storage type without arithmetic; convert with "
                     "to(dtype) first"));
}

Dtype kernel_type(const Tensor& x, const char* op) {
  const bool narrow = x.dtype() == float16 || x.dtype() == bfloat16;
  return narrow && !x.device().is_cpu() ? x.dtype()
                                        : compute_type(x.dtype(), op);
}

void check_domain(Domain domain, Dtype dtype, const char* op) {
  switch (domain) {
    case Domain::kFloatOnly:
      CRESSET_CHECK(is_floating(dtype), kDtype, op,
                    ": a floating dtype is needed; got ", dtype);
      break;
    case Domain::kNoBool:
      CRESSET_CHECK(dtype != bool_, kDtype, op,
                    ": not defined for bool tensors; convert with to(dtype) "
                    "or use the logical ops; got bool");
      break;
    case Domain::kInteger:
      CRESSET_CHECK(is_integral(dtype, true), kDtype, op,
                    ": an integer dtype or bool is needed; got ", dtype);
      break;
    case Domain::kIntegerNoBool:
      CRESSET_CHECK(is_integral(dtype), kDtype, op,
                    ": an integer dtype is needed; got ", dtype);
      break;
    default:
      break;
  }
}

Scalar narrowed(const Scalar& value, Dtype dtype) {
  return visit_dtype(dtype,
                     [&](auto t) { return Scalar(value.to<decltype(t)>()); });
}

void check_result_fits(Dtype from, Dtype to, const char* op) {
  CRESSET_CHECK(class_of(from) <= class_of(to), kDtype, op, ": result type ",
                from, " can't be cast to the desired output type ", to);
}

namespace {

// The bytes from a tensor's first element to the end of its last.
struct Extent {
  const char* begin;
  const char* end;

  explicit Extent(const Tensor& x)
      : begin(static_cast<const char*>(x.raw_data())) {
    int64_t last = 0;
    for (size_t d = 0; d < x.sizes().size(); ++d) {
      last += (x.sizes()[d] - 1) * x.strides()[d];
    }
    end = begin + (last + 1) * static_cast<int64_t>(x.itemsize());
  }
};

// Whether y and x certainly share a part of their elements but not all.
bool overlaps_partly(const Tensor& y, const Tensor& x) {
  if (y.is_same(x) || y.storage() != x.storage() || x.numel() == 0) {
    return false;
  }
  const bool dense = (y.is_contiguous() || is_dense(y.sizes(), y.strides())) &&
                     (x.is_contiguous() || is_dense(x.sizes(), x.strides()));
  if (!dense) return false;
  const Extent a(y), b(x);
  if (a.begin == b.begin && a.end == b.end) return y.strides() != x.strides();
  return a.begin < b.end && b.begin < a.end;
}

}  // namespace

void check_writable(const Tensor& y, std::span<const Operand> operands,
                    const char* op) {
  bool same = true;
  for (const Operand& x : operands) {
    same &= !x.is_tensor() || x.tensor().sizes() == y.sizes();
  }
  if (!same) {
    const Shape sizes = broadcast_sizes(operands, op);
    CRESSET_CHECK(sizes == y.shape(), kShape, op,
                  ": the result must have the shape of the first tensor, ",
                  y.sizes(), "; got ", sizes);
  }
  if (y.numel() == 0 || y.device().is_meta()) return;
  if (!y.is_contiguous()) {
    for (size_t d = 0; d < y.sizes().size(); ++d) {
      CRESSET_CHECK(y.strides()[d] != 0 || y.sizes()[d] <= 1, kState, op,
                    ": more than one element of the written-to tensor refers "
                    "to a single memory location; got strides ",
                    y.strides(), ", clone() the tensor first");
    }
  }
  for (const Operand& x : operands) {
    CRESSET_CHECK(!x.is_tensor() || !overlaps_partly(y, x.tensor()), kState, op,
                  ": some elements of the input tensor and the written-to "
                  "tensor refer to a single memory location; clone() one of "
                  "them first");
  }
}

Tensor reduce_grad(const Tensor& g, const Shape& shape, Dtype dtype) {
  const Tensor summed = g.shape() == shape ? g : sum_to_size(g, shape);
  return summed.dtype() == dtype ? summed : summed.to(dtype);
}

}  // namespace cresset::internal
