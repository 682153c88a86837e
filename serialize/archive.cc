#include "cresset/serialize/archive.h"

#include <unordered_set>
#include <utility>

#include "cresset/serialize/checkpoint.h"
#include "cresset/serialize/file_kind.h"
#include "cresset/serialize/foreign.h"
#include "cresset/serialize/input_file.h"
#include "cresset/serialize/torch_legacy.h"
#include "cresset/serialize/value_node.h"
#include "cresset/tensor/base/error.h"

namespace cresset {
namespace {

std::string joined(const std::string& name, const std::string& part) {
  return name.empty() ? part : name + "." + part;
}

std::string key_name(const Value& key) {
  return key.is_str() ? key.as_str() : repr(key, 60);
}

bool is_legacy(const serialize::InputFile& file) {
  const serialize::FileKind kind = serialize::file_kind(
      {reinterpret_cast<const char*>(file.data()), file.size()});
  return kind == serialize::FileKind::kLegacy ||
         kind == serialize::FileKind::kPickle;
}

}  // namespace

Archive::Archive(const std::string& path, const LoadOptions& options)
    : path_(path), options_(options) {
  options_.verify = false;
  if (options_.map_location.is_default()) options_.map_location = Device();
  const auto file = serialize::InputFile::map(path);
  if (is_legacy(*file)) {
    whole_ = false;
    walk(serialize::read_legacy_structure(file, options_));
  } else {
    walk(load(path, options_));
  }
}

void Archive::add(const std::string& name, const Value& value) {
  Entry entry;
  entry.name = name;
  if (value.is_packed()) {
    entry.dtype = value.as_packed().dtype;
    entry.shape = value.as_packed().shape;
    entry.bytes = value.as_packed().integers.nbytes();
  } else {
    const Tensor tensor =
        value.is_array() ? value.as_array().tensor() : value.as_tensor();
    entry.dtype = to_string(tensor.dtype());
    entry.shape = tensor.shape();
    entry.bytes = tensor.nbytes();
  }
  if (!index_.emplace(name, entries_.size()).second) return;
  entries_.push_back(std::move(entry));
  values_.push_back(value);
}

// Depth first, in the order of the file; what occurs twice is entered once.
void Archive::walk(const Value& root) {
  struct Task {
    std::string name;
    Value value;
  };
  std::vector<Task> tasks = {{"", root}};
  std::unordered_set<const internal::ValueNode*> seen;
  while (!tasks.empty()) {
    const Task task = std::move(tasks.back());
    tasks.pop_back();
    const Value& value = task.value;
    if (value.is_tensor() || value.is_packed() ||
        (value.is_array() && value.as_array().objects.is_none() &&
         value.as_array().bytes.defined())) {
      add(task.name, value);
      continue;
    }
    if (value.is_object() && value.as_object().state.is_dict()) {
      tasks.push_back({task.name, value.as_object().state});
      continue;
    }
    const bool sequence = value.is_list() || value.is_tuple();
    if (!sequence && !value.is_dict()) continue;
    if (!seen.insert(value.node().get()).second) continue;
    for (size_t i = value.size(); i-- > 0;) {
      if (sequence) {
        tasks.push_back(
            {joined(task.name, std::to_string(i)), value.elements()[i]});
      } else {
        const DictItem& item = value.items()[i];
        tasks.push_back({joined(task.name, key_name(item.key)), item.value});
      }
    }
  }
}

size_t Archive::find(std::string_view name) const {
  const auto found = index_.find(std::string(name));
  return found == index_.end() ? entries_.size() : found->second;
}

bool Archive::contains(std::string_view name) const {
  return find(name) != entries_.size();
}

Tensor Archive::tensor(std::string_view name) const {
  const size_t place = find(name);
  CRESSET_CHECK(place != entries_.size(), kIndex, path_,
                ": there is no tensor ", quoted(name, 100));
  if (!whole_) {
    // The same walk over the file with its storages.
    Archive filled = *this;
    filled.entries_.clear();
    filled.values_.clear();
    filled.index_.clear();
    filled.walk(load(path_, options_));
    CRESSET_CHECK(filled.values_.size() == values_.size(), kIo, path_,
                  ": the file was changed since it was opened");
    return filled.values_[place].as_tensor();
  }
  const Value& value = values_[place];
  if (value.is_array()) return value.as_array().tensor();
  return value.is_packed() ? value.as_packed().integers : value.as_tensor();
}

}  // namespace cresset
