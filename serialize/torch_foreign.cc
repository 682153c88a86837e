// Tensors that are kept in parts: quantized, sparse, and of rare dtypes.

#include <algorithm>
#include <string_view>
#include <utility>

#include "cresset/serialize/foreign.h"
#include "cresset/serialize/python_call.h"
#include "cresset/serialize/torch_rebuild.h"
#include "cresset/serialize/torch_types.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {
namespace {

PackedTensor packed(const std::vector<Value>& args, std::string dtype,
                    const Value& requires_grad) {
  const auto type = find_packed_dtype(dtype);
  CRESSET_CHECK(type.has_value(), kUnsupported, "a tensor of the dtype ",
                quoted(dtype, 40));
  const Tensor& elements = args[0].as_storage();
  PackedTensor tensor;
  tensor.dtype = std::move(dtype);
  tensor.shape = args[2].as_shape();
  tensor.strides = args[3].as_shape();
  tensor.offset = args[1].as_int();
  tensor.requires_grad = flag_of(requires_grad);
  if (type->per_byte == 1) {
    tensor.integers = view_of_storage(elements, type->carrier, tensor.offset,
                                      tensor.shape, tensor.strides, false);
    return tensor;
  }
  check_extent(tensor.shape, tensor.strides, tensor.offset,
               elements.numel() * type->per_byte);
  int64_t count = 1;
  for (const int64_t size : tensor.shape) count *= size;
  const int64_t bytes = (count + type->per_byte - 1) / type->per_byte;
  const int64_t first = tensor.offset / type->per_byte;
  CRESSET_CHECK(first + bytes <= elements.numel(), kFormat, "a tensor of ",
                count, " elements does not fit its storage of ",
                elements.numel(), " bytes");
  tensor.integers = internal::alias(elements, {bytes}, {1}, first);
  return tensor;
}

Quantization quantization(const Value& parameters) {
  CRESSET_CHECK(
      parameters.is_tuple() && parameters.size() >= 3 &&
          parameters[0].is_global() && parameters[0].module_name() == "torch",
      kFormat, "quantization is (scheme, numbers); got ", repr(parameters, 60));
  Quantization q;
  q.scheme = parameters[0].global_name();
  if (q.scheme == "per_tensor_affine" || q.scheme == "per_tensor_symmetric") {
    q.scale = parameters[1].as_float();
    q.zero_point = parameters[2].as_int();
    return q;
  }
  CRESSET_CHECK(q.scheme.starts_with("per_channel_") && parameters.size() == 4,
                kFormat, "quantization scheme ", quoted(q.scheme, 40));
  for (int i = 1; i <= 2; ++i) {
    CRESSET_CHECK(parameters[i].is_tensor() || parameters[i].is_list() ||
                      parameters[i].is_tuple(),
                  kFormat, "the scales of a quantized tensor are ",
                  repr(parameters[i], 40));
  }
  q.scales = parameters[1];
  q.zero_points = parameters[2];
  q.axis = parameters[3].as_int();
  return q;
}

void check_channels(const Quantization& q, const Shape& shape) {
  if (q.scales.is_none()) return;
  const auto rank = static_cast<int64_t>(shape.size());
  CRESSET_CHECK(q.axis >= 0 && q.axis < rank, kFormat, "a quantized tensor of ",
                rank, " dimensions has the axis ", q.axis);
  for (const Value* list : {&q.scales, &q.zero_points}) {
    const int64_t count = list->is_tensor()
                              ? list->as_tensor().numel()
                              : static_cast<int64_t>(list->size());
    CRESSET_CHECK(count == shape[static_cast<size_t>(q.axis)], kFormat,
                  "a quantized tensor of sizes ", shape, " has ", count,
                  " scales or zero points along dimension ", q.axis);
  }
}

Value quantized(const Value& callee, const std::vector<Value>& args) {
  CRESSET_CHECK(args.size() == 7, kFormat, "_rebuild_qtensor with ",
                args.size(), " arguments");
  const auto type = find_storage_class(args[0].storage_class());
  CRESSET_CHECK(type->dtype.starts_with('q'), kFormat,
                "a quantized tensor over a ", type->name);
  PackedTensor tensor = packed(args, std::string(type->dtype), args[5]);
  tensor.quantization = quantization(args[4]);
  check_channels(tensor.quantization, tensor.shape);
  return internal::packed_value(std::move(tensor),
                                python_call(callee, Value::tuple(args)));
}

// Names of the parts of a layout, but for the values at the end.
std::vector<std::string> part_names(std::string_view layout) {
  if (layout == "torch.sparse_coo") return {"indices"};
  if (layout == "torch.sparse_csr" || layout == "torch.sparse_bsr") {
    return {"crow_indices", "col_indices"};
  }
  if (layout == "torch.sparse_csc" || layout == "torch.sparse_bsc") {
    return {"ccol_indices", "row_indices"};
  }
  internal::throw_error(
      ErrorCode::kUnsupported,
      internal::concat("a sparse tensor of the layout ", quoted(layout, 40)));
}

void check_indices(const Tensor& tensor, int64_t limit, const char* name,
                   MemoryBudget& budget) {
  CRESSET_CHECK(tensor.dtype() == int64 || tensor.dtype() == int32, kFormat,
                "the ", name, " of a sparse tensor are ", tensor.dtype());
  if (tensor.storage()->data() == nullptr || tensor.numel() == 0) return;
  CRESSET_CHECK(tensor.nbytes() <= tensor.storage()->nbytes(), kFormat, "the ",
                name, " of a sparse tensor repeat their storage");
  budget.charge(tensor.nbytes());
  const Tensor flat = tensor.detach().cpu().contiguous();
  for (int64_t i = 0; i < flat.numel(); ++i) {
    const int64_t index = flat.dtype() == int64
                              ? static_cast<const int64_t*>(flat.raw_data())[i]
                              : static_cast<const int32_t*>(flat.raw_data())[i];
    CRESSET_CHECK(index >= 0 && index < limit, kFormat,
                  "an index of a sparse tensor is ", index, " among the ", name,
                  ", which go from 0 to ", limit - 1);
  }
}

void check_coo(const SparseTensor& sparse, MemoryBudget& budget) {
  const Tensor& indices = sparse.parts[0].second.as_tensor();
  const Tensor& values = sparse.parts[1].second.as_tensor();
  CRESSET_CHECK(indices.dim() == 2 && values.dim() >= 1 &&
                    indices.size(1) == values.size(0) &&
                    static_cast<size_t>(indices.size(0) + values.dim() - 1) ==
                        sparse.shape.size(),
                kFormat, "a sparse tensor of sizes ", sparse.shape,
                " has indices ", indices.shape(), " and values ",
                values.shape());
  for (int64_t d = 0; d < indices.size(0); ++d) {
    const Tensor row =
        internal::alias(indices, {indices.size(1)}, {indices.stride(1)},
                        indices.storage_offset() + d * indices.stride(0));
    check_indices(row, sparse.shape[static_cast<size_t>(d)], "indices", budget);
  }
}

void check_compressed(const SparseTensor& sparse, MemoryBudget& budget) {
  const Tensor& plain = sparse.parts[1].second.as_tensor();
  const Tensor& values = sparse.parts[2].second.as_tensor();
  CRESSET_CHECK(sparse.shape.size() >= 2 && plain.dim() >= 1 &&
                    values.dim() >= plain.dim() &&
                    plain.size(-1) == values.size(plain.dim() - 1),
                kFormat, "a sparse tensor of sizes ", sparse.shape,
                " has indices ", plain.shape(), " and values ", values.shape());
  const int64_t count = plain.size(-1);
  check_indices(sparse.parts[0].second.as_tensor(), count + 1,
                "compressed indices", budget);
  const int64_t rows = sparse.shape[sparse.shape.size() - 2];
  const int64_t columns = sparse.shape[sparse.shape.size() - 1];
  check_indices(plain, std::max(rows, columns), "plain indices", budget);
}

Value sparse(const Value& callee, const std::vector<Value>& args,
             MemoryBudget& budget) {
  CRESSET_CHECK(args.size() == 2 && args[0].kind() == ValueKind::kLayout &&
                    args[1].is_tuple(),
                kFormat, "a sparse tensor is (layout, parts)");
  SparseTensor tensor;
  tensor.layout = args[0].format_name();
  const std::vector<std::string> names = part_names(tensor.layout);
  const std::vector<Value>& data = args[1].elements();
  // The sizes follow the values; newer files tell whether it is coalesced.
  const size_t least = names.size() + 2;
  CRESSET_CHECK(data.size() == least || data.size() == least + 1, kFormat,
                "a sparse tensor of ", data.size(), " parts");
  for (size_t i = 0; i <= names.size(); ++i) {
    CRESSET_CHECK(data[i].is_tensor(), kFormat,
                  "a part of a sparse tensor is a ", to_string(data[i].kind()));
    tensor.parts.emplace_back(i < names.size() ? names[i] : "values", data[i]);
  }
  tensor.shape = data[names.size() + 1].as_shape();
  check_extent(tensor.shape, Shape(tensor.shape.size(), 0), 0, 1);
  names.size() == 1 ? check_coo(tensor, budget)
                    : check_compressed(tensor, budget);
  return internal::sparse_value(std::move(tensor),
                                python_call(callee, Value::tuple(args)));
}

}  // namespace

Value packed_view(const Value& callee, const std::vector<Value>& args,
                  std::string dtype, const Value& requires_grad) {
  return internal::packed_value(packed(args, std::move(dtype), requires_grad),
                                python_call(callee, Value::tuple(args)));
}

bool call_foreign(const std::string& name, const Value& callee,
                  const std::vector<Value>& args, MemoryBudget& budget,
                  Value& result) {
  if (name == "torch._utils._rebuild_qtensor") {
    result = quantized(callee, args);
  } else if (name == "torch._utils._rebuild_sparse_tensor" ||
             name == "torch._utils._rebuild_sparse_csr_tensor") {
    result = sparse(callee, args, budget);
  } else {
    return false;
  }
  return true;
}

}  // namespace cresset::serialize
