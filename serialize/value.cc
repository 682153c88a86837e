#include "cresset/serialize/value.h"

#include <algorithm>

#include "cresset/serialize/value_node.h"

namespace cresset {

using internal::ArrayNode;
using internal::ComplexNode;
using internal::DtypeNode;
using internal::ForeignNode;
using internal::GlobalNode;
using internal::ObjectNode;
using internal::PackedNode;
using internal::SequenceNode;
using internal::SizeNode;
using internal::SparseNode;
using internal::StorageNode;
using internal::TableNode;
using internal::TensorNode;
using internal::TextNode;

namespace {

template <class Node, class... Args>
std::shared_ptr<internal::ValueNode> make(Args&&... args) {
  return std::make_shared<Node>(std::forward<Args>(args)...);
}

Value table(ValueKind kind, DictType type) {
  return Value(make<TableNode>(kind, type));
}

Value text_value(ValueKind kind, std::string text) {
  return Value(make<TextNode>(kind, std::move(text)));
}

}  // namespace

const char* to_string(ValueKind kind) {
  switch (kind) {
    case ValueKind::kNone:
      return "None";
    case ValueKind::kBool:
      return "bool";
    case ValueKind::kInt:
      return "int";
    case ValueKind::kBigInt:
      return "int beyond 64 bits";
    case ValueKind::kFloat:
      return "float";
    case ValueKind::kComplex:
      return "complex";
    case ValueKind::kStr:
      return "str";
    case ValueKind::kBytes:
      return "bytes";
    case ValueKind::kByteArray:
      return "bytearray";
    case ValueKind::kTensor:
      return "tensor";
    case ValueKind::kList:
      return "list";
    case ValueKind::kTuple:
      return "tuple";
    case ValueKind::kDict:
      return "dict";
    case ValueKind::kSet:
      return "set";
    case ValueKind::kFrozenSet:
      return "frozenset";
    case ValueKind::kSize:
      return "torch.Size";
    case ValueKind::kDtype:
      return "torch.dtype";
    case ValueKind::kDevice:
      return "torch.device";
    case ValueKind::kGlobal:
      return "global";
    case ValueKind::kObject:
      return "object";
    case ValueKind::kStorage:
      return "storage";
    case ValueKind::kLayout:
      return "torch.layout";
    case ValueKind::kMemoryFormat:
      return "torch.memory_format";
    case ValueKind::kPackedTensor:
      return "packed tensor";
    case ValueKind::kSparseTensor:
      return "sparse tensor";
    case ValueKind::kNumpyArray:
      return "numpy.ndarray";
    case ValueKind::kNumpyScalar:
      return "NumPy scalar";
  }
  return "value";
}

Value::Value(std::complex<double> value) : Value(make<ComplexNode>(value)) {}

Value::Value(const char* text)
    : Value(make<TextNode>(ValueKind::kStr, text, true)) {}

Value::Value(std::string text)
    : Value(make<TextNode>(ValueKind::kStr, std::move(text))) {}

Value::Value(const Tensor& tensor) : Value(make<TensorNode>(tensor, false)) {
  CRESSET_CHECK(tensor.defined(), kValue,
                "Value: a tensor must be defined; use None for its absence");
}

Value::Value(Dtype dtype) : Value(make<DtypeNode>(to_string(dtype))) {}

Value Value::from_device(Device device) {
  return text_value(ValueKind::kDevice, to_string(device));
}

Value::Value(std::initializer_list<DictItem> items) : Value(dict(items)) {}

Value Value::list(std::vector<Value> elements) {
  return Value(make<SequenceNode>(ValueKind::kList, std::move(elements)));
}

Value Value::tuple(std::vector<Value> elements) {
  return Value(make<SequenceNode>(ValueKind::kTuple, std::move(elements)));
}

Value Value::dict() { return table(ValueKind::kDict, DictType::kDict); }

Value Value::ordered_dict() {
  return table(ValueKind::kDict, DictType::kOrderedDict);
}

Value Value::dict_of_type(DictType type) {
  return table(ValueKind::kDict, type);
}

Value Value::dict(std::initializer_list<DictItem> items) {
  Value result = dict();
  for (const DictItem& item : items) result[item.key] = item.value;
  return result;
}

Value Value::ordered_dict(std::initializer_list<DictItem> items) {
  Value result = ordered_dict();
  for (const DictItem& item : items) result[item.key] = item.value;
  return result;
}

Value Value::set(const std::vector<Value>& elements) {
  Value result = table(ValueKind::kSet, DictType::kDict);
  for (const Value& element : elements) result.push_back(element);
  return result;
}

Value Value::frozen_set(const std::vector<Value>& elements) {
  Value result = table(ValueKind::kFrozenSet, DictType::kDict);
  for (const Value& element : elements) result.push_back(element);
  return result;
}

Value Value::bytes(std::string bytes) {
  return text_value(ValueKind::kBytes, std::move(bytes));
}

Value Value::byte_array(std::string bytes) {
  return text_value(ValueKind::kByteArray, std::move(bytes));
}

Value Value::size(IntSpan sizes) {
  return Value(make<SizeNode>(sizes.shape()));
}

Value Value::parameter(const Tensor& tensor) {
  CRESSET_CHECK(tensor.defined(), kValue,
                "Value: a parameter must be defined; use None for its absence");
  return Value(make<TensorNode>(tensor, true));
}

Value Value::big_int(std::string digits) {
  // The shortest form of a number is the only one that is kept.
  const auto negative = [](char c) { return (c & 0x80) != 0; };
  while (digits.size() > 1) {
    const char last = digits.back();
    const bool before = negative(digits[digits.size() - 2]);
    if (!(last == 0 && !before) && !(last == '\xff' && before)) break;
    digits.pop_back();
  }
  if (digits.size() > 8) return text_value(ValueKind::kBigInt, digits);
  uint64_t bits = !digits.empty() && negative(digits.back()) ? ~0ull : 0;
  for (size_t i = digits.size(); i-- > 0;) {
    bits = (bits << 8) | static_cast<uint8_t>(digits[i]);
  }
  return Value(static_cast<int64_t>(bits));
}

Value Value::device(std::string text) {
  return text_value(ValueKind::kDevice, std::move(text));
}

Value Value::dtype(std::string name) {
  return Value(make<DtypeNode>(std::move(name)));
}

Value Value::layout(std::string name) {
  return text_value(ValueKind::kLayout, std::move(name));
}

Value Value::memory_format(std::string name) {
  return text_value(ValueKind::kMemoryFormat, std::move(name));
}

Value Value::global(std::string module, std::string name) {
  return Value(make<GlobalNode>(std::move(module), std::move(name)));
}

Value Value::object(PythonObject object) {
  return Value(make<ObjectNode>(std::move(object)));
}

Value Value::storage(const Tensor& elements, std::string class_name) {
  return Value(make<StorageNode>(elements, std::move(class_name)));
}

void Value::set_unsigned(uint64_t value) {
  if (value <= INT64_MAX) {
    data_ = static_cast<int64_t>(value);
    return;
  }
  std::string digits;
  for (int i = 0; i < 8; ++i) digits += static_cast<char>(value >> (8 * i));
  *this = big_int(digits + '\0');
}

std::shared_ptr<internal::ValueNode> Value::node() const {
  if (const auto* strong =
          std::get_if<std::shared_ptr<internal::ValueNode>>(&data_)) {
    return *strong;
  }
  if (const auto* weak =
          std::get_if<std::weak_ptr<internal::ValueNode>>(&data_)) {
    return weak->lock();
  }
  return nullptr;
}

Value Value::weak() const {
  Value result;
  result.data_ = std::weak_ptr<internal::ValueNode>(node());
  return result;
}

ValueKind Value::kind() const {
  switch (data_.index()) {
    case 0:
      return ValueKind::kNone;
    case 1:
      return ValueKind::kBool;
    case 2:
      return ValueKind::kInt;
    case 3:
      return ValueKind::kFloat;
    case 4:
      return std::get<4>(data_)->kind;
  }
  const auto target = node();
  return target == nullptr ? ValueKind::kNone : target->kind;
}

void Value::wrong_kind(const char* wanted) const {
  internal::throw_error(ErrorCode::kValue,
                        internal::concat("Value: expected ", wanted, "; got ",
                                         is_none() ? "None" : repr(*this, 60),
                                         " (", to_string(kind()), ")"));
}

template <class Node>
Node& Value::node_as(const char* wanted) const {
  if (data_.index() == 4) {
    if (auto* found = dynamic_cast<Node*>(std::get<4>(data_).get())) {
      return *found;
    }
  } else if (const auto target = node()) {
    // The owner of a cycle's way back is alive as long as the cycle is used.
    if (auto* found = dynamic_cast<Node*>(target.get())) return *found;
  }
  wrong_kind(wanted);
}

bool Value::is_parameter() const {
  return is_tensor() && node_as<TensorNode>("a tensor").parameter;
}

bool Value::as_bool() const {
  if (const bool* value = std::get_if<bool>(&data_)) return *value;
  wrong_kind("a bool");
}

int64_t Value::as_int() const {
  if (const int64_t* value = std::get_if<int64_t>(&data_)) return *value;
  wrong_kind("an int");
}

double Value::as_float() const {
  if (const double* value = std::get_if<double>(&data_)) return *value;
  if (const int64_t* value = std::get_if<int64_t>(&data_)) {
    return static_cast<double>(*value);
  }
  if (const bool* value = std::get_if<bool>(&data_)) return *value ? 1 : 0;
  wrong_kind("a float");
}

std::complex<double> Value::as_complex() const {
  if (kind() != ValueKind::kComplex) return as_float();
  return node_as<ComplexNode>("a complex number").value;
}

const std::string& Value::as_str() const {
  if (!is_str()) wrong_kind("a str");
  return node_as<TextNode>("a str").text;
}

const std::string& Value::as_bytes() const {
  const ValueKind k = kind();
  if (k != ValueKind::kBytes && k != ValueKind::kByteArray &&
      k != ValueKind::kBigInt) {
    wrong_kind("bytes");
  }
  return node_as<TextNode>("bytes").text;
}

const Tensor& Value::as_tensor() const {
  return node_as<TensorNode>("a tensor").tensor;
}

const Tensor& Value::stored_tensor() const {
  const auto& node = node_as<TensorNode>("a tensor");
  return node.stored.defined() ? node.stored : node.tensor;
}

bool Value::stored_conj() const { return node_as<TensorNode>("a tensor").conj; }

bool Value::stored_neg() const { return node_as<TensorNode>("a tensor").neg; }

Dtype Value::as_dtype() const {
  const std::string& name = dtype_name();
  for (int i = 0; i < kNumDtypes; ++i) {
    if (name == to_string(static_cast<Dtype>(i))) return static_cast<Dtype>(i);
  }
  internal::throw_error(ErrorCode::kDtype, "Value: Cresset has no dtype " +
                                               quoted(name, 40) +
                                               "; it keeps tensors "
                                               "of it as integers");
}

const std::string& Value::dtype_name() const {
  return node_as<DtypeNode>("a torch.dtype").name;
}

const std::string& Value::format_name() const {
  if (kind() != ValueKind::kLayout && kind() != ValueKind::kMemoryFormat) {
    wrong_kind("a torch.layout or torch.memory_format");
  }
  return node_as<TextNode>("a torch.layout").text;
}

const PackedTensor& Value::as_packed() const {
  return node_as<PackedNode>("a packed tensor").tensor;
}

const SparseTensor& Value::as_sparse() const {
  return node_as<SparseNode>("a sparse tensor").tensor;
}

const NumpyArray& Value::as_array() const {
  return node_as<ArrayNode>("a NumPy array or scalar").array;
}

const PythonObject& Value::made_by() const {
  return node_as<ForeignNode>("a value that a call makes").made_by;
}

Device Value::as_device() const { return Device(device_text()); }

const std::string& Value::device_text() const {
  if (kind() != ValueKind::kDevice) wrong_kind("a torch.device");
  return node_as<TextNode>("a torch.device").text;
}

Shape Value::as_shape() const {
  if (is_list() || is_tuple()) {
    Shape sizes;
    for (const Value& element : elements()) sizes.push_back(element.as_int());
    return sizes;
  }
  return node_as<SizeNode>("a torch.Size").sizes;
}

const Tensor& Value::as_storage() const {
  return node_as<StorageNode>("a storage").elements;
}

const std::string& Value::storage_class() const {
  return node_as<StorageNode>("a storage").class_name;
}

const PythonObject& Value::as_object() const {
  return node_as<ObjectNode>("an object").object;
}

PythonObject& Value::as_object() {
  return node_as<ObjectNode>("an object").object;
}

std::string Value::qualified_name() const {
  if (is_object()) return as_object().callee.qualified_name();
  return module_name() + "." + global_name();
}

const std::string& Value::module_name() const {
  return node_as<GlobalNode>("a global").module;
}

const std::string& Value::global_name() const {
  return node_as<GlobalNode>("a global").name;
}

bool Value::is_same(const Value& other) const {
  if (is_tensor() && other.is_tensor()) {
    return as_tensor().is_same(other.as_tensor()) &&
           is_parameter() == other.is_parameter();
  }
  const auto mine = node();
  return mine != nullptr && mine == other.node();
}

}  // namespace cresset
