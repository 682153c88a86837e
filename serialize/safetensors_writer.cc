#include "cresset/serialize/safetensors_writer.h"

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <utility>

#include "cresset/serialize/foreign.h"
#include "cresset/serialize/tensor_bytes.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {
namespace {

struct Type {
  std::string_view dtype;
  std::string_view name;
};

// Files hold their tensors in the reverse of this order.
constexpr Type kTypes[] = {
    {"bool", "BOOL"},
    {"uint8", "U8"},
    {"int8", "I8"},
    {"float8_e5m2", "F8_E5M2"},
    {"float8_e4m3fn", "F8_E4M3"},
    {"float8_e8m0fnu", "F8_E8M0"},
    {"float8_e4m3fnuz", "F8_E4M3FNUZ"},
    {"float8_e5m2fnuz", "F8_E5M2FNUZ"},
    {"int16", "I16"},
    {"uint16", "U16"},
    {"float16", "F16"},
    {"bfloat16", "BF16"},
    {"int32", "I32"},
    {"uint32", "U32"},
    {"float32", "F32"},
    {"complex64", "C64"},
    {"float64", "F64"},
    {"int64", "I64"},
    {"uint64", "U64"},
};

struct Item {
  std::string name;
  size_t type = 0;  // index in kTypes
  Shape shape;
  Tensor elements;
};

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof(escape), "\\u%04x", c);
      out += escape;
    } else {
      out += c;
    }
  }
  return out + '"';
}

Item make_item(const DictItem& entry) {
  CRESSET_CHECK(entry.key.is_str(), kValue,
                "save: names of tensors are text; got ", repr(entry.key, 60));
  Item item;
  item.name = entry.key.as_str();
  std::string dtype;
  const Value& value = entry.value;
  const bool quantized =
      value.is_packed() && !value.as_packed().quantization.scheme.empty();
  if (value.is_packed() && !quantized) {
    dtype = value.as_packed().dtype;
    item.shape = value.as_packed().shape;
    item.elements = value.as_packed().integers;
  } else {
    CRESSET_CHECK(value.is_tensor(), kValue,
                  "save: safetensors hold dense tensors; ", quoted(item.name),
                  " is a ",
                  quantized ? "quantized tensor" : to_string(value.kind()));
    CRESSET_CHECK(!value.as_tensor().device().is_meta(), kValue,
                  "save: ", quoted(item.name),
                  " is a meta tensor, which has no data");
    dtype = to_string(value.as_tensor().dtype());
    item.shape = value.as_tensor().shape();
    item.elements = value.as_tensor();
  }
  const auto* type =
      std::find_if(std::begin(kTypes), std::end(kTypes),
                   [&](const Type& t) { return t.dtype == dtype; });
  CRESSET_CHECK(type != std::end(kTypes), kUnsupported,
                "save: safetensors has no ", dtype, "; got it for ",
                quoted(item.name));
  item.type = static_cast<size_t>(type - kTypes);
  return item;
}

std::string header_of(const std::vector<Item>& items,
                      const std::map<std::string, std::string>& metadata) {
  std::string text = "{";
  if (!metadata.empty()) {
    text += "\"__metadata__\":{";
    for (const auto& [name, value] : metadata) {
      if (text.back() != '{') text += ',';
      text += json_string(name) + ':' + json_string(value);
    }
    text += '}';
  }
  uint64_t offset = 0;
  for (const Item& item : items) {
    if (text.size() > 1) text += ',';
    text += json_string(item.name) + ":{\"dtype\":\"" +
            std::string(kTypes[item.type].name) + "\",\"shape\":[";
    for (size_t i = 0; i < item.shape.size(); ++i) {
      if (i > 0) text += ',';
      text += std::to_string(item.shape[i]);
    }
    text += "],\"data_offsets\":[" + std::to_string(offset) + ',';
    offset += item.elements.nbytes();
    text += std::to_string(offset) + "]}";
  }
  text += '}';
  // The data begins at a multiple of 8.
  while (text.size() % 8 != 0) text += ' ';
  return text;
}

int64_t bytes_of(const Value& value) {
  if (value.is_packed()) {
    return static_cast<int64_t>(value.as_packed().integers.nbytes());
  }
  return value.is_tensor() ? static_cast<int64_t>(value.as_tensor().nbytes())
                           : 0;
}

}  // namespace

void write_safetensors(const Value& tensors, Sink& sink,
                       const std::map<std::string, std::string>& metadata) {
  CRESSET_CHECK(tensors.is_dict(), kValue,
                "save: a safetensors file is a dict of tensors; got a ",
                to_string(tensors.kind()));
  std::vector<Item> items;
  for (const DictItem& entry : tensors.items()) {
    items.push_back(make_item(entry));
  }
  std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
    return a.type != b.type ? a.type > b.type : a.name < b.name;
  });
  const std::string header = header_of(items, metadata);
  std::string length;
  for (int i = 0; i < 8; ++i) {
    length += static_cast<char>(header.size() >> (8 * i));
  }
  sink.write(length.data(), length.size());
  sink.write(header.data(), header.size());
  std::vector<Tensor> elements;
  for (const Item& item : items) elements.push_back(item.elements);
  TensorBytes data(std::move(elements));
  for (size_t i = 0; i < items.size(); ++i) {
    data.next([&](const void* from, size_t bytes) { sink.write(from, bytes); });
  }
}

std::vector<Value> split_tensors(const Value& tensors, int64_t limit) {
  std::vector<Value> parts;
  int64_t filled = 0;
  for (const DictItem& item : tensors.items()) {
    const int64_t bytes = bytes_of(item.value);
    if (parts.empty() || (filled > 0 && filled + bytes > limit)) {
      parts.push_back(Value::dict());
      filled = 0;
    }
    parts.back()[item.key] = item.value;
    filled += bytes;
  }
  return parts;
}

std::string shard_index(const std::vector<Value>& shards,
                        const std::vector<std::string>& files) {
  int64_t total = 0;
  std::map<std::string, std::string> places;
  for (size_t i = 0; i < shards.size(); ++i) {
    for (const DictItem& item : shards[i].items()) {
      total += bytes_of(item.value);
      places[item.key.as_str()] = files[i];
    }
  }
  std::string text =
      "{\n  \"metadata\": {\n    \"total_size\": " + std::to_string(total) +
      "\n  },\n  \"weight_map\": {";
  bool first = true;
  for (const auto& [name, file] : places) {
    text += first ? "\n" : ",\n";
    first = false;
    text += "    " + json_string(name) + ": " + json_string(file);
  }
  return text + "\n  }\n}\n";
}

}  // namespace cresset::serialize
