#include "cresset/serialize/torch_rebuild.h"

#include <algorithm>
#include <string_view>

#include "cresset/serialize/foreign.h"
#include "cresset/serialize/numpy_calls.h"
#include "cresset/serialize/python_call.h"
#include "cresset/serialize/torch_legacy.h"
#include "cresset/serialize/torch_types.h"
#include "cresset/serialize/value_node.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {
namespace {

constexpr size_t kMaxRank = 64;  // PyTorch's own limit
constexpr int kMaxNesting = 4;

void require_count(bool holds, const std::string& name, size_t count) {
  CRESSET_CHECK(holds, kFormat, name, " with ", count, " arguments");
}

// False in the first reading of a legacy file, which has no elements yet.
bool has_data(const Tensor& tensor) {
  return tensor.storage()->data() != nullptr || tensor.numel() == 0;
}

Value parameter(const std::vector<Value>& args) {
  const bool requires_grad = args.size() < 2 || flag_of(args[1]);
  if (args[0].is_packed()) {
    PackedTensor packed = args[0].as_packed();
    packed.parameter = true;
    packed.requires_grad = requires_grad;
    return internal::packed_value(std::move(packed), args[0].made_by());
  }
  if (args[0].is_sparse()) {
    SparseTensor sparse = args[0].as_sparse();
    sparse.parameter = true;
    sparse.requires_grad = requires_grad;
    return internal::sparse_value(std::move(sparse), args[0].made_by());
  }
  Tensor tensor = args[0].as_tensor();
  if (requires_grad != tensor.requires_grad()) {
    tensor = tensor.detach();
    tensor.requires_grad_(requires_grad);
  }
  return Value::parameter(tensor);
}

// A dict, or (dict or None, dict of slots).
Value merged_state(const Value& state) {
  if (!state.is_tuple()) return state;
  Value result = Value::dict();
  for (const Value& part : state) {
    if (part.is_none()) continue;
    for (const DictItem& item : part.items()) result[item.key] = item.value;
  }
  return result;
}

Value with_attributes(Value tensor, const Value& state) {
  const Value attributes = merged_state(state);
  if (!tensor.is_tensor() || attributes.is_none() || attributes.empty()) {
    return tensor;
  }
  tensor.set_attributes(attributes);
  return tensor;
}

Value meta_tensor(const std::vector<Value>& args) {
  const Shape sizes = args[1].as_shape();
  const Shape strides = args[2].as_shape();
  check_extent(sizes, strides, 0, INT64_MAX / 16);
  Tensor tensor = empty_strided(
      sizes, strides,
      {.dtype = args[0].as_dtype(), .device = Device(DeviceType::kMeta)});
  if (flag_of(args[3])) tensor.requires_grad_();
  return tensor;
}

Value device(const std::vector<Value>& args) {
  std::string text = args[0].as_str();
  if (args.size() > 1) text += internal::concat(":", args[1].as_int());
  return Value::device(std::move(text));
}

// A tensor of another kind of machine, kept as an array or tensor of the CPU.
Value device_tensor(const std::vector<Value>& args) {
  Tensor tensor =
      args[0].is_array() ? args[0].as_array().tensor() : args[0].as_tensor();
  if (has_data(tensor)) tensor = tensor.detach().to(args[1].as_dtype());
  if (flag_of(args[3])) tensor.requires_grad_();
  return tensor;
}

// The dtype of "FloatTensor", which very old files call without arguments.
std::optional<Dtype> tensor_class(std::string_view name) {
  for (const std::string_view prefix : {"torch.cuda.", "torch."}) {
    if (!name.starts_with(prefix) || !name.ends_with("Tensor")) continue;
    name.remove_prefix(prefix.size());
    name.remove_suffix(6);
    const auto found = find_storage_class(std::string(name) + "Storage");
    if (!found || !find_dtype(found->dtype) || name == "Untyped") break;
    return found->carrier;
  }
  return std::nullopt;
}

// Calls that are kept as they are: their parts say all there is to know.
bool is_kept(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "torch._utils._rebuild_nested_tensor",
      "torch._utils._rebuild_wrapper_subclass",
      "torch.nn.parameter.UninitializedBuffer",
      "torch.nn.parameter.UninitializedParameter",
  };
  return std::find(std::begin(kNames), std::end(kNames), name) !=
         std::end(kNames);
}

bool is_memory_format(std::string_view name) {
  return name == "contiguous_format" || name == "channels_last" ||
         name == "channels_last_3d" || name == "preserve_format";
}

}  // namespace

bool flag_of(const Value& value) {
  return value.is_bool() ? value.as_bool() : value.as_int() != 0;
}

void check_extent(const Shape& sizes, const Shape& strides, int64_t offset,
                  int64_t limit) {
  CRESSET_CHECK(sizes.size() == strides.size(), kFormat, "a tensor has ",
                sizes.size(), " sizes, but ", strides.size(), " strides");
  CRESSET_CHECK(sizes.size() <= kMaxRank, kFormat, "a tensor has ",
                sizes.size(), " dimensions; PyTorch has at most ", kMaxRank);
  CRESSET_CHECK(offset >= 0, kFormat, "a tensor begins at element ", offset,
                " of its storage");
  __int128 last = offset;
  __int128 count = 1;
  bool empty = false;
  for (size_t i = 0; i < sizes.size(); ++i) {
    CRESSET_CHECK(sizes[i] >= 0 && strides[i] >= 0, kFormat,
                  "a tensor has a negative size or stride; got sizes ", sizes,
                  " and strides ", strides);
    empty = empty || sizes[i] == 0;
    if (sizes[i] > 1) last += static_cast<__int128>(sizes[i] - 1) * strides[i];
    if (sizes[i] != 0) count *= sizes[i];
    CRESSET_CHECK(last <= INT64_MAX / 16 && count <= INT64_MAX / 16, kFormat,
                  "a tensor is larger than memory can be; got sizes ", sizes,
                  " and strides ", strides);
  }
  CRESSET_CHECK(empty || last < limit, kFormat, "a tensor reaches element ",
                static_cast<int64_t>(last), " of a storage of ", limit,
                " elements; got sizes ", sizes, ", strides ", strides,
                " and offset ", offset);
}

Tensor view_of_storage(const Tensor& elements, Dtype dtype, int64_t offset,
                       const Shape& sizes, const Shape& strides,
                       bool requires_grad) {
  const auto limit = static_cast<int64_t>(elements.nbytes() / itemsize(dtype));
  check_extent(sizes, strides, offset, limit);
  // Only storages of very old files are themselves parts of others.
  offset += elements.storage_offset();
  CRESSET_CHECK(offset <= INT64_MAX / 16, kFormat,
                "a tensor begins at element ", offset, " of its storage");
  const Tensor tensor =
      internal::over_storage(elements.storage(), dtype, sizes, strides, offset);
  if (requires_grad) tensor.requires_grad_();
  return tensor;
}

Value TorchHooks::global(const std::string& module, const std::string& name) {
  if (module == "torch") {
    if (const auto dtype = canonical_dtype(name)) {
      return Value::dtype(std::string(*dtype));
    }
    if (is_memory_format(name)) return Value::memory_format("torch." + name);
  }
  if (module == "torch._utils" && name.starts_with("torch.") &&
      is_memory_format(std::string_view(name).substr(6))) {
    return Value::memory_format(name);
  }
  return Value::global(module, name);
}

// The bits of a tensor that PyTorch has conjugated or negated lazily.
Value TorchHooks::with_bits(const Tensor& tensor, const Value& bits) {
  bool conj = false;
  bool neg = false;
  for (const DictItem& item : bits.items()) {
    const bool set = flag_of(item.value);
    if (item.key == "conj") {
      conj = set;
    } else if (item.key == "neg") {
      neg = set;
    } else {
      CRESSET_CHECK(!set, kUnsupported, "a tensor with the bit ",
                    repr(item.key, 20));
    }
  }
  // The elements are written out, an expanded tensor in full.
  if (!conj && !neg) return Value(tensor);
  budget_->charge(tensor.nbytes());
  if (!has_data(tensor)) return Value(tensor);
  return Value::with_bits(tensor, conj, neg);
}

Value TorchHooks::rebuild(const std::string& name, const Value& callee,
                          const std::vector<Value>& args) {
  const bool v3 = name.ends_with("_v3");
  const size_t count = args.size();
  require_count(v3                      ? count == 7 || count == 8
                : name.ends_with("_v2") ? count == 6 || count == 7
                                        : count == 4,
                name, count);
  const Tensor& elements = args[0].as_storage();
  const auto type = find_storage_class(args[0].storage_class());
  std::string dtype = v3 ? args[6].dtype_name() : std::string(type->dtype);
  const Value requires_grad = count > 4 ? args[4] : Value(false);
  const auto found = find_dtype(dtype);
  if (!found) return packed_view(callee, args, std::move(dtype), requires_grad);
  const Tensor tensor = view_of_storage(
      elements, v3 ? *found : type->carrier, args[1].as_int(),
      args[2].as_shape(), args[3].as_shape(), flag_of(requires_grad));
  const size_t bits = v3 ? 7 : 6;
  return count > bits ? with_bits(tensor, args[bits]) : Value(tensor);
}

// func(*args) with a state, as newer releases write subclasses of Tensor and
// tensors with attributes.
Value TorchHooks::from_type(const std::vector<Value>& args) {
  CRESSET_CHECK(
      args[0].is_global() && args[1].is_global() && args[2].is_tuple(), kFormat,
      "_rebuild_from_type is of a function, a class, arguments and a "
      "state");
  const std::string name = args[0].qualified_name();
  CRESSET_ALLOW(name.starts_with("torch._utils._rebuild_"), "the call of ",
                quoted(name), " is refused: it makes no tensor");
  Value tensor;
  CRESSET_ALLOW(call(args[0], args[2].elements(), tensor), "the call of ",
                quoted(name), " is refused: it is not known");
  tensor = with_attributes(std::move(tensor), args[3]);
  const std::string kind = args[1].qualified_name();
  if (tensor.is_tensor() && kind != "torch.Tensor" &&
      kind != "torch.nn.parameter.Parameter") {
    tensor.set_tensor_class(args[1]);
  }
  return tensor;
}

// A storage as a file of its own, which plain pickle makes of it.
Value TorchHooks::nested(const Value& bytes) {
  CRESSET_CHECK(bytes.is_bytes() || bytes.kind() == ValueKind::kByteArray,
                kFormat, "_load_from_bytes of ", repr(bytes, 40));
  CRESSET_ALLOW(depth_ < kMaxNesting, "files within files go deeper than ",
                kMaxNesting);
  LoadOptions options;
  const auto file = InputFile::from_bytes(bytes.as_bytes(), path_);
  return read_torch_legacy(file, options, budget_, depth_ + 1);
}

bool TorchHooks::call(const Value& callee, const std::vector<Value>& args,
                      Value& result) {
  const std::string name = callee.qualified_name();
  const size_t count = args.size();
  const auto require = [&](bool holds) { require_count(holds, name, count); };
  if (!name.starts_with("torch.")) {
    return call_numpy(name, callee, args, result) ||
           call_python(name, args, result);
  }
  if (name == "torch._utils._rebuild_tensor_v2" ||
      name == "torch._utils._rebuild_tensor" ||
      name == "torch._utils._rebuild_tensor_v3") {
    result = rebuild(name, callee, args);
  } else if (name == "torch._utils._rebuild_parameter" ||
             name == "torch.nn.parameter.Parameter") {
    require(count >= 1 && count <= 3);
    result = parameter(args);
  } else if (name == "torch._utils._rebuild_parameter_with_state") {
    require(count == 4);
    result = with_attributes(parameter({args[0], args[1]}), args[3]);
  } else if (name == "torch._tensor._rebuild_from_type_v2" ||
             name == "torch._tensor._rebuild_from_type" ||
             name == "torch.tensor._rebuild_from_type") {
    require(count == 4);
    result = from_type(args);
  } else if (name == "torch._utils._rebuild_meta_tensor_no_storage") {
    require(count == 4);
    result = meta_tensor(args);
  } else if (name == "torch._utils._rebuild_device_tensor_from_numpy" ||
             name == "torch._utils._rebuild_xla_tensor" ||
             name == "torch._utils._rebuild_device_tensor_from_cpu_tensor") {
    require(count == 4);
    result = device_tensor(args);
  } else if (name == "torch.Size") {
    require(count <= 1);
    result = Value::size(count == 0 ? Shape() : args[0].as_shape());
  } else if (name == "torch.device") {
    require(count == 1 || count == 2);
    result = device(args);
  } else if (name == "torch.serialization._get_layout") {
    require(count == 1);
    result = Value::layout(args[0].as_str());
  } else if (name == "torch.storage._load_from_bytes") {
    require(count == 1);
    result = nested(args[0]);
  } else if (name.starts_with("torch.jit._pickle.")) {
    // Marks of TorchScript for the types of lists and dicts.
    require(count >= 1 && count <= 2);
    result = args[0];
  } else if (call_foreign(name, callee, args, *budget_, result)) {
    return true;
  } else if (const auto dtype = tensor_class(name); dtype && count == 0) {
    result = empty({0}, {.dtype = *dtype, .device = Device()});
  } else if (is_kept(name)) {
    result = Value::object(python_call(callee, Value::tuple(args)));
  } else {
    return false;
  }
  return true;
}

bool TorchHooks::build(Value& object, const Value& state) {
  if (object.is_array()) {
    build_array(object, state, *budget_);
    return true;
  }
  if (!object.is_tensor()) return false;
  auto& node = static_cast<internal::TensorNode&>(*object.node());
  CRESSET_CHECK(state.is_tuple() && state.size() >= 3 && state.size() <= 5,
                kFormat, "the state of a tensor is a tuple; got ",
                repr(state, 60));
  const auto& parts = state.elements();
  if (parts.size() == 4) {
    // Releases before 0.2: (storage, offset, sizes, strides).
    node.tensor = view_of_storage(parts[0].as_storage(), node.tensor.dtype(),
                                  parts[1].as_int(), parts[2].as_shape(),
                                  parts[3].as_shape(), false);
    return true;
  }
  // (requires_grad, volatile, hooks), or a Variable's (data, gradient, hooks,
  // requires_grad, volatile).
  Tensor tensor = parts.size() == 5 ? parts[0].as_tensor() : node.tensor;
  const bool requires_grad = flag_of(parts[parts.size() == 5 ? 3 : 0]);
  if (requires_grad != tensor.requires_grad()) {
    tensor = tensor.detach();
    tensor.requires_grad_(requires_grad);
  }
  node.tensor = tensor;
  return true;
}

}  // namespace cresset::serialize
