#include "cresset/serialize/archive.h"

#include <mutex>
#include <unordered_set>
#include <utility>

#include "cresset/serialize/checkpoint.h"
#include "cresset/serialize/foreign.h"
#include "cresset/serialize/refusal.h"
#include "cresset/serialize/value_node.h"
#include "cresset/tensor/base/error.h"

namespace cresset {
namespace {

// Every level repeats the names of those above it.
constexpr size_t kMaxNames = 64 << 20;

struct Named {
  std::string name;
  Value value;
};

std::string key_name(const Value& key) {
  return key.is_str() ? key.as_str() : repr(key, 60);
}

bool has_entry(const Value& value) {
  return value.is_tensor() || value.is_packed() ||
         (value.is_array() && value.as_array().objects.is_none() &&
          value.as_array().bytes.defined());
}

// The tensors depth first, in the order of the file; a container that occurs
// twice is entered once.
std::vector<Named> named_tensors(const std::string& path, const Value& root) {
  struct Level {
    Value value;  // a sequence or a dict
    size_t next = 0;
    size_t name_size = 0;
  };
  std::vector<Named> found;
  std::vector<Level> levels;
  std::unordered_set<const internal::ValueNode*> seen;
  std::string name;
  size_t length = 0;
  const auto visit = [&](Value value) {
    if (value.is_object() && value.as_object().state.is_dict()) {
      value = value.as_object().state;
    }
    if (has_entry(value)) {
      length += name.size();
      CRESSET_ALLOW(length <= kMaxNames, path,
                    ": the names of its tensors are longer than ",
                    kMaxNames >> 20, " MiB together; it is too deep");
      found.push_back({name, value});
    } else if ((value.is_list() || value.is_tuple() || value.is_dict()) &&
               seen.insert(value.node().get()).second) {
      levels.push_back({value, 0, name.size()});
    }
  };
  visit(root);
  while (!levels.empty()) {
    Level& level = levels.back();
    name.resize(level.name_size);
    const size_t i = level.next++;
    if (i == level.value.size()) {
      levels.pop_back();
      continue;
    }
    if (!name.empty()) name += '.';
    const Value& container = level.value;
    if (container.is_dict()) {
      const DictItem& item = container.items()[i];
      name += key_name(item.key);
      visit(item.value);
    } else {
      name += std::to_string(i);
      visit(container.elements()[i]);
    }
  }
  return found;
}

// PyTorch's name, or NumPy's own of text and times.
std::string dtype_name(const NumpyArray& array) {
  try {
    return to_string(array.tensor().dtype());
  } catch (const Error&) {
    return array.dtype;
  }
}

Archive::Entry entry_of(const std::string& name, const Value& value) {
  Archive::Entry entry;
  entry.name = name;
  if (value.is_packed()) {
    entry.dtype = value.as_packed().dtype;
    entry.shape = value.as_packed().shape;
    entry.bytes = value.as_packed().integers.nbytes();
  } else if (value.is_array()) {
    entry.dtype = dtype_name(value.as_array());
    entry.shape = value.as_array().shape;
    entry.bytes = value.as_array().bytes.nbytes();
  } else {
    const Tensor& tensor = value.as_tensor();
    entry.dtype = to_string(tensor.dtype());
    entry.shape = tensor.shape();
    entry.bytes = tensor.nbytes();
  }
  return entry;
}

}  // namespace

// The tensors with their elements, opened when the first is asked for.
struct Archive::Tensors {
  LoadOptions options;
  std::mutex mutex;
  std::vector<Named> opened;
};

Archive::Archive(const std::string& path, const LoadOptions& options)
    : path_(path), tensors_(std::make_shared<Tensors>()) {
  tensors_->options = options;
  tensors_->options.verify = false;
  if (options.map_location.is_default()) {
    tensors_->options.map_location = Device();
  }
  for (const auto& [name, value] :
       named_tensors(path, load_structure(path, options))) {
    if (!index_.emplace(name, entries_.size()).second) continue;
    entries_.push_back(entry_of(name, value));
  }
}

bool Archive::contains(std::string_view name) const {
  return index_.contains(std::string(name));
}

Tensor Archive::tensor(std::string_view name) const {
  const auto place = index_.find(std::string(name));
  CRESSET_CHECK(place != index_.end(), kIndex, path_, ": there is no tensor ",
                quoted(name, 100));
  const std::lock_guard lock(tensors_->mutex);
  std::vector<Named>& opened = tensors_->opened;
  if (opened.empty()) {
    std::unordered_set<std::string> names;
    for (Named& found : named_tensors(path_, load(path_, tensors_->options))) {
      if (names.insert(found.name).second) opened.push_back(std::move(found));
    }
  }
  CRESSET_CHECK(
      opened.size() == entries_.size() && opened[place->second].name == name,
      kIo, path_, ": the file was changed since it was opened");
  const Value& value = opened[place->second].value;
  if (value.is_array()) return value.as_array().tensor();
  return value.is_packed() ? value.as_packed().integers : value.as_tensor();
}

}  // namespace cresset
