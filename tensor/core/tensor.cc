#include "cresset/tensor/core/tensor.h"

#include <algorithm>
#include <utility>

#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/core/lost_memory.h"
#include "cresset/tensor/core/node.h"

namespace cresset {
namespace internal {
namespace {

bool row_major(IntSpan sizes, IntSpan strides) {
  int64_t step = 1;
  for (size_t i = sizes.size(); i-- > 0;) {
    if (sizes[i] == 0) return true;
    if (sizes[i] != 1) {
      if (strides[i] != step) return false;
      step *= sizes[i];
    }
  }
  return true;
}

}  // namespace

void TensorImpl::refresh() {
  numel = 1;
  for (const int64_t size : sizes) numel *= size;
  is_contiguous = row_major(sizes, strides);
}

Tensor over_storage(StoragePtr storage, Dtype dtype, IntSpan sizes,
                    IntSpan strides, int64_t offset) {
  auto impl = make_ref<TensorImpl>();
  impl->device = storage->device();
  impl->storage = std::move(storage);
  impl->offset = offset;
  impl->sizes = sizes.shape();
  impl->strides = strides.shape();
  impl->dtype = dtype;
  impl->refresh();
  return Tensor(std::move(impl));
}

Tensor alias(const Tensor& x, IntSpan sizes, IntSpan strides, int64_t offset) {
  return over_storage(x.storage(), x.dtype(), sizes, strides, offset);
}

Tensor make_empty(IntSpan shape, Dtype dtype, Device device) {
  auto impl = make_ref<TensorImpl>();
  impl->numel = numel_of(shape);
  int64_t bytes = 0;
  CRESSET_CHECK(!__builtin_mul_overflow(
                    impl->numel, static_cast<int64_t>(itemsize(dtype)), &bytes),
                kShape, "empty: the size in bytes overflows int64; got ", shape,
                " of ", dtype);
  impl->storage = make_ref<Storage>(static_cast<size_t>(bytes), device);
  impl->sizes = shape.shape();
  impl->strides = contiguous_strides(shape);
  impl->dtype = dtype;
  impl->device = device;
  return Tensor(std::move(impl));
}

bool is_dense(IntSpan sizes, IntSpan strides) {
  Shape order(sizes.size());
  for (size_t i = 0; i < sizes.size(); ++i) order[i] = static_cast<int64_t>(i);
  std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return strides[static_cast<size_t>(a)] < strides[static_cast<size_t>(b)];
  });
  int64_t step = 1;
  for (const int64_t i : order) {
    const auto d = static_cast<size_t>(i);
    if (sizes[d] == 0) return true;
    if (sizes[d] == 1) continue;
    if (strides[d] != step) return false;
    step *= sizes[d];
  }
  return true;
}

}  // namespace internal

void Tensor::throw_undefined() {
  internal::throw_error(
      ErrorCode::kState,
      "tensor: an undefined tensor was used; assign it first");
}

void Tensor::check_data_type(Dtype wanted) const {
  CRESSET_CHECK(wanted == dtype(), kDtype, "data: the tensor holds ", dtype(),
                "; got a request for ", wanted,
                ", use data<T>() of its own type "
                "or convert with to(dtype)");
}

void* Tensor::raw_data() const {
  const internal::TensorImpl& x = impl();
  CRESSET_CHECK(!x.device.is_meta(), kDevice,
                "data: tensors on the meta device have no data");
  // As integers: an empty tensor may have an offset into no memory at all.
  return reinterpret_cast<void*>(  // NOLINT
      reinterpret_cast<uintptr_t>(x.storage->data()) +
      static_cast<uintptr_t>(x.offset) * itemsize());
}

int64_t Tensor::size(int64_t d) const {
  return impl().sizes[static_cast<size_t>(wrap_dim(d, dim(), "size"))];
}

int64_t Tensor::stride(int64_t d) const {
  return impl().strides[static_cast<size_t>(wrap_dim(d, dim(), "stride"))];
}

Scalar Tensor::item() const {
  CRESSET_CHECK(numel() == 1, kShape,
                "item: only one element tensors can be converted to a number; "
                "got ",
                sizes());
  const Tensor host = device().is_cpu() ? *this : cpu();
  const Scalar value = visit_dtype(
      dtype(), [&](auto t) { return Scalar(*host.data<decltype(t)>()); });
  internal::check_lost_memory();
  return value;
}

Tensor Tensor::detach() const {
  return internal::alias(*this, sizes(), strides(), storage_offset());
}

void Tensor::set_data(const Tensor& source) const {
  internal::TensorImpl& to = impl();
  const internal::TensorImpl& from = source.impl();
  to.storage = from.storage;
  to.offset = from.offset;
  to.numel = from.numel;
  to.sizes = from.sizes;
  to.strides = from.strides;
  to.dtype = from.dtype;
  to.device = from.device;
  to.is_contiguous = from.is_contiguous;
}

Tensor empty(IntSpan shape, const TensorOptions& options) {
  Tensor y = internal::make_empty(
      shape, options.dtype.value_or(get_default_dtype()), options.device);
  if (options.requires_grad) y.requires_grad_();
  return y;
}

Tensor empty_strided(IntSpan shape, IntSpan strides,
                     const TensorOptions& options) {
  CRESSET_CHECK(shape.size() == strides.size(), kShape,
                "empty_strided: as many strides as sizes are needed; got ",
                shape, " and ", strides);
  const int64_t numel = numel_of(shape);
  int64_t extent = numel == 0 ? 0 : 1;
  for (size_t i = 0; i < shape.size(); ++i) {
    CRESSET_CHECK(strides[i] >= 0, kValue,
                  "empty_strided: strides must be >= 0; got ", strides);
    if (numel != 0) extent += (shape[i] - 1) * strides[i];
  }
  const Dtype dtype = options.dtype.value_or(get_default_dtype());
  auto storage = internal::make_ref<Storage>(
      static_cast<size_t>(extent) * itemsize(dtype), options.device);
  Tensor y =
      internal::over_storage(std::move(storage), dtype, shape, strides, 0);
  if (options.requires_grad) y.requires_grad_();
  return y;
}

Tensor empty_like(const Tensor& x, std::optional<Dtype> dtype) {
  return internal::make_empty(x.sizes(), dtype.value_or(x.dtype()), x.device());
}

Tensor from_blob(void* data, IntSpan shape, Dtype dtype,
                 std::shared_ptr<void> owner) {
  const auto bytes = static_cast<size_t>(numel_of(shape)) * itemsize(dtype);
  return internal::over_storage(
      internal::make_ref<Storage>(data, bytes, Device(), std::move(owner)),
      dtype, shape, contiguous_strides(shape), 0);
}

}  // namespace cresset
