// Tensor: a shared handle to a strided view of a storage.
//
// Copying a Tensor copies the handle, as in Python; `clone()` copies the
// elements. Ops are free functions (tensor/ops); the methods that PyTorch code
// uses are declared in methods.h and forward to them.

#ifndef CRESSET_TENSOR_CORE_TENSOR_H_
#define CRESSET_TENSOR_CORE_TENSOR_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cresset/tensor/base/device.h"
#include "cresset/tensor/base/dtype.h"
#include "cresset/tensor/base/error.h"
#include "cresset/tensor/base/scalar.h"
#include "cresset/tensor/base/shape.h"
#include "cresset/tensor/core/methods.h"
#include "cresset/tensor/core/ref.h"
#include "cresset/tensor/core/storage.h"

namespace cresset {

class Tensor;

namespace internal {

class Node;
struct AutogradMeta;

struct AutogradMetaDeleter {
  void operator()(AutogradMeta* meta) const;
};

// What a Tensor points to.
struct TensorImpl final : RefCounted {
  StoragePtr storage;
  int64_t offset = 0;  // in elements
  int64_t numel = 1;
  Shape sizes;
  Shape strides;  // in elements
  Dtype dtype = float32;
  Device device;
  bool is_contiguous = true;
  // Present only once autograd has something to say about the tensor.
  std::unique_ptr<AutogradMeta, AutogradMetaDeleter> autograd;

  // Recomputes numel and is_contiguous from sizes and strides.
  void refresh();
};

}  // namespace internal

/// How a factory function makes its tensor.
struct TensorOptions {
  std::optional<Dtype> dtype = std::nullopt;  ///< default: the default dtype
  Device device = default_device();           ///< default: default_device()
  bool requires_grad = false;
};

/// An n-dimensional array that can take part in automatic differentiation.
///
/// Torch: torch.Tensor
/// Threads: distinct handles may be used from distinct threads; writing to a
///          storage that another thread reads or writes needs the caller's
///          own synchronisation.
class Tensor : public TensorMethods {
 public:
  /// An undefined tensor: only defined() and assignment may be used on it.
  Tensor() = default;
  explicit Tensor(internal::Ref<internal::TensorImpl> impl)
      : impl_(std::move(impl)) {}

  Tensor(const Tensor&) = default;
  Tensor(Tensor&&) noexcept = default;
  Tensor& operator=(const Tensor&) & = default;
  Tensor& operator=(Tensor&&) & noexcept = default;
  /// `x[0] = y` writes y's elements into the view, as in Python: assignment
  /// to a temporary handle would have no effect at all.
  const Tensor& operator=(const Tensor& y) && { return copy_(y); }
  const Tensor& operator=(const Scalar& value) && { return fill_(value); }

  bool defined() const { return static_cast<bool>(impl_); }

  IntSpan sizes() const { return impl().sizes; }
  IntSpan strides() const { return impl().strides; }
  const Shape& shape() const { return impl().sizes; }
  int64_t dim() const { return static_cast<int64_t>(impl().sizes.size()); }
  int64_t numel() const { return impl().numel; }
  Dtype dtype() const { return impl().dtype; }
  Device device() const { return impl().device; }
  int64_t storage_offset() const { return impl().offset; }
  const StoragePtr& storage() const { return impl().storage; }
  size_t itemsize() const { return cresset::itemsize(impl().dtype); }
  size_t nbytes() const { return itemsize() * static_cast<size_t>(numel()); }
  bool is_contiguous() const { return impl().is_contiguous; }
  bool is_floating_point() const { return is_floating(dtype()); }

  /// Size of one dimension; `dim` may be negative.
  /// Errors: kIndex if out of range.
  int64_t size(int64_t dim) const;
  int64_t stride(int64_t dim) const;

  /// Address of the first element on the tensor's device.
  /// Errors: kDtype if T is not the C++ type of the dtype; kDevice for meta.
  template <class T>
  T* data() const {
    check_data_type(dtype_of<std::remove_const_t<T>>);
    return static_cast<T*>(raw_data());
  }
  /// The same without a type.
  void* raw_data() const;

  /// The single element as a number.
  /// Errors: kShape unless numel() is 1.
  /// Torch:  tensor.item()
  Scalar item() const;
  template <class T>
  T item() const {
    return item().to<T>();
  }

  // Autograd. grad_mode.h has the guards, autograd.h the rest.

  /// Whether gradients are recorded for this tensor.
  bool requires_grad() const;
  /// Errors: kState on a non-leaf; kDtype unless floating or complex.
  const Tensor& requires_grad_(bool value = true) const;
  bool is_leaf() const;
  /// The gradient that backward() has added up; undefined before.
  const Tensor& grad() const;
  void set_grad(const Tensor& grad) const;
  /// Keeps the gradient of a non-leaf.
  /// Errors: kState if the tensor does not require a gradient.
  void retain_grad() const;
  bool retains_grad() const;
  /// Name of the op that made this tensor: "AddBackward"; empty for a leaf.
  std::string grad_fn() const;
  /// Number of in-place changes of the storage.
  uint32_t version() const { return impl().storage->version(); }
  /// The same elements outside the graph.
  Tensor detach() const;
  const Tensor& detach_() const;
  /// Calls `hook` with the gradient of this tensor when it is known; a defined
  /// result replaces the gradient. Returns a number for remove_hook.
  /// Errors: kState if the tensor does not require a gradient.
  /// Torch:  tensor.register_hook(hook)
  uint64_t register_hook(std::function<Tensor(const Tensor&)> hook) const;
  void remove_hook(uint64_t number) const;
  /// Whether this is a view that autograd follows (torch's `_is_view`).
  bool is_view() const;

  /// Computes gradients of this tensor with respect to all leaves below it and
  /// adds them to their grad().
  ///
  /// Errors: kState if nothing here requires a gradient or the graph was freed
  ///         by an earlier backward; kShape if `gradient` is absent and this
  ///         has more than one element, or has another shape.
  /// Torch:  tensor.backward(gradient, retain_graph, create_graph)
  void backward(const Tensor& gradient = Tensor(), bool retain_graph = false,
                bool create_graph = false) const;

  // Copies and conversions (copy.h).

  /// Torch: tensor.contiguous()
  Tensor contiguous() const;
  /// A copy of the elements with the same strides if they are dense.
  /// Gradient: g. Torch: tensor.clone()
  Tensor clone() const;
  /// Gradient: g, converted back. Torch: tensor.to(dtype), tensor.to(device)
  Tensor to(Dtype dtype) const;
  Tensor to(Device device) const;
  Tensor to(Device device, Dtype dtype) const;
  Tensor to(const char* device) const { return to(Device(device)); }
  Tensor cpu() const { return to(Device()); }
  /// Copies the elements of `source`, broadcast and converted, into this one.
  /// Gradient: zero to the old value, g to the source. Torch: x.copy_(source)
  const Tensor& copy_(const Tensor& source) const;
  const Tensor& fill_(const Scalar& value) const;
  const Tensor& zero_() const { return fill_(0); }

  // For the layers above.
  internal::TensorImpl& impl() const {
    if (!impl_) [[unlikely]]
      throw_undefined();
    return *impl_;
  }
  const internal::Ref<internal::TensorImpl>& impl_ref() const { return impl_; }
  bool is_same(const Tensor& other) const { return impl_ == other.impl_; }

  /// Replaces what this handle's tensor holds; other handles to it see the
  /// change. Module::to uses it so that parameters keep their identity.
  void set_data(const Tensor& source) const;

 private:
  [[noreturn]] static void throw_undefined();
  void check_data_type(Dtype wanted) const;

  internal::Ref<internal::TensorImpl> impl_;
};

/// Uninitialised tensors.
///
/// Errors: kShape for negative sizes; kDevice if the device has no backend.
/// Torch:  torch.empty(shape), torch.empty_strided(shape, strides)
Tensor empty(IntSpan shape, const TensorOptions& options = {});
Tensor empty_strided(IntSpan shape, IntSpan strides,
                     const TensorOptions& options = {});

/// Uninitialised tensor with the shape, dtype and device of `x`, row-major.
Tensor empty_like(const Tensor& x, std::optional<Dtype> dtype = std::nullopt);

/// A tensor over memory that somebody else owns, kept alive by `owner`.
/// Torch: torch.from_blob in LibTorch.
Tensor from_blob(void* data, IntSpan shape, Dtype dtype,
                 std::shared_ptr<void> owner = nullptr);

namespace internal {

// Another view of x's storage, unknown to autograd; the offset counts from the
// start of the storage. The caller has checked that it stays inside.
Tensor alias(const Tensor& x, IntSpan sizes, IntSpan strides, int64_t offset);

// A tensor over a whole storage.
Tensor over_storage(StoragePtr storage, Dtype dtype, IntSpan sizes,
                    IntSpan strides, int64_t offset);

// empty() without options parsing: the short path of every op.
Tensor make_empty(IntSpan shape, Dtype dtype, Device device);

// Whether the elements of a strided view occupy distinct places and fill
// their range, in some order of the dimensions.
bool is_dense(IntSpan sizes, IntSpan strides);

}  // namespace internal
}  // namespace cresset

#endif  // CRESSET_TENSOR_CORE_TENSOR_H_
