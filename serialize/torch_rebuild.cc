#include "cresset/serialize/torch_rebuild.h"

#include <algorithm>
#include <string_view>

#include "cresset/serialize/torch_types.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {
namespace {

constexpr size_t kMaxRank = 64;  // PyTorch's own limit

// Bytes from the first element to behind the last, or an error.
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
    CRESSET_CHECK(last <= INT64_MAX && count <= INT64_MAX, kFormat,
                  "a tensor is larger than memory can be; got sizes ", sizes,
                  " and strides ", strides);
  }
  CRESSET_CHECK(empty || last < limit, kFormat, "a tensor reaches element ",
                static_cast<int64_t>(last), " of a storage of ", limit,
                " elements; got sizes ", sizes, ", strides ", strides,
                " and offset ", offset);
}

bool flag(const Value& value) {
  return value.is_bool() ? value.as_bool() : value.as_int() != 0;
}

Tensor rebuild(const std::vector<Value>& args, Dtype dtype) {
  return view_of_storage(args[0].as_storage(), dtype, args[1].as_int(), args[2],
                         args[3], args.size() > 4 && flag(args[4]));
}

// The dictionary of conjugate and negative bits, which newer releases add.
void check_bits(const Value& bits) {
  for (const DictItem& item : bits.items()) {
    CRESSET_CHECK(!flag(item.value), kUnsupported, "a tensor with the ",
                  repr(item.key, 20),
                  " bit; resolve it in PyTorch before saving");
  }
}

Value parameter(const std::vector<Value>& args) {
  Tensor tensor = args[0].as_tensor();
  const bool requires_grad = args.size() < 2 || flag(args[1]);
  if (requires_grad != tensor.requires_grad()) {
    tensor = tensor.detach();
    tensor.requires_grad_(requires_grad);
  }
  return Value::parameter(tensor);
}

Value meta_tensor(const std::vector<Value>& args) {
  const Shape sizes = args[1].as_shape();
  const Shape strides = args[2].as_shape();
  check_extent(sizes, strides, 0, INT64_MAX);
  Tensor tensor = empty_strided(
      sizes, strides,
      {.dtype = args[0].as_dtype(), .device = Device(DeviceType::kMeta)});
  if (flag(args[3])) tensor.requires_grad_();
  return tensor;
}

Value device(const std::vector<Value>& args) {
  std::string text = args[0].as_str();
  if (args.size() > 1) text += internal::concat(":", args[1].as_int());
  return Value::device(std::move(text));
}

// Calls that are kept as they are: their parts say all there is to know.
bool is_kept(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "torch._tensor._rebuild_from_type",
      "torch._tensor._rebuild_from_type_v2",
      "torch._utils._rebuild_device_tensor_from_cpu_tensor",
      "torch._utils._rebuild_device_tensor_from_numpy",
      "torch._utils._rebuild_nested_tensor",
      "torch._utils._rebuild_qtensor",
      "torch._utils._rebuild_sparse_csr_tensor",
      "torch._utils._rebuild_sparse_tensor",
      "torch._utils._rebuild_wrapper_subclass",
      "torch.nn.parameter.UninitializedBuffer",
      "torch.nn.parameter.UninitializedParameter",
      "torch.serialization._get_layout",
  };
  return std::find(std::begin(kNames), std::end(kNames), name) !=
         std::end(kNames);
}

}  // namespace

Tensor view_of_storage(const Tensor& elements, Dtype dtype, int64_t offset,
                       const Value& sizes, const Value& strides,
                       bool requires_grad) {
  const Shape shape = sizes.as_shape();
  const Shape steps = strides.as_shape();
  const auto limit = static_cast<int64_t>(elements.nbytes() / itemsize(dtype));
  check_extent(shape, steps, offset, limit);
  // Only storages of very old files are themselves parts of others.
  offset += elements.storage_offset();
  const Tensor tensor =
      internal::over_storage(elements.storage(), dtype, shape, steps, offset);
  if (requires_grad) tensor.requires_grad_();
  return tensor;
}

Value TorchHooks::global(const std::string& module, const std::string& name) {
  if (module == "torch") {
    if (const auto dtype = find_dtype(name)) return *dtype;
  }
  return Value::global(module, name);
}

bool TorchHooks::call(const Value& callee, const std::vector<Value>& args,
                      Value& result) {
  const std::string name = callee.qualified_name();
  const size_t count = args.size();
  const auto require = [&](bool holds) {
    CRESSET_CHECK(holds, kFormat, name, " with ", count, " arguments");
  };
  if (name == "torch._utils._rebuild_tensor_v2") {
    require(count == 6 || count == 7);
    if (count == 7) check_bits(args[6]);
    result = rebuild(args, args[0].as_storage().dtype());
  } else if (name == "torch._utils._rebuild_tensor") {
    require(count == 4);
    result = rebuild(args, args[0].as_storage().dtype());
  } else if (name == "torch._utils._rebuild_tensor_v3") {
    require(count == 7 || count == 8);
    if (count == 8) check_bits(args[7]);
    CRESSET_CHECK(args[6].kind() == ValueKind::kDtype, kUnsupported,
                  "a tensor of the dtype ", repr(args[6], 40));
    result = rebuild(args, args[6].as_dtype());
  } else if (name == "torch._utils._rebuild_parameter" ||
             name == "torch.nn.parameter.Parameter") {
    require(count >= 1 && count <= 3);
    result = parameter(args);
  } else if (name == "torch._utils._rebuild_meta_tensor_no_storage") {
    require(count == 4);
    result = meta_tensor(args);
  } else if (name == "torch.Size") {
    require(count <= 1);
    result = Value::size(count == 0 ? Shape() : args[0].as_shape());
  } else if (name == "torch.device") {
    require(count == 1 || count == 2);
    result = device(args);
  } else if (is_kept(name)) {
    PythonObject object;
    object.form = PythonObject::Form::kCall;
    object.callee = callee;
    object.args = Value::tuple(args);
    result = Value::object(std::move(object));
  } else {
    return call_python(name, args, result);
  }
  return true;
}

}  // namespace cresset::serialize
