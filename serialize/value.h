// Value: one object of a checkpoint, as Python would hold it.
//
//   Value checkpoint = {{"epoch", 3},
//                       {"model", model.state_dict()},
//                       {"losses", std::vector<double>{0.9, 0.4}}};
//   save(checkpoint, "last.pth");
//   const Value loaded = load("last.pth");
//   model.load_state_dict(loaded["model"].as_state_dict());
//   int64_t epoch = loaded["epoch"].as_int();
//
// Like a Python variable, a Value is a reference: copies share lists, dicts
// and tensors, and what is shared stays shared in a file.

#ifndef CRESSET_SERIALIZE_VALUE_H_
#define CRESSET_SERIALIZE_VALUE_H_

#include <complex>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cresset/tensor/base/device.h"
#include "cresset/tensor/base/dtype.h"
#include "cresset/tensor/base/shape.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset {

class StateDict;
class Value;
struct DictItem;
struct NumpyArray;
struct PackedTensor;
struct PythonObject;
struct SparseTensor;

namespace internal {
struct ValueNode;
}

/// The kinds of Value. Python's names are those without the "k".
enum class ValueKind : uint8_t {
  kNone,
  kBool,
  kInt,     ///< fits int64
  kBigInt,  ///< any other Python int
  kFloat,
  kComplex,
  kStr,
  kBytes,
  kByteArray,
  kTensor,
  kList,
  kTuple,
  kDict,
  kSet,
  kFrozenSet,
  kSize,          ///< torch.Size
  kDtype,         ///< torch.dtype
  kDevice,        ///< torch.device
  kGlobal,        ///< a class or function by name, never anything callable
  kObject,        ///< an instance of a class that Cresset does not know
  kStorage,       ///< a bare torch storage
  kLayout,        ///< torch.layout
  kMemoryFormat,  ///< torch.memory_format
  kPackedTensor,  ///< a tensor of a dtype that Cresset has not (foreign.h)
  kSparseTensor,  ///< a sparse tensor in its parts (foreign.h)
  kNumpyArray,    ///< numpy.ndarray (foreign.h)
  kNumpyScalar,   ///< a NumPy scalar (foreign.h)
};

/// "list", "dict", "torch.Size": the name of the kind in Python.
const char* to_string(ValueKind kind);

/// The flavours of dict that PyTorch files hold.
enum class DictType : uint8_t { kDict, kOrderedDict, kDefaultDict, kCounter };

/// A key or index that is looked up: text, a number, or any Value. It does not
/// own its text, so never keep one.
struct KeyRef {
  KeyRef(const char* text)
      : key(std::string_view(text)), literal(true) {}               // NOLINT
  KeyRef(std::string_view text) : key(text) {}                      // NOLINT
  KeyRef(const std::string& text) : key(std::string_view(text)) {}  // NOLINT
  template <std::integral T>
  KeyRef(T number) : key(static_cast<int64_t>(number)) {}  // NOLINT
  KeyRef(const Value& value) : key(&value) {}              // NOLINT

  std::variant<std::string_view, int64_t, const Value*> key;
  bool literal = false;
};

/// One Python object: None, a number, text, a tensor, a container of Values.
///
/// Errors: kValue if a Value is not of the kind that a function needs; kIndex
///         for a missing key or an index out of range.
/// Threads: as for standard containers; tensors and containers are shared
///          between copies.
class Value {
 public:
  using Items = std::deque<DictItem>;

  /// None.
  Value() = default;
  Value(std::nullptr_t) {}  // NOLINT
  template <std::integral T>
  Value(T value) {  // NOLINT
    if constexpr (std::same_as<T, bool>) {
      data_ = value;
    } else if constexpr (sizeof(T) == 8 && std::unsigned_integral<T>) {
      set_unsigned(value);
    } else {
      data_ = static_cast<int64_t>(value);
    }
  }
  template <std::floating_point T>
  Value(T value) : data_(static_cast<double>(value)) {}  // NOLINT
  Value(std::complex<double> value);                     // NOLINT
  /// Text from a literal: equal literals are one object, as in Python.
  Value(const char* text);  // NOLINT
  /// Text (UTF-8) that is an object of its own.
  Value(std::string text);                                    // NOLINT
  Value(std::string_view text) : Value(std::string(text)) {}  // NOLINT
  Value(const Tensor& tensor);                                // NOLINT
  Value(Dtype dtype);                                         // NOLINT
  // Templates, so that braces never become a device or a list.
  template <std::same_as<Device> T>
  Value(T device) : Value(from_device(device)) {}  // NOLINT
  Value(const StateDict& state_dict);              // NOLINT
  /// A list.
  template <std::same_as<std::vector<Value>> T>
  Value(T elements) : Value(list(std::move(elements))) {}  // NOLINT
  template <class T>
  requires(!std::same_as<T, Value> && std::convertible_to<T, Value>)
      Value(const std::vector<T>& elements)  // NOLINT
      : Value(list({elements.begin(), elements.end()})) {}
  /// A dict.
  Value(std::initializer_list<DictItem> items);  // NOLINT

  static Value list(std::vector<Value> elements = {});
  static Value tuple(std::vector<Value> elements = {});
  static Value dict();
  static Value dict(std::initializer_list<DictItem> items);
  static Value ordered_dict();
  static Value ordered_dict(std::initializer_list<DictItem> items);
  static Value dict_of_type(DictType type);
  static Value set(const std::vector<Value>& elements = {});
  static Value frozen_set(const std::vector<Value>& elements = {});
  static Value bytes(std::string bytes);
  static Value byte_array(std::string bytes);
  static Value size(IntSpan sizes);
  /// A tensor that PyTorch loads as torch.nn.Parameter.
  static Value parameter(const Tensor& tensor);
  /// A Python int of any size: little-endian two's complement.
  static Value big_int(std::string twos_complement);
  /// A device by its text, "cuda" and "cuda:0" being different.
  static Value device(std::string text);
  /// A dtype by PyTorch's name without "torch.", also one that Cresset has
  /// not: "qint8".
  static Value dtype(std::string name);
  /// A layout by its name, "torch.strided".
  static Value layout(std::string name);
  /// A memory format by its name, "torch.channels_last".
  static Value memory_format(std::string name);
  /// A tensor whose elements are those of `stored`, conjugated or negated
  /// (the lazy bits of PyTorch).
  static Value with_bits(const Tensor& stored, bool conj, bool neg);
  /// A class or function by its Python name.
  static Value global(std::string module, std::string name);
  static Value object(PythonObject object);
  /// A storage by itself: its elements as a tensor of one dimension, and
  /// PyTorch's name of its class ("FloatStorage").
  static Value storage(const Tensor& elements, std::string class_name);

  ValueKind kind() const;
  bool is_none() const { return data_.index() == 0; }
  bool is_bool() const { return kind() == ValueKind::kBool; }
  /// An int that fits int64; never a bool.
  bool is_int() const { return kind() == ValueKind::kInt; }
  bool is_float() const { return kind() == ValueKind::kFloat; }
  bool is_complex() const { return kind() == ValueKind::kComplex; }
  bool is_str() const { return kind() == ValueKind::kStr; }
  bool is_bytes() const { return kind() == ValueKind::kBytes; }
  bool is_tensor() const { return kind() == ValueKind::kTensor; }
  bool is_parameter() const;
  bool is_list() const { return kind() == ValueKind::kList; }
  bool is_tuple() const { return kind() == ValueKind::kTuple; }
  bool is_dict() const { return kind() == ValueKind::kDict; }
  bool is_set() const { return kind() == ValueKind::kSet; }
  bool is_object() const { return kind() == ValueKind::kObject; }
  bool is_global() const { return kind() == ValueKind::kGlobal; }
  bool is_packed() const { return kind() == ValueKind::kPackedTensor; }
  bool is_sparse() const { return kind() == ValueKind::kSparseTensor; }
  /// A NumPy array, never a NumPy scalar.
  bool is_array() const { return kind() == ValueKind::kNumpyArray; }

  bool as_bool() const;
  int64_t as_int() const;
  /// The number of a float, int or bool.
  double as_float() const;
  std::complex<double> as_complex() const;
  const std::string& as_str() const;
  /// The bytes of a bytes or bytearray, or the digits of a big int.
  const std::string& as_bytes() const;
  const Tensor& as_tensor() const;
  /// The tensor as its storage holds it: as_tensor() before conjugation and
  /// negation, which stored_conj() and stored_neg() tell of.
  const Tensor& stored_tensor() const;
  bool stored_conj() const;
  bool stored_neg() const;
  /// This tensor with other elements: a parameter if it is one, with the same
  /// attributes and class.
  Value with_tensor(const Tensor& tensor) const;
  /// The class of a tensor that is of a subclass of torch.Tensor, a global;
  /// else None.
  const Value& tensor_class() const;
  void set_tensor_class(Value global);
  /// Errors: kDtype, too, for a dtype that Cresset has not.
  Dtype as_dtype() const;
  /// "float32", "qint8": PyTorch's name without "torch.".
  const std::string& dtype_name() const;
  /// "torch.strided", "torch.channels_last": a layout or a memory format.
  const std::string& format_name() const;
  const PackedTensor& as_packed() const;
  const SparseTensor& as_sparse() const;
  /// A NumPy array or scalar.
  const NumpyArray& as_array() const;
  Device as_device() const;
  /// "cuda:0" as the file has it.
  const std::string& device_text() const;
  /// The sizes of a torch.Size, or of a list or tuple of ints.
  Shape as_shape() const;
  /// The tensors of a dict by name.
  /// Errors: kValue if a key is not text or a value is not a tensor; the text
  ///         names the entries that are state dicts themselves.
  StateDict as_state_dict() const;
  /// The elements of a storage.
  const Tensor& as_storage() const;
  const std::string& storage_class() const;
  const PythonObject& as_object() const;
  PythonObject& as_object();
  /// "collections.OrderedDict": name of a global or of an object's class.
  std::string qualified_name() const;
  const std::string& module_name() const;
  const std::string& global_name() const;

  // Containers.

  /// Number of elements of a list, tuple, dict, set or torch.Size, or length
  /// of text or bytes.
  size_t size() const;
  bool empty() const { return size() == 0; }

  /// The value of a dict key, or the element of a list or tuple (a negative
  /// index counts from the end).
  const Value& at(KeyRef key) const;
  Value& at(KeyRef key);
  const Value& operator[](KeyRef key) const { return at(key); }
  /// As at(), but a missing key of a dict is added with the value None, and
  /// None becomes an empty dict.
  Value& operator[](KeyRef key);
  /// The value of a dict key, or `fallback`.
  Value get(KeyRef key, Value fallback = Value()) const;
  /// Whether a dict or set has the key.
  bool contains(KeyRef key) const;
  /// Takes a key out of a dict; false if it was not there.
  bool erase(KeyRef key);
  /// Adds to a list or set.
  void push_back(Value element);

  /// Elements of a list or tuple, in order.
  const std::vector<Value>& elements() const;
  std::vector<Value>& elements();
  /// Keys and values of a dict in order: `for (auto& [key, value] : d.items())`
  /// For a set, the keys.
  const Items& items() const;
  std::vector<Value>::const_iterator begin() const {
    return elements().begin();
  }
  std::vector<Value>::const_iterator end() const { return elements().end(); }

  DictType dict_type() const;
  /// Python attributes of a dict (`_metadata`) or a tensor as a dict; None if
  /// there are none.
  const Value& attributes() const;
  void set_attributes(Value attributes);
  /// The arguments a defaultdict was made with, a tuple.
  const Value& factory() const;
  void set_factory(Value arguments);

  /// Whether both refer to the same container, text or tensor.
  bool is_same(const Value& other) const;
  /// Equal kinds and contents; tensors are equal if dtype, shape and elements
  /// are, floats bit by bit. Cyclic values compare in finite time.
  friend bool operator==(const Value& a, const Value& b);

  // For the readers and writers of this folder.

  explicit Value(std::shared_ptr<internal::ValueNode> node)
      : data_(std::move(node)) {}
  /// The shared part; null for None, bool, int and float.
  std::shared_ptr<internal::ValueNode> node() const;
  /// The call that makes a packed or sparse tensor or a NumPy value.
  const PythonObject& made_by() const;
  /// This reference without ownership: the way back inside a cycle.
  Value weak() const;
  bool is_weak() const { return data_.index() == 5; }

 private:
  void set_unsigned(uint64_t value);
  static Value from_device(Device device);
  [[noreturn]] void wrong_kind(const char* wanted) const;
  template <class Node>
  Node& node_as(const char* wanted) const;

  std::variant<std::monostate, bool, int64_t, double,
               std::shared_ptr<internal::ValueNode>,
               std::weak_ptr<internal::ValueNode>>
      data_;
};

/// A key of a dict and what it leads to.
struct DictItem {
  Value key;
  Value value;
};

/// What pickle records of an instance whose class Cresset does not know: how
/// it was to be made, its state, and what was to be put into it.
struct PythonObject {
  /// How Python would make it: `callee.__new__(callee, *args)`, a call
  /// `callee(*args)`, or the former with keyword arguments.
  enum class Form : uint8_t { kNew, kCall, kNewEx };
  Form form = Form::kNew;
  Value callee;                  ///< a global
  Value args = Value::tuple();   ///< a tuple
  Value kwargs;                  ///< a dict for kNewEx, else None
  bool has_state = false;        ///< whether `state` was given, even as None
  Value state;                   ///< argument of __setstate__, mostly a dict
  std::vector<Value> appended;   ///< elements of a list-like object
  std::vector<DictItem> stored;  ///< entries of a dict-like object
};

/// Text of a value in Python's form, at most `limit` bytes long.
std::string repr(const Value& value, size_t limit = 1000);

/// `text` in single quotes with control characters escaped, cut after `limit`
/// bytes: the form in which names of a file appear in messages.
std::string quoted(std::string_view text, size_t limit = 120);

}  // namespace cresset

#endif  // CRESSET_SERIALIZE_VALUE_H_
