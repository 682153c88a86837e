#include "cresset/serialize/numpy_calls.h"

#include <cstring>
#include <string_view>
#include <utility>

#include "cresset/serialize/pickle_text.h"
#include "cresset/serialize/python_call.h"
#include "cresset/serialize/value_node.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {
namespace {

// The bytes of a Value as a tensor over the same memory.
Tensor bytes_tensor(const Value& value) {
  CRESSET_CHECK(value.is_bytes() || value.kind() == ValueKind::kByteArray,
                kFormat, "the elements of an array are bytes; got ",
                repr(value, 40));
  const std::string& bytes = value.as_bytes();
  return internal::over_storage(
      internal::make_ref<Storage>(const_cast<char*>(bytes.data()), bytes.size(),
                                  Device(), value.node()),
      uint8, {static_cast<int64_t>(bytes.size())}, {1}, 0);
}

// The number of elements, or an error.
int64_t count_of(const Shape& shape) {
  CRESSET_CHECK(shape.size() <= 64, kFormat, "an array has ", shape.size(),
                " dimensions; NumPy has at most 64");
  __int128 count = 1;
  for (const int64_t size : shape) {
    CRESSET_CHECK(size >= 0, kFormat, "an array has a negative size; got ",
                  shape);
    if (size != 0) count *= size;
    CRESSET_CHECK(count <= INT64_MAX / 16, kFormat,
                  "an array is larger than memory can be; got ", shape);
  }
  for (const int64_t size : shape) {
    if (size == 0) return 0;
  }
  return static_cast<int64_t>(count);
}

// The unit of a time, from the dtype's extra state: ({}, (b"ns", 1, 1, 1)).
std::string time_unit(const Value& state) {
  if (!state.is_tuple() || state.size() < 9 || !state[8].is_tuple() ||
      state[8].size() != 2) {
    return "";
  }
  const Value& unit = state[8][1];
  CRESSET_CHECK(unit.is_tuple() && unit.size() >= 2, kFormat,
                "the unit of a time is ", repr(unit, 40));
  const std::string& name =
      unit[0].is_str() ? unit[0].as_str() : unit[0].as_bytes();
  if (name == "generic") return "";
  const int64_t count = unit[1].as_int();
  return internal::concat("[", count == 1 ? "" : internal::concat(count), name,
                          "]");
}

NumpyDtype dtype_of_value(const Value& value) {
  CRESSET_CHECK(value.is_object() && value.qualified_name() == "numpy.dtype" &&
                    !value.as_object().args.empty() &&
                    value.as_object().args[0].is_str(),
                kFormat, "the dtype of an array is ", repr(value, 60));
  const PythonObject& object = value.as_object();
  const std::string& code = object.args[0].as_str();
  char order = '<';
  int64_t bytes = -1;
  std::string unit;
  if (object.has_state) {
    const Value& state = object.state;
    CRESSET_CHECK(state.is_tuple() && state.size() >= 7 && state[1].is_str() &&
                      state[1].size() == 1 && state[5].is_int(),
                  kFormat, "the state of a NumPy dtype is ", repr(state, 60));
    CRESSET_CHECK(state[2].is_none(), kUnsupported,
                  "a NumPy dtype with a subdtype");
    order = state[1].as_str()[0];
    bytes = state[5].as_int();
    unit = time_unit(state);
  }
  NumpyDtype dtype = numpy_dtype(code, order, bytes);
  dtype.name += unit;
  return dtype;
}

// Copies `from`, in Fortran's order, to C order.
void to_c_order(const uint8_t* from, uint8_t* to, const Shape& shape,
                size_t itemsize) {
  const auto rank = static_cast<int64_t>(shape.size());
  Shape index(shape.size(), 0);
  Shape strides(shape.size(), 0);
  int64_t count = 1;
  for (size_t i = 0; i < shape.size(); ++i) {
    strides[i] = count;
    count *= shape[i];
  }
  int64_t place = 0;
  for (int64_t n = 0; n < count; ++n) {
    std::memcpy(to + static_cast<size_t>(n) * itemsize,
                from + static_cast<size_t>(place) * itemsize, itemsize);
    for (int64_t i = rank; i-- > 0;) {
      const auto d = static_cast<size_t>(i);
      place += strides[d];
      if (++index[d] < shape[d]) break;
      place -= strides[d] * shape[d];
      index[d] = 0;
    }
  }
}

}  // namespace

NumpyDtype numpy_dtype(std::string_view code, char order, int64_t bytes) {
  NumpyDtype dtype;
  const char letter = code.empty() ? '\0' : code[0];
  int64_t size = 0;
  for (const char c : code.substr(code.empty() ? 0 : 1)) {
    CRESSET_CHECK(c >= '0' && c <= '9' && size < (1 << 24), kUnsupported,
                  "the NumPy dtype ", quoted(code, 40));
    size = size * 10 + (c - '0');
  }
  const bool known =
      std::string_view("biufcUSVOMm").find(letter) != std::string_view::npos &&
      letter != '\0';
  CRESSET_CHECK(
      known && (order == '<' || order == '>' || order == '|' || order == '='),
      kUnsupported, "the NumPy dtype ", quoted(code, 40));
  const auto require = [&](std::initializer_list<int64_t> sizes) {
    for (const int64_t allowed : sizes) {
      if (size == allowed) return;
    }
    internal::throw_error(ErrorCode::kUnsupported,
                          "the NumPy dtype " + quoted(code, 40));
  };
  dtype.itemsize = static_cast<size_t>(size);
  dtype.swapped = dtype.itemsize;
  switch (letter) {
    case 'b':
      require({1});
      break;
    case 'i':
    case 'u':
      require({1, 2, 4, 8});
      break;
    case 'f':
      require({2, 4, 8, 16});
      break;
    case 'c':
      require({8, 16, 32});
      dtype.swapped /= 2;
      break;
    case 'M':
    case 'm':
      require({8});
      break;
    case 'U':
      if (bytes >= 0) size = bytes / 4;
      dtype.itemsize = static_cast<size_t>(size) * 4;
      dtype.swapped = 4;
      break;
    case 'O':
      size = 8;
      dtype.objects = true;
      dtype.itemsize = 8;
      dtype.swapped = 1;
      break;
    default:  // S and V: bytes
      if (bytes >= 0) size = bytes;
      dtype.itemsize = static_cast<size_t>(size);
      dtype.swapped = 1;
  }
  CRESSET_CHECK(size >= 0 && size <= INT32_MAX, kFormat, "a NumPy dtype of ",
                size, " bytes");
  const bool plain = dtype.swapped <= 1;
  dtype.name = plain ? "|" : "<";
  dtype.name += letter;
  if (!dtype.objects) dtype.name += internal::concat(size);
  if (order != '>' || plain) dtype.swapped = 0;
  return dtype;
}

NumpyArray make_array(const NumpyDtype& dtype, const Shape& shape, bool fortran,
                      const Tensor& data) {
  NumpyArray array;
  array.dtype = dtype.name;
  array.shape = shape;
  const int64_t count = count_of(shape);
  CRESSET_CHECK(static_cast<__int128>(count) * dtype.itemsize == data.nbytes(),
                kFormat, "an array of ", shape, " and ", dtype.itemsize,
                " bytes an element has ", data.nbytes(), " bytes");
  array.bytes = data;
  // Text of no characters takes no bytes, however many there are.
  if (data.nbytes() == 0) return array;
  const bool transpose = fortran && shape.size() > 1;
  if (!transpose && dtype.swapped == 0) return array;
  array.bytes = empty({data.numel()}, {.dtype = uint8, .device = Device()});
  const auto* from = static_cast<const uint8_t*>(data.raw_data());
  auto* to = static_cast<uint8_t*>(array.bytes.raw_data());
  if (transpose) {
    to_c_order(from, to, shape, dtype.itemsize);
  } else {
    std::memcpy(to, from, data.nbytes());
  }
  for (size_t at = 0; dtype.swapped != 0 && at < data.nbytes();
       at += dtype.swapped) {
    std::reverse(to + at, to + at + dtype.swapped);
  }
  return array;
}

bool call_numpy(const std::string& full_name, const Value& callee,
                const std::vector<Value>& args, Value& result) {
  std::string_view name = full_name;
  for (const std::string_view prefix : {"numpy.core.", "numpy._core."}) {
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  }
  if (name.size() == full_name.size()) return false;
  if (name == "multiarray._reconstruct" && args.size() == 3 &&
      args[0].is_global() && args[0].qualified_name() == "numpy.ndarray") {
    NumpyArray array;
    array.dtype = "|i1";
    array.shape = {0};
    array.bytes = empty({0}, {.dtype = uint8, .device = Device()});
    result = internal::array_value(std::move(array),
                                   python_call(callee, Value::tuple(args)));
    return true;
  }
  if (name == "multiarray.scalar" && args.size() == 2) {
    const NumpyDtype dtype = dtype_of_value(args[0]);
    CRESSET_CHECK(!dtype.objects, kUnsupported, "a NumPy scalar of objects");
    result = internal::array_value(
        make_array(dtype, {}, false, bytes_tensor(args[1])),
        python_call(callee, Value::tuple(args)), true);
    return true;
  }
  if (name == "numeric._frombuffer" && args.size() == 4) {
    const NumpyDtype dtype = dtype_of_value(args[1]);
    CRESSET_CHECK(!dtype.objects, kFormat,
                  "an array of objects is made of raw bytes");
    CRESSET_CHECK(args[3] == "C" || args[3] == "F", kFormat,
                  "the order of an array is ", repr(args[3], 20));
    result =
        internal::array_value(make_array(dtype, args[2].as_shape(),
                                         args[3] == "F", bytes_tensor(args[0])),
                              python_call(callee, Value::tuple(args)));
    return true;
  }
  return false;
}

void build_array(Value& value, const Value& state, MemoryBudget& budget) {
  auto& node = static_cast<internal::ArrayNode&>(*value.node());
  CRESSET_CHECK(node.made_by.callee.global_name() == "_reconstruct" &&
                    !node.made_by.has_state,
                kFormat, "an array is given a second state");
  CRESSET_CHECK(state.is_tuple() && state.size() == 5 && state[0].is_int() &&
                    (state[3].is_bool() || state[3].is_int()),
                kFormat,
                "the state of an array is (version, shape, dtype, order, "
                "bytes); got ",
                repr(state, 60));
  const Shape shape = state[1].as_shape();
  const NumpyDtype dtype = dtype_of_value(state[2]);
  const bool fortran =
      state[3].is_bool() ? state[3].as_bool() : state[3].as_int() != 0;
  if (dtype.objects) {
    const int64_t count = count_of(shape);
    CRESSET_CHECK(
        state[4].is_list() && state[4].size() == static_cast<size_t>(count),
        kFormat, "an array of ", shape, " objects has ", repr(state[4], 40));
    CRESSET_CHECK(!fortran || shape.size() < 2, kUnsupported,
                  "an array of objects in Fortran's order");
    node.array.dtype = dtype.name;
    node.array.shape = shape;
    node.array.objects = state[4];
  } else {
    budget.charge(state[4].size());
    node.array = make_array(dtype, shape, fortran, bytes_tensor(state[4]));
  }
  node.made_by.has_state = true;
  node.made_by.state = state;
}

}  // namespace cresset::serialize
