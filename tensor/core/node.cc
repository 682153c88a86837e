#include "cresset/tensor/core/node.h"

#include <atomic>

#include "cresset/tensor/base/error.h"
#include "cresset/tensor/core/grad_mode.h"

namespace cresset {
namespace {

thread_local bool grad_enabled = true;
std::atomic<uint64_t> next_sequence{1};

// Nodes whose last reference is gone. Deleting one may drop the last reference
// to the next, so the first one on a thread deletes all that follow.
thread_local std::vector<internal::Node*>* graveyard = nullptr;

}  // namespace

bool is_grad_enabled() { return grad_enabled; }
void set_grad_enabled(bool value) { grad_enabled = value; }

namespace internal {

thread_local Node* node_under_construction = nullptr;
thread_local Node* running_node = nullptr;

bool recording() { return grad_enabled; }

void AutogradMetaDeleter::operator()(AutogradMeta* meta) const { delete meta; }

Node::Node(const char* name, size_t num_edges)
    : name_(name),
      sequence_(next_sequence.fetch_add(1, std::memory_order_relaxed)),
      edges_(num_edges <= kInlineEdges ? inline_edges_ : new Edge[num_edges]),
      num_edges_(static_cast<uint32_t>(num_edges)) {}

Node::~Node() {
  if (edges_ != inline_edges_) delete[] edges_;
}

void Node::set_edge(size_t i, const Tensor& input) {
  edges_[i] = gradient_edge(input);
}

void Node::destroy() {
  if (graveyard != nullptr) {
    graveyard->push_back(this);
    return;
  }
  std::vector<Node*> pending;
  graveyard = &pending;
  delete this;
  while (!pending.empty()) {
    Node* node = pending.back();
    pending.pop_back();
    delete node;
  }
  graveyard = nullptr;
}

void Node::release_saved() {
  released_ = true;
  for (Saved* saved = saved_; saved != nullptr; saved = saved->next_) {
    saved->tensor_ = Tensor();
  }
}

Saved::Saved(const Tensor& tensor, bool is_output, uint32_t number)
    : number_(number), is_output_(is_output), defined_(tensor.defined()) {
  if (!defined_) return;
  version_ = tensor.impl().storage->version();
  if (!is_output) {
    tensor_ = tensor;
  } else if (recording()) {
    tensor_ = alias(tensor, tensor.sizes(), tensor.strides(),
                    tensor.storage_offset());
  }
}

Saved::Saved(const Saved& other)
    : tensor_(other.tensor_),
      version_(other.version_),
      number_(other.number_),
      is_output_(other.is_output_),
      defined_(other.defined_) {
  join();
}

Saved::Saved(Saved&& other) noexcept
    : tensor_(std::move(other.tensor_)),
      version_(other.version_),
      number_(other.number_),
      is_output_(other.is_output_),
      defined_(other.defined_) {
  join();
}

void Saved::join() {
  if (node_under_construction == nullptr) return;
  next_ = node_under_construction->saved_;
  node_under_construction->saved_ = this;
}

Tensor Saved::operator()() const {
  if (!defined_) return Tensor();
  CRESSET_CHECK(
      tensor_.defined(), kState,
      "Trying to backward through the graph a second time (or directly access "
      "saved tensors after they have already been freed). Saved intermediate "
      "values of the graph are freed when you call .backward() or "
      "autograd.grad(). Specify retain_graph=True if you need to backward "
      "through the graph a second time or if you need to access saved tensors "
      "after calling backward.");
  const uint32_t version = tensor_.impl().storage->version();
  CRESSET_CHECK(
      version == version_, kState,
      "one of the variables needed for gradient computation has been modified "
      "by an inplace operation: [",
      tensor_.dtype(), " ", tensor_.sizes(), "], which is ",
      is_output_ ? "output " : "an input of ",
      is_output_ ? concat(number_, " of ") : std::string(),
      running_node != nullptr ? running_node->name() : "the op",
      ", is at version ", version, "; expected version ", version_,
      " instead. Clone the tensor before changing it, or use the out-of-place "
      "op");
  if (!is_output_ || running_node == nullptr || !recording()) return tensor_;
  // Give the output its history back, so that second derivatives flow.
  Tensor output = alias(tensor_, tensor_.sizes(), tensor_.strides(),
                        tensor_.storage_offset());
  AutogradMeta& meta = autograd_meta(output);
  meta.node = Ref<Node>(running_node);
  meta.number = number_;
  meta.requires_grad = true;
  return output;
}

AutogradMeta& autograd_meta(const Tensor& x) {
  auto& meta = x.impl().autograd;
  if (!meta) meta.reset(new AutogradMeta);
  return *meta;
}

Edge gradient_edge(const Tensor& x) {
  if (!wants_grad(x)) return {};
  Edge edge;
  edge.node = grad_node(x);
  if (edge.node) {
    edge.number = x.impl().autograd->number;
  } else {
    edge.leaf = x.impl_ref();
  }
  return edge;
}

void join(const Tensor& y, const Ref<Node>& node) {
  const uint32_t number = node->add_output();
  if (!y.defined() || !(is_floating(y.dtype()) || is_complex(y.dtype())))
    return;
  AutogradMeta& meta = autograd_meta(y);
  meta.node = node;
  meta.number = number;
  meta.requires_grad = true;
}

}  // namespace internal
}  // namespace cresset
