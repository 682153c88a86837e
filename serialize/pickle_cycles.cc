// Values that contain themselves: how what was loaded ends all the same.

#include <unordered_map>
#include <utility>
#include <vector>

#include "cresset/serialize/pickle_reader.h"
#include "cresset/serialize/value_node.h"

namespace cresset::serialize {
namespace {

using internal::ValueNode;

// Calls `visit` with every reference that a container holds. Keys are left
// out where they are text or numbers anyway.
template <class Visit>
void for_each_child(ValueNode& node, Visit&& visit) {
  switch (node.kind) {
    case ValueKind::kList:
    case ValueKind::kTuple:
      for (Value& v : static_cast<internal::SequenceNode&>(node).elements) {
        visit(v);
      }
      return;
    case ValueKind::kDict:
    case ValueKind::kSet:
    case ValueKind::kFrozenSet: {
      auto& table = static_cast<internal::TableNode&>(node);
      visit(table.attributes);
      visit(table.factory);
      if (table.table_or_null() == nullptr) return;
      for (size_t i = 0; i < table.table().items().size(); ++i) {
        visit(table.table().item(i).key);
        visit(table.table().item(i).value);
      }
      return;
    }
    case ValueKind::kObject: {
      auto& object = static_cast<internal::ObjectNode&>(node).object;
      return internal::for_each_part(object, visit);
    }
    case ValueKind::kTensor:
      return visit(static_cast<internal::TensorNode&>(node).attributes);
    case ValueKind::kPackedTensor:
    case ValueKind::kSparseTensor:
    case ValueKind::kNumpyArray:
    case ValueKind::kNumpyScalar: {
      auto& foreign = static_cast<internal::ForeignNode&>(node);
      internal::for_each_part(foreign.made_by, visit);
      if (node.kind == ValueKind::kNumpyArray) {
        visit(static_cast<internal::ArrayNode&>(node).array.objects);
      }
      return;
    }
    default:
      return;
  }
}

}  // namespace

// Makes the way back of every cycle a weak reference, so that what was loaded
// ends with its last user. Only containers that the memo gave out a second
// time can be part of a cycle.
void PickleReader::settle_cycles(Value& result) {
  if (shared_.empty()) return;
  enum class State : uint8_t { kOpen, kDone };
  std::unordered_map<const ValueNode*, State> seen;
  struct Frame {
    ValueNode* node;
    std::vector<Value*> children;
  };
  std::vector<Frame> path;
  const auto enter = [&](Value& value) {
    if (value.is_weak()) return;
    ValueNode* node = value.node().get();
    if (node == nullptr || !internal::is_container(node->kind)) return;
    const auto [place, added] = seen.emplace(node, State::kOpen);
    if (!added) {
      if (place->second == State::kOpen) value = value.weak();
      return;
    }
    Frame frame{node, {}};
    for_each_child(*node, [&](Value& child) {
      const auto target = child.node();
      if (target != nullptr && internal::is_container(target->kind)) {
        frame.children.push_back(&child);
      }
    });
    path.push_back(std::move(frame));
  };
  enter(result);
  while (!path.empty()) {
    if (path.back().children.empty()) {
      seen[path.back().node] = State::kDone;
      path.pop_back();
      continue;
    }
    Value* child = path.back().children.back();
    path.back().children.pop_back();
    enter(*child);
  }
  // What is not part of the result may still hold itself.
  std::vector<Value> lost;
  for (const Value& value : shared_) {
    if (seen.count(value.node().get()) == 0) lost.push_back(value);
  }
  shared_ = std::move(lost);
  break_cycles();
}

void PickleReader::break_cycles() {
  for (Value& value : shared_) {
    const auto node = value.node();
    if (node == nullptr) continue;
    for_each_child(*node, [](Value& child) {
      if (internal::ValueNode* target = child.node().get();
          target != nullptr && internal::is_container(target->kind)) {
        internal::retire(child);
      }
    });
  }
  shared_.clear();
}

}  // namespace cresset::serialize
