// The inverse of python_calls.cc: values as the calls that make them.

#include "cresset/serialize/foreign.h"
#include "cresset/serialize/pickle_text.h"
#include "cresset/serialize/pickle_writer.h"
#include "cresset/serialize/python_call.h"
#include "cresset/serialize/value_node.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {
namespace {

PythonObject call(const char* module, const char* name,
                  std::vector<Value> args) {
  return python_call(Value::global(module, name),
                     Value::tuple(std::move(args)));
}

// The text whose characters are these bytes.
Value text_of(const Value& bytes) {
  const auto& node = static_cast<internal::TextNode&>(*bytes.node());
  if (!node.source.is_none()) return node.source;
  const std::string text = latin1_text(bytes.as_bytes());
  return bytes.size() == 1 ? Value(text.c_str()) : Value(text);
}

std::vector<Value> keys_of(const Value& set) {
  std::vector<Value> keys;
  for (const DictItem& item : set.items()) keys.push_back(item.key);
  return keys;
}

PythonObject numpy_dtype_call(const std::string& name) {
  // NumPy tells the size of text and bytes twice: ("U2", ...) and in the state.
  const std::string code = name.substr(1);
  CRESSET_CHECK(code[0] != 'M' && code[0] != 'm', kUnsupported,
                "save: an array of times from a NumPy file");
  int64_t size = -1;
  if (code[0] == 'U' || code[0] == 'S' || code[0] == 'V') {
    size = parse_int(std::string_view(code).substr(1)).as_int();
  }
  const bool wide = code[0] == 'U';
  if (wide) size *= 4;
  PythonObject dtype = call("numpy", "dtype", {Value(code), false, true});
  dtype.has_state = true;
  dtype.state =
      Value::tuple({3, Value(name.substr(0, 1)), Value(), Value(), Value(),
                    size, size < 0 ? -1 : (wide ? 4 : 1), wide ? 8 : 0});
  return dtype;
}

// The call of an array that comes from a file of NumPy's own.
PythonObject reduce_array(const NumpyArray& array) {
  PythonObject result = call("numpy.core.multiarray", "_reconstruct",
                             {Value::global("numpy", "ndarray"),
                              Value::tuple({0}), Value::bytes("b")});
  const Tensor& bytes = array.bytes;
  result.has_state = true;
  result.state = Value::tuple(
      {1, Value::tuple({array.shape.begin(), array.shape.end()}),
       Value::object(numpy_dtype_call(array.dtype)), false,
       Value::bytes(std::string(static_cast<const char*>(bytes.raw_data()),
                                bytes.nbytes()))});
  return result;
}

PythonObject reduce_dict(const Value& value) {
  switch (value.dict_type()) {
    case DictType::kDefaultDict:
      return call("collections", "defaultdict",
                  value.factory().is_none() ? std::vector<Value>()
                                            : value.factory().elements());
    case DictType::kCounter: {
      Value counts = Value::dict();
      for (const DictItem& item : value.items()) counts[item.key] = item.value;
      return call("collections", "Counter", {counts});
    }
    default:
      return call("collections", "OrderedDict", {});
  }
}

// "cuda:1" is written as ("cuda", 1).
PythonObject reduce_device(const std::string& text) {
  const size_t colon = text.find(':');
  const Value type(text.substr(0, colon));
  if (colon == std::string::npos) return call("torch", "device", {type});
  return call("torch", "device",
              {type, parse_int(std::string_view(text).substr(colon + 1))});
}

}  // namespace

PythonObject reduce_python(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kBytes:
      if (value.empty()) return call("builtins", "bytes", {});
      return call("_codecs", "encode", {text_of(value), Value("latin1")});
    case ValueKind::kByteArray:
      if (value.empty()) return call("builtins", "bytearray", {});
      return call("builtins", "bytearray", {Value::bytes(value.as_bytes())});
    case ValueKind::kComplex:
      return call("builtins", "complex",
                  {value.as_complex().real(), value.as_complex().imag()});
    case ValueKind::kSet:
      return call("builtins", "set", {Value::list(keys_of(value))});
    case ValueKind::kFrozenSet:
      return call("builtins", "frozenset", {Value::list(keys_of(value))});
    case ValueKind::kSize: {
      std::vector<Value> sizes;
      for (const int64_t n : value.as_shape()) sizes.push_back(n);
      return call("torch", "Size", {Value::tuple(std::move(sizes))});
    }
    case ValueKind::kDevice:
      return reduce_device(value.device_text());
    case ValueKind::kDict:
      return reduce_dict(value);
    case ValueKind::kLayout:
      return call("torch.serialization", "_get_layout",
                  {Value(value.format_name())});
    case ValueKind::kPackedTensor:
    case ValueKind::kSparseTensor:
    case ValueKind::kNumpyArray:
    case ValueKind::kNumpyScalar:
      return value.made_by().callee.is_none() ? reduce_array(value.as_array())
                                              : value.made_by();
    case ValueKind::kObject:
      return value.as_object();
    default:
      internal::throw_error(
          ErrorCode::kUnsupported,
          internal::concat("save: a ", to_string(value.kind()),
                           " has no form in a pickle"));
  }
}

}  // namespace cresset::serialize
