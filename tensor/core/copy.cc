#include "cresset/tensor/core/copy.h"

#include <utility>

#include "cresset/tensor/core/inplace.h"
#include "cresset/tensor/core/with_grad.h"

namespace cresset {
namespace internal {

constinit CopyKernel copy_kernel{"copy", copy_cpu};
constinit FillKernel fill_kernel{"fill", fill_cpu};
constinit AddKernel add_kernel{"add", add_cpu};

void copy_elements(const Tensor& from, const Tensor& to) {
  if (to.numel() == 0 || to.device().is_meta()) return;
  if (from.device() == to.device() || from.device().is_cpu()) {
    copy_kernel(to.device(), from, to);
  } else {
    copy_kernel(from.device(), from, to);
  }
}

Tensor filled(IntSpan shape, const Scalar& value, Dtype dtype, Device device) {
  Tensor y = make_empty(shape, dtype, device);
  if (y.numel() != 0 && !device.is_meta()) fill_kernel(device, value, y);
  return y;
}

Tensor dense_copy(const Tensor& x) {
  Tensor y = make_empty(x.sizes(), x.dtype(), x.device());
  copy_elements(x, y);
  return y;
}

Tensor broadcast_alias(const Tensor& x, IntSpan sizes, const char* op) {
  if (x.sizes() == sizes) return x;
  const size_t rank = sizes.size();
  const size_t own = x.sizes().size();
  Shape strides(rank);
  bool fits = own <= rank;
  for (size_t i = 0; fits && i < own; ++i) {
    const int64_t size = x.sizes()[own - 1 - i];
    const size_t at = rank - 1 - i;
    fits = size == sizes[at] || size == 1;
    strides[at] = size == 1 && sizes[at] != 1 ? 0 : x.strides()[own - 1 - i];
  }
  CRESSET_CHECK(fits, kShape, op, ": ", x.sizes(), " does not broadcast to ",
                sizes);
  return alias(x, sizes, strides, x.storage_offset());
}

Tensor sum_of_gradients(const Tensor& a, const Tensor& b) {
  CRESSET_CHECK(a.sizes() == b.sizes() && a.dtype() == b.dtype(), kInternal,
                "backward: gradients of one tensor differ: ", a.sizes(), " of ",
                a.dtype(), " and ", b.sizes(), " of ", b.dtype());
  const Tensor x = a.is_contiguous() ? a : dense_copy(a);
  const Tensor z = b.is_contiguous() ? b : dense_copy(b);
  Tensor y = make_empty(x.sizes(), x.dtype(), x.device());
  if (y.numel() != 0 && !y.device().is_meta()) add_kernel(y.device(), x, z, y);
  return with_grad("AddBackward", std::move(y), {a, b},
                   [](const Tensor& g, Grads& grads) {
                     if (grads.needs(0)) grads[0] = g;
                     if (grads.needs(1)) grads[1] = g;
                   });
}

}  // namespace internal

Tensor Tensor::contiguous() const {
  if (is_contiguous()) return *this;
  return internal::with_grad("CloneBackward", internal::dense_copy(*this),
                             {*this}, [](const Tensor& g) { return g; });
}

Tensor Tensor::clone() const {
  Tensor y = internal::is_dense(sizes(), strides())
                 ? empty_strided(sizes(), strides(),
                                 {.dtype = dtype(), .device = device()})
                 : internal::make_empty(sizes(), dtype(), device());
  internal::copy_elements(*this, y);
  return internal::with_grad("CloneBackward", std::move(y), {*this},
                             [](const Tensor& g) { return g; });
}

Tensor Tensor::to(Device to_device, Dtype to_dtype) const {
  if (to_device == device() && to_dtype == dtype()) return *this;
  Tensor y = internal::is_dense(sizes(), strides())
                 ? empty_strided(sizes(), strides(),
                                 {.dtype = to_dtype, .device = to_device})
                 : internal::make_empty(sizes(), to_dtype, to_device);
  internal::copy_elements(*this, y);
  return internal::with_grad("ToCopyBackward", std::move(y), {*this},
                             [from = device(), type = dtype()](
                                 const Tensor& g) { return g.to(from, type); });
}

Tensor Tensor::to(Dtype to_dtype) const { return to(device(), to_dtype); }
Tensor Tensor::to(Device to_device) const { return to(to_device, dtype()); }

const Tensor& Tensor::fill_(const Scalar& value) const {
  internal::check_inplace(*this, "fill_");
  if (internal::any_wants_grad(internal::TensorRefs{*this})) {
    return internal::assign(
        *this, internal::filled(sizes(), value, dtype(), device()), "fill_");
  }
  if (numel() != 0 && !device().is_meta()) {
    internal::fill_kernel(device(), value, *this);
  }
  internal::bump_version(*this);
  return *this;
}

const Tensor& Tensor::copy_(const Tensor& source) const {
  internal::check_inplace(*this, "copy_");
  const Tensor wide = internal::broadcast_alias(source, sizes(), "copy_");
  if (!internal::any_wants_grad(internal::TensorRefs{*this, source})) {
    internal::copy_elements(wide, *this);
    internal::bump_version(*this);
    return *this;
  }
  CRESSET_CHECK(source.sizes() == sizes(), kUnsupported,
                "copy_: expand the source to ", sizes(),
                " first, while gradients are recorded; got ", source.sizes());
  return internal::assign(*this, source.to(device(), dtype()), "copy_");
}

}  // namespace cresset
