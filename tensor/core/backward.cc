// The walk over the tape. Nodes wait in a heap and run by falling number: all
// consumers of a node are younger than it, so when it comes up its gradient is
// complete. Nothing is recursive; leaves get their sums at the end, so an
// error on the way changes no grad().

#include <algorithm>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "cresset/tensor/core/autograd.h"
#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/node.h"

namespace cresset {
namespace internal {
namespace {

// Whether this handle is the only way to reach the elements.
bool sole_owner(const Tensor& x) {
  return x.impl().use_count() == 1 && x.storage()->use_count() == 1;
}

void add_gradient(Tensor& sum, const Tensor& g) {
  if (!sum.defined()) {
    sum = g;
    return;
  }
  if (!recording() && sole_owner(sum) && sum.is_contiguous() &&
      g.is_contiguous() && sum.dtype() == g.dtype() &&
      sum.sizes() == g.sizes() && !sum.device().is_meta()) {
    if (sum.numel() != 0) add_kernel(sum.device(), sum, g, sum);
    return;
  }
  sum = sum_of_gradients(sum, g);
}

// A node that has gradients waiting.
struct Task {
  Ref<Node> node;
  Tensor first;              // gradient of output 0
  std::vector<Tensor> more;  // of all outputs, if there are several

  Tensor& slot(uint32_t number) {
    if (node->num_outputs() <= 1) return first;
    more.resize(node->num_outputs());
    return more[number];
  }
  std::span<const Tensor> gradients() const {
    return more.empty() ? std::span<const Tensor>(&first, 1)
                        : std::span<const Tensor>(more);
  }
};

// Open-addressing map from node to task: the only lookup on the hot path.
class TaskTable {
 public:
  Task& find_or_add(const Ref<Node>& node, bool& added) {
    if (2 * (used_ + 1) > keys_.size()) grow();
    size_t at = hash(node.get());
    while (keys_[at] != nullptr && keys_[at] != node.get()) at = next(at);
    added = keys_[at] == nullptr;
    if (added) {
      keys_[at] = node.get();
      ++used_;
      if (free_.empty()) {
        places_[at] = tasks_.size();
        tasks_.push_back(std::make_unique<Task>());
      } else {
        places_[at] = free_.back();
        free_.pop_back();
      }
      tasks_[places_[at]]->node = node;
    }
    return *tasks_[places_[at]];
  }

  Task take(const Node* node) {
    size_t at = hash(node);
    while (keys_[at] != node) at = next(at);
    Task task = std::move(*tasks_[places_[at]]);
    *tasks_[places_[at]] = Task();
    free_.push_back(places_[at]);
    --used_;
    // Close the gap so that probing needs no tombstones.
    size_t hole = at;
    for (size_t i = next(at); keys_[i] != nullptr; i = next(i)) {
      const size_t home = hash(keys_[i]);
      const bool movable =
          hole <= i ? (home <= hole || home > i) : (home <= hole && home > i);
      if (movable) {
        keys_[hole] = keys_[i];
        places_[hole] = places_[i];
        hole = i;
      }
    }
    keys_[hole] = nullptr;
    return task;
  }

 private:
  size_t hash(const Node* node) const {
    return (reinterpret_cast<uintptr_t>(node) * 0x9e3779b97f4a7c15ull >> 20) &
           (keys_.size() - 1);
  }
  size_t next(size_t at) const { return (at + 1) & (keys_.size() - 1); }
  void grow() {
    const std::vector<const Node*> keys = std::move(keys_);
    const std::vector<size_t> places = std::move(places_);
    keys_.assign(std::max<size_t>(64, 2 * keys.size()), nullptr);
    places_.assign(keys_.size(), 0);
    for (size_t i = 0; i < keys.size(); ++i) {
      if (keys[i] == nullptr) continue;
      size_t at = hash(keys[i]);
      while (keys_[at] != nullptr) at = next(at);
      keys_[at] = keys[i];
      places_[at] = places[i];
    }
  }

  std::vector<const Node*> keys_;
  std::vector<size_t> places_;
  std::vector<std::unique_ptr<Task>> tasks_;
  std::vector<size_t> free_;
  size_t used_ = 0;
};

struct Leaf {
  Ref<TensorImpl> impl;
  Tensor gradient;
};

class RunningNodeGuard {
 public:
  explicit RunningNodeGuard(Node* node)
      : before_(std::exchange(running_node, node)) {}
  ~RunningNodeGuard() { running_node = before_; }
  RunningNodeGuard(const RunningNodeGuard&) = delete;
  RunningNodeGuard& operator=(const RunningNodeGuard&) = delete;

 private:
  Node* before_;
};

// One call of backward() or grad().
class Walk {
 public:
  Walk(bool keep_graph, std::span<const Tensor> wanted)
      : keep_graph_(keep_graph), wanted_(wanted), captured_(wanted.size()) {
    for (size_t i = 0; i < wanted.size(); ++i) {
      wanted_edges_.push_back(gradient_edge(wanted[i]));
    }
  }

  void start(const Tensor& root, const Tensor& gradient) {
    const Edge edge = gradient_edge(root);
    if (!wanted_.empty()) mark_needed(edge);
    deliver(edge, gradient, "the root");
  }

  void run() {
    while (!heap_.empty()) {
      std::pop_heap(heap_.begin(), heap_.end(), older);
      Node* node = heap_.back();
      heap_.pop_back();
      Task task = tasks_.take(node);
      finish(task);
      if (!wanted_.empty() && !needed_.contains(node)) continue;
      Grads inputs(node->edges());
      {
        const RunningNodeGuard guard(node);
        node->backward(task.gradients(), inputs);
      }
      if (!keep_graph_) node->release_saved();
      for (size_t i = 0; i < inputs.size(); ++i) {
        if (inputs.needs(i) && inputs[i].defined()) {
          deliver(node->edges()[i], std::move(inputs[i]), node->name());
        }
      }
    }
    finish_leaves();
  }

  std::vector<Tensor> captured() { return std::move(captured_); }

 private:
  static bool older(const Node* a, const Node* b) {
    return a->sequence() < b->sequence();
  }

  void deliver(const Edge& edge, Tensor gradient, const char* from) {
    if (edge.leaf) {
      CRESSET_CHECK(gradient.sizes() == IntSpan(edge.leaf->sizes), kInternal,
                    from, " returned a gradient of shape ", gradient.sizes(),
                    " for a leaf of shape ", edge.leaf->sizes);
      const auto [place, added] =
          leaf_places_.try_emplace(edge.leaf.get(), leaves_.size());
      if (added) leaves_.push_back({edge.leaf, Tensor()});
      add_gradient(leaves_[place->second].gradient, std::move(gradient));
      return;
    }
    if (!edge.node) return;
    bool added = false;
    Task& task = tasks_.find_or_add(edge.node, added);
    if (added) {
      heap_.push_back(edge.node.get());
      std::push_heap(heap_.begin(), heap_.end(), older);
    }
    add_gradient(task.slot(edge.number), std::move(gradient));
  }

  // Hooks, retained gradients and captures of a node's outputs.
  void finish(Task& task) {
    Node& node = *task.node;
    if (const Node::Extras* extras = node.extras_or_null()) {
      const auto hooks = extras->hooks;  // a hook may remove itself
      for (const Node::Hook& hook : hooks) {
        Tensor& g = task.slot(hook.output);
        if (!g.defined()) continue;
        const Tensor replaced = hook.call(g);
        if (replaced.defined()) g = replaced;
      }
      for (const Node::Retained& retained : extras->retained) {
        Tensor& g = task.slot(retained.output);
        if (!g.defined()) continue;
        Tensor& sum = *retained.slot;
        sum = sum.defined() ? sum_of_gradients(sum, g)
                            : (recording() ? g : g.clone());
      }
    }
    for (size_t i = 0; i < wanted_.size(); ++i) {
      if (wanted_edges_[i].node.get() == &node) {
        captured_[i] = task.slot(wanted_edges_[i].number);
      }
    }
  }

  void finish_leaves() {
    for (Leaf& leaf : leaves_) {
      const Tensor x(leaf.impl);
      AutogradMeta& meta = autograd_meta(x);
      const auto hooks = meta.hooks;
      for (const Node::Hook& hook : hooks) {
        const Tensor replaced = hook.call(leaf.gradient);
        if (replaced.defined()) leaf.gradient = replaced;
      }
      if (!wanted_.empty()) {
        for (size_t i = 0; i < wanted_.size(); ++i) {
          if (wanted_edges_[i].leaf.get() == leaf.impl.get()) {
            captured_[i] = leaf.gradient;
          }
        }
        continue;
      }
      accumulate(meta.grad, std::move(leaf.gradient));
    }
  }

  static void accumulate(Tensor& grad, Tensor g) {
    if (grad.defined()) {
      if (recording()) {
        grad = sum_of_gradients(grad, g);
      } else if (grad.is_contiguous() && grad.dtype() == g.dtype()) {
        const Tensor dense = g.is_contiguous() ? g : dense_copy(g);
        if (grad.numel() != 0) add_kernel(grad.device(), grad, dense, grad);
        grad.storage()->bump_version();
      } else {
        copy_elements(sum_of_gradients(grad, g), grad);
        grad.storage()->bump_version();
      }
      return;
    }
    if (recording() || (sole_owner(g) && g.is_contiguous())) {
      grad = std::move(g);
    } else {
      grad = g.clone();
    }
  }

  // Finds the nodes from which a wanted tensor can be reached.
  void mark_needed(const Edge& root) {
    if (!root.node) return;
    struct Visit {
      const Node* node;
      size_t next = 0;
      bool needed = false;
    };
    std::vector<Visit> stack;
    const auto enter = [&](const Node* node) {
      if (!seen_.insert(node).second) return;
      stack.push_back({node});
    };
    enter(root.node.get());
    while (!stack.empty()) {
      Visit& top = stack.back();
      const auto edges = top.node->edges();
      if (top.next == edges.size()) {
        const Visit done = top;
        stack.pop_back();
        if (done.needed) {
          needed_.insert(done.node);
          if (!stack.empty()) stack.back().needed = true;
        }
        continue;
      }
      const Edge& edge = edges[top.next];
      if (is_wanted(edge) || (edge.node && needed_.contains(edge.node.get()))) {
        top.needed = true;
      }
      ++top.next;
      if (edge.node) enter(edge.node.get());
    }
  }

  bool is_wanted(const Edge& edge) const {
    return std::any_of(wanted_edges_.begin(), wanted_edges_.end(),
                       [&](const Edge& w) {
                         return w && w.node == edge.node && w.leaf == edge.leaf;
                       });
  }

  bool keep_graph_;
  std::span<const Tensor> wanted_;
  std::vector<Edge> wanted_edges_;
  std::vector<Tensor> captured_;
  std::vector<Node*> heap_;
  TaskTable tasks_;
  std::vector<Leaf> leaves_;
  std::unordered_map<const TensorImpl*, size_t> leaf_places_;
  std::unordered_set<const Node*> seen_, needed_;
};

void start_all(Walk& walk, std::span<const Tensor> roots,
               std::span<const Tensor> gradients) {
  CRESSET_CHECK(gradients.empty() || gradients.size() == roots.size(), kValue,
                "backward: got ", static_cast<int64_t>(roots.size()),
                " tensors and ", static_cast<int64_t>(gradients.size()),
                " gradients");
  for (size_t i = 0; i < roots.size(); ++i) {
    const Tensor& root = roots[i];
    CRESSET_CHECK(root.defined() && root.requires_grad(), kState, "element ",
                  static_cast<int64_t>(i),
                  " of tensors does not require grad and does not have a "
                  "grad_fn");
    Tensor g = i < gradients.size() ? gradients[i] : Tensor();
    if (!g.defined()) {
      CRESSET_CHECK(root.numel() == 1, kShape,
                    "grad can be implicitly created only for scalar outputs; "
                    "got ",
                    root.sizes());
      g = filled(root.sizes(), 1, root.dtype(), root.device());
    }
    CRESSET_CHECK(
        g.sizes() == root.sizes(), kShape, "Mismatch in shape: grad_output[",
        static_cast<int64_t>(i), "] has a shape of ", g.sizes(), " and output[",
        static_cast<int64_t>(i), "] has a shape of ", root.sizes(), ".");
    walk.start(root, g.to(root.device(), root.dtype()));
  }
}

}  // namespace
}  // namespace internal

void Tensor::backward(const Tensor& gradient, bool retain_graph,
                      bool create_graph) const {
  cresset::backward({this, 1}, {&gradient, 1}, retain_graph, create_graph);
}

void backward(std::span<const Tensor> tensors,
              std::span<const Tensor> grad_tensors, bool retain_graph,
              bool create_graph) {
  internal::Walk walk(retain_graph || create_graph, {});
  const GradModeGuard mode(create_graph);
  internal::start_all(walk, tensors, grad_tensors);
  walk.run();
}

std::vector<Tensor> grad(std::span<const Tensor> outputs,
                         std::span<const Tensor> inputs,
                         const GradOptions& options) {
  CRESSET_CHECK(!inputs.empty(), kValue, "grad: requires non-empty inputs");
  for (const Tensor& input : inputs) {
    CRESSET_CHECK(input.requires_grad(), kState,
                  "grad: one of the differentiated Tensors does not require "
                  "grad");
  }
  internal::Walk walk(options.retain_graph || options.create_graph, inputs);
  const GradModeGuard mode(options.create_graph);
  internal::start_all(walk, outputs, options.grad_outputs);
  walk.run();
  std::vector<Tensor> found = walk.captured();
  for (const Tensor& g : found) {
    CRESSET_CHECK(g.defined() || options.allow_unused, kState,
                  "grad: one of the differentiated Tensors appears to not have "
                  "been used in the graph; set allow_unused = true if this is "
                  "the desired behavior");
  }
  return found;
}

}  // namespace cresset
