// The container side of Value: look-up, insertion, iteration.

#include "cresset/serialize/state_dict.h"
#include "cresset/serialize/value.h"
#include "cresset/serialize/value_node.h"

namespace cresset {

using internal::DictTable;
using internal::SequenceNode;
using internal::TableNode;
using internal::TensorNode;

namespace {

const Value::Items kNoItems;

// Reaches the node of a container that is known to be of type Node.
template <class Node>
Node& node_of(const Value& value) {
  return static_cast<Node&>(*value.node());
}

bool is_table(ValueKind kind) {
  return kind == ValueKind::kDict || kind == ValueKind::kSet ||
         kind == ValueKind::kFrozenSet;
}

void require(bool condition, const char* wanted, const Value& got) {
  CRESSET_CHECK(condition, kValue, "Value: expected ", wanted, "; got ",
                repr(got, 60), " (", to_string(got.kind()), ")");
}

std::string key_list(const Value& dict) {
  std::string text;
  size_t shown = 0;
  for (const DictItem& item : dict.items()) {
    if (shown == 12 || text.size() > 300) {
      text += ", ...";
      break;
    }
    if (shown++ != 0) text += ", ";
    text += repr(item.key, 60);
  }
  return "{" + text + "}";
}

}  // namespace

size_t Value::size() const {
  switch (kind()) {
    case ValueKind::kList:
    case ValueKind::kTuple:
      return elements().size();
    case ValueKind::kDict:
    case ValueKind::kSet:
    case ValueKind::kFrozenSet:
      return items().size();
    case ValueKind::kStr:
      return as_str().size();
    case ValueKind::kBytes:
    case ValueKind::kByteArray:
      return as_bytes().size();
    case ValueKind::kSize:
      return as_shape().size();
    default:
      break;
  }
  require(false, "a container", *this);
  return 0;
}

const std::vector<Value>& Value::elements() const {
  require(is_list() || is_tuple(), "a list or tuple", *this);
  return node_of<SequenceNode>(*this).elements;
}

std::vector<Value>& Value::elements() {
  require(is_list(), "a list", *this);
  return node_of<SequenceNode>(*this).elements;
}

const Value::Items& Value::items() const {
  require(is_table(kind()), "a dict", *this);
  const DictTable* table = node_of<TableNode>(*this).table_or_null();
  return table == nullptr ? kNoItems : table->items();
}

namespace {

// The value of `key` in a dict, or null.
Value* find(const Value& dict, const KeyRef& key) {
  TableNode& node = node_of<TableNode>(dict);
  if (node.table_or_null() == nullptr) return nullptr;
  const size_t place = node.table().find(key);
  return place == node.table().items().size() ? nullptr
                                              : &node.table().item(place).value;
}

Value key_value(const KeyRef& key) {
  if (const auto* text = std::get_if<std::string_view>(&key.key)) {
    return key.literal ? Value(text->data()) : Value(*text);
  }
  if (const int64_t* number = std::get_if<int64_t>(&key.key)) return *number;
  return *std::get<const Value*>(key.key);
}

// The place that `key` names in a list or tuple of `size` elements.
size_t index_of(const KeyRef& key, size_t size) {
  int64_t index = 0;
  if (const int64_t* number = std::get_if<int64_t>(&key.key)) {
    index = *number;
  } else {
    index = key_value(key).as_int();
  }
  const int64_t count = static_cast<int64_t>(size);
  CRESSET_CHECK(index >= -count && index < count, kIndex,
                "Value: index out of range; got ", index, " for ", count,
                " elements");
  return static_cast<size_t>(index < 0 ? index + count : index);
}

}  // namespace

Value& Value::at(KeyRef key) {
  const ValueKind k = kind();
  if (k == ValueKind::kList || k == ValueKind::kTuple) {
    std::vector<Value>& all = node_of<SequenceNode>(*this).elements;
    return all[index_of(key, all.size())];
  }
  require(k == ValueKind::kDict, "a dict, list or tuple", *this);
  Value* found = find(*this, key);
  CRESSET_CHECK(found != nullptr, kIndex, "Value: the dict has no key ",
                repr(key_value(key), 100), "; its keys are ", key_list(*this));
  return *found;
}

const Value& Value::at(KeyRef key) const {
  return const_cast<Value*>(this)->at(key);
}

Value& Value::operator[](KeyRef key) {
  if (is_none()) *this = dict();
  if (!is_dict()) return at(key);
  if (Value* found = find(*this, key)) return *found;
  return node_of<TableNode>(*this).table().insert(key_value(key));
}

Value Value::get(KeyRef key, Value fallback) const {
  require(is_dict(), "a dict", *this);
  const Value* found = find(*this, key);
  return found == nullptr ? fallback : *found;
}

bool Value::contains(KeyRef key) const {
  require(is_table(kind()), "a dict or set", *this);
  return find(*this, key) != nullptr;
}

bool Value::erase(KeyRef key) {
  require(is_dict() || is_set(), "a dict or set", *this);
  TableNode& node = node_of<TableNode>(*this);
  if (node.table_or_null() == nullptr) return false;
  const size_t place = node.table().find(key);
  if (place == node.table().items().size()) return false;
  node.table().erase(place);
  return true;
}

void Value::push_back(Value element) {
  if (is_list()) {
    elements().push_back(std::move(element));
    return;
  }
  require(is_set() || kind() == ValueKind::kFrozenSet, "a list or set", *this);
  node_of<TableNode>(*this).table().insert(element);
  node_of<TableNode>(*this).traits_known = false;
}

DictType Value::dict_type() const {
  require(is_dict(), "a dict", *this);
  return node_of<TableNode>(*this).type;
}

const Value& Value::attributes() const {
  if (is_tensor()) return node_of<TensorNode>(*this).attributes;
  require(is_dict(), "a dict or tensor", *this);
  return node_of<TableNode>(*this).attributes;
}

Value Value::with_tensor(const Tensor& tensor) const {
  require(is_tensor(), "a tensor", *this);
  Value result = is_parameter() ? parameter(tensor) : Value(tensor);
  node_of<TensorNode>(result).attributes =
      node_of<TensorNode>(*this).attributes;
  node_of<TensorNode>(result).subclass = node_of<TensorNode>(*this).subclass;
  return result;
}

const Value& Value::tensor_class() const {
  require(is_tensor(), "a tensor", *this);
  return node_of<TensorNode>(*this).subclass;
}

void Value::set_tensor_class(Value global) {
  require(is_tensor(), "a tensor", *this);
  require(global.is_none() || global.is_global(), "a class", global);
  node_of<TensorNode>(*this).subclass = std::move(global);
}

void Value::set_attributes(Value attributes) {
  require(attributes.is_none() || attributes.is_dict(), "a dict of attributes",
          attributes);
  if (is_tensor()) {
    node_of<TensorNode>(*this).attributes = std::move(attributes);
    return;
  }
  require(is_dict(), "a dict or tensor", *this);
  node_of<TableNode>(*this).attributes = std::move(attributes);
}

const Value& Value::factory() const {
  require(is_dict(), "a dict", *this);
  return node_of<TableNode>(*this).factory;
}

void Value::set_factory(Value arguments) {
  require(is_dict(), "a dict", *this);
  node_of<TableNode>(*this).factory = std::move(arguments);
}

Value::Value(const StateDict& state_dict) : Value(state_dict.to_value()) {}

StateDict Value::as_state_dict() const {
  require(is_dict(), "a state dict", *this);
  StateDict result;
  for (const DictItem& item : items()) {
    if (item.key.is_str() && item.value.is_tensor()) {
      result.set(item.key.as_str(), item.value.as_tensor());
      continue;
    }
    std::string inner;
    for (const DictItem& other : items()) {
      if (other.value.is_dict() && !other.value.empty() &&
          other.value.items().front().value.is_tensor()) {
        inner += (inner.empty() ? "; did you mean at(" : " or at(") +
                 repr(other.key, 60) + ")";
      }
    }
    internal::throw_error(
        ErrorCode::kValue,
        internal::concat("Value: a state dict maps names to tensors; got ",
                         to_string(item.value.kind()), " under the key ",
                         repr(item.key, 100), inner));
  }
  const Value& extra = attributes();
  if (extra.is_dict()) {
    const Value metadata = extra.get("_metadata");
    if (metadata.is_dict()) result.set_metadata(metadata);
  }
  return result;
}

}  // namespace cresset
