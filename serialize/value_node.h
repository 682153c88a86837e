// What Values share: one node for each Python object that has an identity.

#ifndef CRESSET_SERIALIZE_VALUE_NODE_H_
#define CRESSET_SERIALIZE_VALUE_NODE_H_

#include <complex>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cresset/serialize/foreign.h"
#include "cresset/serialize/value.h"

namespace cresset::internal {

struct ValueNode {
  explicit ValueNode(ValueKind k) : kind(k) {}
  virtual ~ValueNode() = default;

  const ValueKind kind;
};

// A str, bytes, bytearray, big int, device, layout or memory format. Interned
// text stands for the single object that Python makes of equal literals.
struct TextNode final : ValueNode {
  TextNode(ValueKind k, std::string t, bool i = false)
      : ValueNode(k), text(std::move(t)), interned(i) {}
  std::string text;
  bool interned;
  // For bytes of one byte, the text that a pickle made them of: Python has one
  // object of each such text, so other parts of the pickle may share it.
  Value source;
};

struct ComplexNode final : ValueNode {
  explicit ComplexNode(std::complex<double> v)
      : ValueNode(ValueKind::kComplex), value(v) {}
  std::complex<double> value;
};

struct TensorNode final : ValueNode {
  TensorNode(Tensor t, bool p)
      : ValueNode(ValueKind::kTensor), tensor(std::move(t)), parameter(p) {}
  ~TensorNode() override;
  Tensor tensor;
  bool parameter;
  bool conj = false;
  bool neg = false;
  Tensor stored;     // undefined unless it differs from `tensor`
  Value attributes;  // a dict or None
  Value subclass;    // a global or None
};

struct StorageNode final : ValueNode {
  StorageNode(Tensor e, std::string c)
      : ValueNode(ValueKind::kStorage),
        elements(std::move(e)),
        class_name(std::move(c)) {}
  Tensor elements;
  std::string class_name;
};

struct SizeNode final : ValueNode {
  explicit SizeNode(Shape s)
      : ValueNode(ValueKind::kSize), sizes(std::move(s)) {}
  Shape sizes;
};

struct DtypeNode final : ValueNode {
  explicit DtypeNode(std::string n)
      : ValueNode(ValueKind::kDtype), name(std::move(n)) {}
  std::string name;
};

struct GlobalNode final : ValueNode {
  GlobalNode(std::string m, std::string n)
      : ValueNode(ValueKind::kGlobal),
        module(std::move(m)),
        name(std::move(n)) {}
  std::string module;
  std::string name;
};

// How a value behaves as a dict key. Tuples know it from their elements, which
// keeps hashing free of recursion; a tuple inside a tuple inside ... beyond
// the limits is not hashable here.
struct KeyTraits {
  bool hashable = true;
  uint16_t depth = 0;
  uint64_t weight = 1;  // elements, and 64 bytes of text each
  uint64_t hash = 0;
};
KeyTraits key_traits(const Value& value);

struct SequenceNode final : ValueNode {
  SequenceNode(ValueKind k, std::vector<Value> elements);
  ~SequenceNode() override;
  std::vector<Value> elements;
  KeyTraits traits;  // of a tuple
};

// The ordered hash table of dicts and sets.
class DictTable {
 public:
  const Value::Items& items() const { return items_; }
  // The place of a key, or items().size().
  size_t find(const KeyRef& key) const;
  // The value of `key`, which is added if it is not there.
  Value& insert(const Value& key);
  DictItem& item(size_t place) { return items_[place]; }
  void erase(size_t place);

 private:
  template <class Equal>
  size_t find_hash(uint64_t hash, Equal&& equal) const;
  void rebuild(size_t slots);

  Value::Items items_;
  std::vector<uint64_t> hashes_;
  std::vector<uint32_t> slots_;  // place + 1; used beyond a few items
};

struct TableNode final : ValueNode {
  TableNode(ValueKind k, DictType t) : ValueNode(k), type(t) {}
  ~TableNode() override;
  DictTable& table();
  const DictTable* table_or_null() const { return table_.get(); }

  DictType type;
  Value attributes;
  Value factory;
  // Of a frozenset, once they were asked for.
  bool traits_known = false;
  KeyTraits traits;

 private:
  std::unique_ptr<DictTable> table_;  // absent while empty
};

struct ObjectNode final : ValueNode {
  explicit ObjectNode(PythonObject o)
      : ValueNode(ValueKind::kObject), object(std::move(o)) {}
  ~ObjectNode() override;
  PythonObject object;
};

// What Cresset keeps without computing with it, and how a pickle makes it.
struct ForeignNode : ValueNode {
  ForeignNode(ValueKind k, PythonObject m)
      : ValueNode(k), made_by(std::move(m)) {}
  ~ForeignNode() override;
  PythonObject made_by;
};

struct PackedNode final : ForeignNode {
  PackedNode(PackedTensor t, PythonObject m)
      : ForeignNode(ValueKind::kPackedTensor, std::move(m)),
        tensor(std::move(t)) {}
  PackedTensor tensor;
};

struct SparseNode final : ForeignNode {
  SparseNode(SparseTensor t, PythonObject m)
      : ForeignNode(ValueKind::kSparseTensor, std::move(m)),
        tensor(std::move(t)) {}
  SparseTensor tensor;
};

struct ArrayNode final : ForeignNode {
  ArrayNode(NumpyArray a, PythonObject m, bool scalar)
      : ForeignNode(scalar ? ValueKind::kNumpyScalar : ValueKind::kNumpyArray,
                    std::move(m)),
        array(std::move(a)) {}
  ~ArrayNode() override;
  NumpyArray array;
};

// Calls `visit` with every reference of a recorded call.
template <class Visit>
void for_each_part(PythonObject& object, Visit&& visit) {
  for (Value* part :
       {&object.callee, &object.args, &object.kwargs, &object.state}) {
    visit(*part);
  }
  for (Value& element : object.appended) visit(element);
  for (DictItem& item : object.stored) {
    visit(item.key);
    visit(item.value);
  }
}

// Ends what `value` refers to; nested containers end one after the other, not
// one inside the other, so that any depth fits the stack.
void retire(Value& value) noexcept;

// Makes a text the one object of its contents.
inline void mark_literal(const Value& text) {
  static_cast<TextNode&>(*text.node()).interned = true;
}

inline bool is_foreign(ValueKind kind) {
  return kind >= ValueKind::kPackedTensor;
}

// Whether values of the kind hold other values.
inline bool is_container(ValueKind kind) {
  return kind == ValueKind::kList || kind == ValueKind::kTuple ||
         kind == ValueKind::kDict || kind == ValueKind::kSet ||
         kind == ValueKind::kFrozenSet || kind == ValueKind::kObject ||
         kind == ValueKind::kTensor || is_foreign(kind);
}

}  // namespace cresset::internal

#endif  // CRESSET_SERIALIZE_VALUE_NODE_H_
