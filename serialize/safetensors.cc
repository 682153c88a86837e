#include "cresset/serialize/safetensors.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "cresset/serialize/foreign.h"
#include "cresset/serialize/json_reader.h"
#include "cresset/serialize/python_call.h"
#include "cresset/serialize/storage_bytes.h"
#include "cresset/serialize/storage_loader.h"
#include "cresset/serialize/torch_types.h"
#include "cresset/serialize/zip_format.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {
namespace {

constexpr uint64_t kMaxHeader = 100'000'000;

struct Entry {
  Value name;
  std::string_view dtype;
  Dtype carrier = uint8;
  bool packed = false;
  Shape shape;
  int64_t count = 1;
  uint64_t begin = 0;
  uint64_t end = 0;
};

std::string_view dtype_of(const Value& name) {
  for (const SafetensorsType& type : kSafetensorsTypes) {
    if (name == Value(std::string(type.name))) return type.dtype;
  }
  internal::throw_error(ErrorCode::kUnsupported, "the dtype " + repr(name, 40));
}

uint64_t place(const Value& number) {
  CRESSET_CHECK(number.is_int() && number.as_int() >= 0, kFormat,
                "an offset is a whole number; got ", repr(number, 40));
  return static_cast<uint64_t>(number.as_int());
}

Entry read_entry(const Value& name, const Value& info) {
  CRESSET_CHECK(info.is_dict() && info.size() == 3 && info.contains("dtype") &&
                    info.contains("shape") && info.contains("data_offsets"),
                kFormat, "a tensor has dtype, shape and data_offsets; got ",
                repr(info, 80));
  Entry entry;
  entry.name = name;
  entry.dtype = dtype_of(info["dtype"]);
  if (const auto packed = find_packed_dtype(entry.dtype)) {
    entry.packed = true;
    entry.carrier = packed->carrier;
  } else {
    entry.carrier = *find_dtype(entry.dtype);
  }
  const Value& shape = info["shape"];
  CRESSET_CHECK(shape.is_list() && shape.size() <= 64, kFormat,
                "a shape is a list of at most 64 sizes; got ", repr(shape, 60));
  __int128 count = 1;
  bool empty = false;
  for (const Value& size : shape) {
    const uint64_t n = place(size);
    entry.shape.push_back(static_cast<int64_t>(n));
    empty = empty || n == 0;
    if (n != 0) count *= n;
    CRESSET_CHECK(count <= INT64_MAX / 16, kFormat,
                  "a tensor is larger than memory can be; got ",
                  repr(shape, 60));
  }
  entry.count = empty ? 0 : static_cast<int64_t>(count);
  const Value& offsets = info["data_offsets"];
  CRESSET_CHECK(offsets.is_list() && offsets.size() == 2, kFormat,
                "data_offsets are two numbers; got ", repr(offsets, 60));
  entry.begin = place(offsets[0]);
  entry.end = place(offsets[1]);
  const uint64_t bytes =
      static_cast<uint64_t>(entry.count) * itemsize(entry.carrier);
  CRESSET_CHECK(entry.end >= entry.begin && entry.end - entry.begin == bytes,
                kFormat, "a tensor of ", bytes, " bytes lies from ",
                entry.begin, " to ", entry.end);
  return entry;
}

// A tensor of a dtype that Cresset has not, over a storage of bytes.
Value packed_tensor(const Entry& entry, const Tensor& bytes) {
  PackedTensor tensor;
  tensor.dtype = entry.dtype;
  tensor.shape = entry.shape;
  tensor.strides = contiguous_strides(entry.shape);
  tensor.integers = internal::over_storage(bytes.storage(), entry.carrier,
                                           entry.shape, tensor.strides, 0);
  std::vector<Value> sizes(entry.shape.begin(), entry.shape.end());
  std::vector<Value> strides(tensor.strides.begin(), tensor.strides.end());
  PythonObject call =
      python_call(Value::global("torch._utils", "_rebuild_tensor_v3"),
                  Value::tuple({Value::storage(bytes, "UntypedStorage"), 0,
                                Value::tuple(sizes), Value::tuple(strides),
                                false, Value::ordered_dict(),
                                Value::dtype(std::string(entry.dtype))}));
  return internal::packed_value(std::move(tensor), std::move(call));
}

class Reader {
 public:
  Reader(const std::shared_ptr<InputFile>& file, const LoadOptions& options,
         bool structure_only)
      : file_(file),
        options_(options),
        loader_(file),
        structure_only_(structure_only),
        budget_(file->size(), options.max_pickle_ops) {}

  Value read(Value* metadata) {
    read_header(metadata);
    check_tiling();
    Value result = Value::dict();
    for (const Entry& entry : entries_) result[entry.name] = tensor_of(entry);
    loader_.finish();
    return result;
  }

 private:
  void read_header(Value* metadata) {
    CRESSET_CHECK(file_->size() >= 8, kFormat, "the file has ", file_->size(),
                  " bytes, too few for a header");
    const uint64_t size = read64(file_->data());
    CRESSET_CHECK(size <= kMaxHeader, kFormat, "the header claims ", size,
                  " bytes; at most ", kMaxHeader, " are allowed");
    CRESSET_CHECK(size <= file_->size() - 8, kFormat, "the header of ", size,
                  " bytes is longer than the file of ", file_->size(),
                  " bytes; the file is truncated");
    data_ = 8 + size;
    const Value header = read_json(
        {reinterpret_cast<const char*>(file_->data()) + 8, size}, budget_);
    CRESSET_CHECK(header.is_dict(), kFormat, "the header is no JSON object");
    for (const DictItem& item : header.items()) {
      if (item.key == "__metadata__") {
        check_metadata(item.value);
        if (metadata != nullptr) *metadata = item.value;
        continue;
      }
      try {
        budget_.charge_object(sizeof(Entry) + 400);
        entries_.push_back(read_entry(item.key, item.value));
      } catch (const RefusedError&) {
        throw;
      } catch (const Error& error) {
        internal::throw_error(
            error.code(), internal::concat("tensor ", repr(item.key, 80), ": ",
                                           error.what()));
      }
    }
  }

  static void check_metadata(const Value& metadata) {
    CRESSET_CHECK(metadata.is_dict(), kFormat, "__metadata__ is no object");
    for (const DictItem& item : metadata.items()) {
      CRESSET_CHECK(item.value.is_str(), kFormat,
                    "__metadata__ maps text to text; got ",
                    repr(item.value, 40));
    }
  }

  void check_tiling() {
    std::vector<const Entry*> order;
    order.reserve(entries_.size());
    for (const Entry& entry : entries_) order.push_back(&entry);
    std::stable_sort(order.begin(), order.end(),
                     [](const Entry* a, const Entry* b) {
                       return std::make_pair(a->begin, a->end) <
                              std::make_pair(b->begin, b->end);
                     });
    uint64_t end = 0;
    for (const Entry* entry : order) {
      CRESSET_CHECK(entry->begin == end, kFormat, "tensor ",
                    repr(entry->name, 80), " begins at ", entry->begin,
                    " of the data, but the one before ends at ", end);
      end = entry->end;
    }
    CRESSET_CHECK(data_ + end == file_->size(), kFormat,
                  "the tensors end at byte ", data_ + end,
                  ", but the file has ", file_->size(),
                  " bytes; it is truncated or damaged");
  }

  Value tensor_of(const Entry& entry) {
    const auto bytes = static_cast<int64_t>(entry.end - entry.begin);
    uint8_t* at = file_->data() + data_ + entry.begin;
    if (entry.packed) {
      return packed_tensor(entry, structure_only_
                                      ? tensor_without_data(bytes, uint8)
                                      : tensor_over(at, bytes, uint8, file_));
    }
    const Device device = options_.map_location("cpu");
    const Tensor flat =
        structure_only_ ? tensor_without_data(entry.count, entry.carrier)
                        : loader_.load(at, entry.count, entry.carrier, device);
    return internal::over_storage(flat.storage(), entry.carrier, entry.shape,
                                  contiguous_strides(entry.shape), 0);
  }

  std::shared_ptr<InputFile> file_;
  const LoadOptions& options_;
  StorageLoader loader_;
  bool structure_only_;
  MemoryBudget budget_;
  uint64_t data_ = 0;
  std::vector<Entry> entries_;
};

}  // namespace

Value read_safetensors(const std::shared_ptr<InputFile>& file,
                       const LoadOptions& options, Value* metadata,
                       bool structure_only) {
  return with_path(file->path(), "safetensors", [&] {
    return Reader(file, options, structure_only).read(metadata);
  });
}

Value read_shard_index(const InputFile& file, const LoadOptions& options) {
  return with_path(file.path(), "index of shards", [&] {
    MemoryBudget budget(file.size(), options.max_pickle_ops);
    const Value index = read_json(
        {reinterpret_cast<const char*>(file.data()), file.size()}, budget);
    CRESSET_CHECK(index.is_dict() && index.contains("weight_map") &&
                      index["weight_map"].is_dict(),
                  kFormat,
                  "the file is JSON, but no index of shards: it has no object "
                  "weight_map");
    for (const DictItem& item : index["weight_map"].items()) {
      CRESSET_CHECK(item.value.is_str(), kFormat, "the file of ",
                    repr(item.key, 80), " is ", repr(item.value, 40));
      const std::string& name = item.value.as_str();
      CRESSET_ALLOW(
          !name.empty() && name != "." && name != ".." &&
              name.find('/') == std::string::npos &&
              name.find('\0') == std::string::npos,
          "a shard lies outside the index's folder: ", quoted(name, 80));
    }
    return index["weight_map"];
  });
}

}  // namespace cresset::serialize
