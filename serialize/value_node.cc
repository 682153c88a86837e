#include "cresset/serialize/value_node.h"

namespace cresset::internal {
namespace {

using Pending = std::vector<std::shared_ptr<ValueNode>>;
thread_local Pending* pending = nullptr;

}  // namespace

void retire(Value& value) noexcept {
  std::shared_ptr<ValueNode> node = value.is_weak() ? nullptr : value.node();
  value = Value();
  if (node == nullptr || !is_container(node->kind)) return;
  try {
    if (pending != nullptr) {
      pending->push_back(std::move(node));
      return;
    }
    Pending mine;
    mine.push_back(std::move(node));
    pending = &mine;
    while (!mine.empty()) {
      std::shared_ptr<ValueNode> last = std::move(mine.back());
      mine.pop_back();
      last.reset();
    }
    pending = nullptr;
  } catch (...) {
    // Without memory for the list the node ends inside its parent.
  }
}

SequenceNode::SequenceNode(ValueKind k, std::vector<Value> e)
    : ValueNode(k), elements(std::move(e)) {
  if (kind != ValueKind::kTuple) return;
  constexpr uint16_t kMaxDepth = 64;
  constexpr uint64_t kMaxWeight = 1u << 20;
  traits.hash = 0x9e3779b97f4a7c15u + elements.size();
  for (const Value& element : elements) {
    const KeyTraits child = key_traits(element);
    traits.hashable = traits.hashable && child.hashable;
    traits.depth = std::max<uint16_t>(traits.depth, child.depth + 1);
    traits.weight += child.weight;
    traits.hash = (traits.hash ^ child.hash) * 0xff51afd7ed558ccdu;
    traits.hash ^= traits.hash >> 32;
    if (!traits.hashable || traits.depth > kMaxDepth ||
        traits.weight > kMaxWeight) {
      traits.hashable = false;
      break;
    }
  }
}

SequenceNode::~SequenceNode() {
  for (Value& element : elements) retire(element);
}

DictTable& TableNode::table() {
  if (table_ == nullptr) table_ = std::make_unique<DictTable>();
  return *table_;
}

TableNode::~TableNode() {
  retire(attributes);
  retire(factory);
  if (table_ == nullptr) return;
  for (size_t i = 0; i < table_->items().size(); ++i) {
    retire(table_->item(i).key);
    retire(table_->item(i).value);
  }
}

TensorNode::~TensorNode() { retire(attributes); }

ObjectNode::~ObjectNode() { for_each_part(object, retire); }

ForeignNode::~ForeignNode() { for_each_part(made_by, retire); }

ArrayNode::~ArrayNode() { retire(array.objects); }

}  // namespace cresset::internal
