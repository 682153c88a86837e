// Views and in-place changes. A view remembers its base: the tensor that owns
// the history of the storage. When a view is changed in place, the base gets a
// new history ("all but this region as before, this region from the view"),
// and every other view makes its own anew from the base when it is asked.

#include "cresset/tensor/core/inplace.h"

#include <atomic>
#include <utility>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/core/lost_memory.h"
#include "cresset/tensor/core/with_grad.h"

namespace cresset {
namespace internal {
namespace {

// Where a view lies in its base, both counted from the start of the storage.
struct Region {
  Shape base_sizes, base_strides, sizes, strides;
  int64_t base_offset, offset;

  // The base's elements in new memory of the base's own layout.
  Tensor copy_of_base(const Tensor& g) const {
    Tensor y = empty_strided(base_sizes, base_strides,
                             {.dtype = g.dtype(), .device = g.device()});
    copy_elements(g, y);
    return y;
  }
  Tensor within(const Tensor& base_like) const {
    return alias(base_like, sizes, strides, offset - base_offset);
  }
};

// Three linear maps, each the gradient of another.
Tensor take_region(const Tensor& base, const Region& region);

// Zeros with `part` in the region.
Tensor embed_region(const Tensor& part, const Region& region) {
  Tensor y = empty_strided(region.base_sizes, region.base_strides,
                           {.dtype = part.dtype(), .device = part.device()});
  if (y.numel() != 0) {
    fill_kernel(y.device(), Scalar(0), y);
    copy_elements(part, region.within(y));
  }
  return with_grad(
      "AsStridedBackward", std::move(y), {part},
      [region](const Tensor& g) { return take_region(g, region); });
}

Tensor take_region(const Tensor& base, const Region& region) {
  const Tensor copy = region.copy_of_base(base);
  return with_grad(
      "AsStridedBackward", dense_copy(region.within(copy)), {base},
      [region](const Tensor& g) { return embed_region(g, region); });
}

// The base with zeros in the region.
Tensor clear_region(const Tensor& base, const Region& region) {
  Tensor y = region.copy_of_base(base);
  const Tensor part = region.within(y);
  if (part.numel() != 0) fill_kernel(y.device(), Scalar(0), part);
  return with_grad(
      "CopySlices", std::move(y), {base},
      [region](const Tensor& g) { return clear_region(g, region); });
}

Region region_of(const Tensor& view, const Tensor& base) {
  return {base.shape(),
          base.sizes().size() ? base.strides().shape() : Shape(),
          view.shape(),
          view.strides().shape(),
          base.storage_offset(),
          view.storage_offset()};
}

void take_history(const Tensor& self, const Tensor& result) {
  AutogradMeta& meta = autograd_meta(self);
  const AutogradMeta* from = result.impl().autograd.get();
  const bool recorded = from != nullptr && from->requires_grad;
  meta.node = recorded ? grad_node(result) : Ref<Node>();
  meta.number = recorded ? from->number : 0;
  meta.requires_grad = recorded;
  if (recorded && !meta.node) {  // `result` is a leaf: pass through a node
    const Tensor through = with_grad("CopyBackwards", result.detach(), {result},
                                     [](const Tensor& g) { return g; });
    meta.node = through.impl().autograd->node;
    meta.number = 0;
  }
  if (meta.retained && meta.node) {
    meta.node->extras().retained.push_back({meta.number, meta.retained});
  }
}

}  // namespace

void follow_base(const Tensor& x, const Tensor& y) {
  AutogradMeta& meta = autograd_meta(y);
  const AutogradMeta* own = x.impl().autograd.get();
  meta.base = own != nullptr && own->base.defined() ? own->base : x;
  meta.base_version = y.version();
}

Ref<Node> grad_node(const Tensor& x) {
  AutogradMeta* meta = x.impl().autograd.get();
  if (meta == nullptr) return {};
  if (meta->base.defined() && meta->base_version != x.version() &&
      meta->base.impl().autograd && meta->base.requires_grad()) {
    const EnableGradGuard enable;
    const Tensor part = take_region(meta->base, region_of(x, meta->base));
    meta->node = part.impl().autograd->node;
    meta->number = part.impl().autograd->number;
    meta->base_version = x.version();
  }
  return meta->node;
}

void check_inplace(const Tensor& self, const char* op) {
  check_lost_memory();
  if (!recording() || !wants_grad(self)) return;
  if (self.is_leaf()) {
    throw_error(ErrorCode::kState,
                concat(op,
                       ": a leaf Variable that requires grad is being used "
                       "in an in-place operation."));
  }
  const AutogradMeta& meta = *self.impl().autograd;
  if (meta.base.defined() && wants_grad(meta.base) && meta.base.is_leaf()) {
    throw_error(ErrorCode::kState,
                concat(op,
                       ": a view of a leaf Variable that requires grad is "
                       "being used in an in-place operation."));
  }
}

const Tensor& assign(const Tensor& self, const Tensor& result, const char* op) {
  CRESSET_CHECK(self.sizes() == result.sizes(), kShape, op,
                ": the result does not fit into the tensor; got ",
                result.sizes(), " into ", self.sizes());
  const Tensor value = result.to(self.device(), self.dtype());
  AutogradMeta* meta = self.impl().autograd.get();
  const bool is_view = meta != nullptr && meta->base.defined();
  const bool record = recording() && (wants_grad(value) || wants_grad(self) ||
                                      (is_view && wants_grad(meta->base)));
  if (!record) {
    copy_elements(value, self);
    bump_version(self);
    return self;
  }
  if (!is_view) {
    copy_elements(value, self);
    bump_version(self);
    take_history(self, value);
    return self;
  }
  const Tensor base = meta->base;
  const Region region = region_of(self, base);
  // The base's history first, from values before the change.
  const Tensor before = base;
  Tensor joined = region.copy_of_base(before);
  with_grads("CopySlices", {&joined, 1}, {before, value},
             [region](std::span<const Tensor> g, Grads& grads) {
               if (grads.needs(0)) grads[0] = clear_region(g[0], region);
               if (grads.needs(1)) grads[1] = take_region(g[0], region);
             });
  copy_elements(value, self);
  bump_version(self);
  take_history(base, joined);
  meta->requires_grad = true;
  return self;
}

}  // namespace internal

bool Tensor::is_view() const {
  const auto& meta = impl().autograd;
  return meta && meta->base.defined();
}

bool Tensor::requires_grad() const {
  const internal::AutogradMeta* meta = impl().autograd.get();
  if (meta == nullptr) return false;
  return meta->requires_grad ||
         (meta->base.defined() && meta->base_version != version() &&
          meta->base.requires_grad() && !meta->base.is_leaf());
}

const Tensor& Tensor::requires_grad_(bool value) const {
  CRESSET_CHECK(
      is_leaf(), kState,
      "requires_grad_: you can only change requires_grad flags of "
      "leaf variables; use detach() to take a tensor out of the graph");
  CRESSET_CHECK(!value || is_floating(dtype()) || is_complex(dtype()), kDtype,
                "requires_grad_: only Tensors of floating point and complex "
                "dtype can require gradients; got ",
                dtype());
  if (value || impl().autograd) {
    internal::autograd_meta(*this).requires_grad = value;
  }
  return *this;
}

bool Tensor::is_leaf() const { return !internal::grad_node(*this); }

const Tensor& Tensor::grad() const {
  static const Tensor undefined;
  const internal::AutogradMeta* meta = impl().autograd.get();
  if (meta == nullptr) return undefined;
  return meta->retained ? *meta->retained : meta->grad;
}

void Tensor::set_grad(const Tensor& grad) const {
  if (!grad.defined() && !impl().autograd) return;
  CRESSET_CHECK(!grad.defined() || grad.sizes() == sizes(), kShape,
                "set_grad: the gradient has the tensor's shape ", sizes(),
                "; got ", grad.defined() ? to_string(grad.sizes()) : "none");
  internal::AutogradMeta& meta = internal::autograd_meta(*this);
  (meta.retained ? *meta.retained : meta.grad) = grad;
}

void Tensor::retain_grad() const {
  CRESSET_CHECK(requires_grad(), kState,
                "retain_grad: can't retain_grad on Tensor that has "
                "requires_grad=False");
  internal::AutogradMeta& meta = internal::autograd_meta(*this);
  const auto node = internal::grad_node(*this);
  if (!node || meta.retained) return;
  meta.retained = std::make_shared<Tensor>();
  node->extras().retained.push_back({meta.number, meta.retained});
}

bool Tensor::retains_grad() const {
  const internal::AutogradMeta* meta = impl().autograd.get();
  return meta != nullptr && meta->retained != nullptr;
}

std::string Tensor::grad_fn() const {
  const auto node = internal::grad_node(*this);
  return node ? node->name() : "";
}

const Tensor& Tensor::detach_() const {
  CRESSET_CHECK(!is_view(), kState,
                "detach_: can't detach views in-place; use detach() instead");
  impl().autograd.reset();
  return *this;
}

uint64_t Tensor::register_hook(
    std::function<Tensor(const Tensor&)> hook) const {
  CRESSET_CHECK(requires_grad(), kState,
                "register_hook: cannot register a hook on a tensor that "
                "doesn't require gradient");
  static std::atomic<uint64_t> next{1};
  const uint64_t id = next.fetch_add(1, std::memory_order_relaxed);
  internal::AutogradMeta& meta = internal::autograd_meta(*this);
  const auto node = internal::grad_node(*this);
  auto& hooks = node ? node->extras().hooks : meta.hooks;
  hooks.push_back({id, meta.number, std::move(hook)});
  return id;
}

void Tensor::remove_hook(uint64_t number) const {
  if (!impl().autograd) return;
  const auto node = internal::grad_node(*this);
  auto& hooks = node ? node->extras().hooks : impl().autograd->hooks;
  std::erase_if(hooks, [&](const auto& hook) { return hook.id == number; });
}

}  // namespace cresset
