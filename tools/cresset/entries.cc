#include "cresset/tools/cresset/entries.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "cresset/serialize/foreign.h"
#include "cresset/serialize/refusal.h"
#include "cresset/tools/cresset/key_text.h"
#include "cresset/tools/cresset/object_parts.h"

namespace cresset::cli {
namespace {

// Every level repeats the names of those above it.
constexpr size_t kMaxNames = 64 << 20;

std::string plain_key(const Value& key) {
  if (key.is_str()) return key.as_str();
  if (key.is_int()) return std::to_string(key.as_int());
  return key_text(key);
}

// Values inside a container with their names. Steps that state_dict() leaves
// out of names are empty.
std::vector<std::pair<std::string, Value>> children(const Value& value) {
  std::vector<std::pair<std::string, Value>> out;
  if (value.is_dict()) {
    for (const DictItem& item : value.items()) {
      out.emplace_back(plain_key(item.key), item.value);
    }
  } else if (value.is_list() || value.is_tuple()) {
    for (size_t i = 0; i < value.size(); ++i) {
      out.emplace_back(std::to_string(i), value.elements()[i]);
    }
  } else if (value.is_object()) {
    for (const Part& part : attribute_parts(value)) {
      std::string name = part.step;
      if (name.starts_with('.')) name.erase(0, 1);
      const bool own =
          name == "_parameters" || name == "_buffers" || name == "_modules";
      out.emplace_back(own ? "" : name, part.value);
    }
  }
  return out;
}

// PyTorch's name of NumPy's "<f4", or the code itself.
std::string dtype_of_code(const std::string& code) {
  static constexpr std::pair<std::string_view, const char*> kNames[] = {
      {"|b1", "bool"},      {"|u1", "uint8"},      {"|i1", "int8"},
      {"<i2", "int16"},     {"<i4", "int32"},      {"<i8", "int64"},
      {"<u2", "uint16"},    {"<u4", "uint32"},     {"<u8", "uint64"},
      {"<f2", "float16"},   {"<f4", "float32"},    {"<f8", "float64"},
      {"<c8", "complex64"}, {"<c16", "complex128"}};
  for (const auto& [known, name] : kNames) {
    if (code == known) return name;
  }
  return code;
}

}  // namespace

bool is_array_like(const Value& value) {
  return value.is_tensor() || value.is_packed() || value.is_sparse() ||
         (value.is_array() && value.as_array().objects.is_none());
}

std::vector<Entry> tensor_entries(const Value& root) {
  struct Level {
    std::vector<std::pair<std::string, Value>> children;
    size_t next = 0;
    size_t name_size = 0;
  };
  std::vector<Entry> entries;
  std::unordered_set<const void*> seen;
  std::vector<Level> levels(1);
  levels[0].children.emplace_back("", root);
  std::string name;
  size_t length = 0;  // of all names
  while (!levels.empty()) {
    Level& level = levels.back();
    name.resize(level.name_size);
    if (level.next == level.children.size()) {
      levels.pop_back();
      continue;
    }
    const auto& [step, value] = level.children[level.next++];
    if (!name.empty() && !step.empty()) name += '.';
    name += step;
    if (is_array_like(value)) {
      length += name.size();
      CRESSET_ALLOW(length <= kMaxNames,
                    "the names of its tensors have more "
                    "than ",
                    kMaxNames, " characters; it is too deep");
      entries.push_back({name, value});
      continue;
    }
    const bool container = value.is_dict() || value.is_list() ||
                           value.is_tuple() || value.is_object();
    if (!container || !seen.insert(value.node().get()).second) continue;
    Level inner{children(value), 0, name.size()};
    levels.push_back(std::move(inner));
  }
  return entries;
}

Shape entry_shape(const Value& value) {
  if (value.is_tensor()) return value.as_tensor().shape();
  if (value.is_packed()) return value.as_packed().shape;
  if (value.is_sparse()) return value.as_sparse().shape;
  return value.as_array().shape;
}

std::string entry_dtype(const Value& value) {
  if (value.is_tensor()) return to_string(value.as_tensor().dtype());
  if (value.is_packed()) return value.as_packed().dtype;
  if (value.is_array()) return dtype_of_code(value.as_array().dtype);
  for (const auto& [name, part] : value.as_sparse().parts) {
    if (name == "values") return entry_dtype(part);
  }
  return "?";
}

int64_t entry_numel(const Value& value) {
  int64_t numel = 1;
  for (const int64_t n : entry_shape(value)) numel *= n;
  return numel;
}

int64_t entry_bytes(const Value& value) {
  if (value.is_tensor()) {
    return static_cast<int64_t>(value.as_tensor().nbytes());
  }
  if (value.is_packed()) {
    return static_cast<int64_t>(value.as_packed().integers.nbytes());
  }
  if (value.is_array()) {
    return static_cast<int64_t>(value.as_array().bytes.nbytes());
  }
  int64_t bytes = 0;
  for (const auto& [name, part] : value.as_sparse().parts) {
    if (is_array_like(part)) bytes += entry_bytes(part);
  }
  return bytes;
}

std::vector<std::string> entry_names(const std::vector<Entry>& entries) {
  std::vector<std::string> names;
  for (const Entry& entry : entries) names.push_back(entry.name);
  return names;
}

}  // namespace cresset::cli
