// The tape: nodes that compute gradients, the edges between them, and what a
// node may keep from the forward pass.
//
// Nodes are numbered as they are made and an edge always leads to an older
// one, so backward (backward.cc) walks them by falling number and needs no
// count of dependencies. A leaf has no node: edges lead to the leaf itself.

#ifndef CRESSET_TENSOR_CORE_NODE_H_
#define CRESSET_TENSOR_CORE_NODE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "cresset/tensor/core/ref.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset::internal {

class Node;
class Saved;

using GradHook = std::function<Tensor(const Tensor&)>;

// Where a gradient goes: output `number` of node `node`, or a leaf.
struct Edge {
  Ref<Node> node;
  Ref<TensorImpl> leaf;
  uint32_t number = 0;

  explicit operator bool() const { return node || leaf; }
};

// The gradients that a node hands to its inputs.
class Grads {
 public:
  explicit Grads(std::span<const Edge> edges) : edges_(edges) {
    if (edges.size() > kInline) more_.resize(edges.size());
  }
  size_t size() const { return edges_.size(); }
  // Whether input i wants a gradient; computing others is wasted work.
  bool needs(size_t i) const { return static_cast<bool>(edges_[i]); }
  Tensor& operator[](size_t i) { return more_.empty() ? few_[i] : more_[i]; }

 private:
  static constexpr size_t kInline = 4;
  std::span<const Edge> edges_;
  Tensor few_[kInline];
  std::vector<Tensor> more_;
};

class Node : public RefCounted {
 public:
  const char* name() const { return name_; }
  uint64_t sequence() const { return sequence_; }
  std::span<const Edge> edges() const { return {edges_, num_edges_}; }

  // From the gradients of the outputs (undefined where none arrived) to those
  // of the inputs.
  virtual void backward(std::span<const Tensor> outputs, Grads& inputs) = 0;

  // Drops the saved tensors; a later backward through them is an error.
  void release_saved();
  bool released() const { return released_; }

  uint32_t num_outputs() const { return num_outputs_; }
  uint32_t add_output() { return num_outputs_++; }

  struct Hook {
    uint64_t id;
    uint32_t output;
    GradHook call;
  };
  struct Retained {
    uint32_t output;
    std::shared_ptr<Tensor> slot;
  };
  struct Extras {
    std::vector<Hook> hooks;
    std::vector<Retained> retained;
  };
  Extras& extras() {
    if (!extras_) extras_ = std::make_unique<Extras>();
    return *extras_;
  }
  const Extras* extras_or_null() const { return extras_.get(); }

 protected:
  Node(const char* name, size_t num_edges);
  ~Node() override;
  void set_edge(size_t i, const Tensor& input);

  // Frees a chain of any length without recursion.
  void destroy() final;

 private:
  friend class Saved;

  static constexpr size_t kInlineEdges = 2;
  const char* name_;
  uint64_t sequence_;
  Edge* edges_;
  uint32_t num_edges_;
  uint32_t num_outputs_ = 0;
  bool released_ = false;
  Saved* saved_ = nullptr;  // list of what the node keeps
  std::unique_ptr<Extras> extras_;
  Edge inline_edges_[kInlineEdges];
};

// The node whose constructor takes over Saved objects on this thread, and the
// node whose backward runs.
extern thread_local Node* node_under_construction;
extern thread_local Node* running_node;

// A tensor kept for backward: checks that it has not been changed in place and
// that the graph has not been freed. An output of the node itself is kept
// without its history, which would be a cycle, and gets it back when read.
//
// Captured by value in a node's function; moving it into the node registers it
// there.
class Saved {
 public:
  Saved() = default;
  Saved(const Tensor& tensor, bool is_output, uint32_t number);
  Saved(const Saved& other);
  Saved(Saved&& other) noexcept;
  Saved& operator=(const Saved&) = delete;
  Saved& operator=(Saved&&) = delete;
  ~Saved() = default;

  bool defined() const { return defined_; }
  // The tensor. Errors: kState if it changed or the graph was freed.
  Tensor operator()() const;

 private:
  friend class Node;
  void join();

  Tensor tensor_;
  uint32_t version_ = 0;
  uint32_t number_ = 0;
  bool is_output_ = false;
  bool defined_ = false;
  Saved* next_ = nullptr;
};

// Keeps an input of the op. An undefined tensor stays undefined.
inline Saved keep(const Tensor& input) { return Saved(input, false, 0); }

// Keeps output `number` of the op.
inline Saved keep_output(const Tensor& output, uint32_t number = 0) {
  return Saved(output, true, number);
}

template <class F>
class FunctionNode final : public Node {
 public:
  // `function` must be the one object whose Saved members join this node.
  template <class Inputs>
  FunctionNode(const char* name, const Inputs& inputs, F&& function)
      : Node(name, inputs.size()),
        function_((node_under_construction = this, std::move(function))) {
    node_under_construction = nullptr;
    size_t i = 0;
    for (const Tensor& input : inputs) set_edge(i++, input);
  }

  void backward(std::span<const Tensor> outputs, Grads& inputs) override {
    if constexpr (std::is_invocable_v<F&, const Tensor&>) {
      inputs[0] = function_(outputs[0]);
    } else if constexpr (std::is_invocable_v<F&, const Tensor&, Grads&>) {
      function_(outputs[0], inputs);
    } else {
      function_(outputs, inputs);
    }
  }

 private:
  F function_;
};

using TensorRefs = std::initializer_list<std::reference_wrapper<const Tensor>>;

// What autograd knows of a tensor.
struct AutogradMeta {
  Tensor grad;
  Ref<Node> node;       // null for a leaf
  uint32_t number = 0;  // which output of `node`
  bool requires_grad = false;
  std::shared_ptr<Tensor> retained;  // retain_grad() on a non-leaf
  std::vector<Node::Hook> hooks;     // of a leaf
  // For a view: the tensor that owns the history of the storage, and the
  // version at which `node` was right.
  Tensor base;
  uint32_t base_version = 0;

  static void* operator new(size_t bytes) { return pool_allocate(bytes); }
  static void operator delete(void* object, size_t bytes) {
    pool_deallocate(object, bytes);
  }
};

AutogradMeta& autograd_meta(const Tensor& x);

// The node behind `x`, made anew if x is a view whose base was changed in
// place; null for a leaf.
Ref<Node> grad_node(const Tensor& x);

// Where a gradient of `x` goes; empty if none is wanted.
Edge gradient_edge(const Tensor& x);

// Makes `y` output number node->num_outputs() of `node`.
void join(const Tensor& y, const Ref<Node>& node);

// Whether an op on these inputs must be recorded.
inline bool wants_grad(const Tensor& x) {
  return x.defined() && x.impl().autograd && x.requires_grad();
}
bool recording();
template <class Inputs>
bool any_wants_grad(const Inputs& inputs) {
  if (!recording()) return false;
  for (const Tensor& input : inputs) {
    if (wants_grad(input)) return true;
  }
  return false;
}

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_CORE_NODE_H_
