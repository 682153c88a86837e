#include "cresset/serialize/state_dict.h"

namespace cresset {

StateDict::StateDict(std::initializer_list<Item> items) {
  for (const Item& item : items) set(item.first, item.second);
}

const Tensor* StateDict::find(std::string_view name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? nullptr : &items_[found->second].second;
}

const Tensor& StateDict::at(std::string_view name) const {
  const Tensor* tensor = find(name);
  CRESSET_CHECK(tensor != nullptr, kIndex, "StateDict: there is no ",
                quoted(name), " among its ", size(), " names");
  return *tensor;
}

void StateDict::set(std::string_view name, const Tensor& tensor) {
  CRESSET_CHECK(tensor.defined(), kValue,
                "StateDict: a tensor must be defined; got none for ",
                quoted(name));
  const auto [place, added] = index_.try_emplace(std::string(name), size());
  if (added) {
    items_.emplace_back(name, tensor);
  } else {
    items_[place->second].second = tensor;
  }
}

bool StateDict::erase(std::string_view name) {
  const auto found = index_.find(name);
  if (found == index_.end()) return false;
  items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(found->second));
  index_.clear();
  for (size_t i = 0; i < items_.size(); ++i) index_[items_[i].first] = i;
  return true;
}

std::vector<std::string> StateDict::keys() const {
  std::vector<std::string> names;
  names.reserve(size());
  for (const Item& item : items_) names.push_back(item.first);
  return names;
}

std::optional<int64_t> StateDict::version(std::string_view module) const {
  if (!metadata_.is_dict()) return std::nullopt;
  const Value entry = metadata_.get(module);
  if (!entry.is_dict()) return std::nullopt;
  const Value number = entry.get("version");
  if (!number.is_int()) return std::nullopt;
  return number.as_int();
}

void StateDict::set_version(std::string_view module, int64_t version) {
  if (metadata_.is_none()) metadata_ = Value::ordered_dict();
  Value& entry = metadata_[module];
  if (!entry.is_dict()) entry = Value::dict();
  entry["version"] = version;
}

Value StateDict::to_value() const {
  Value result = Value::ordered_dict();
  for (const Item& item : items_) result[item.first] = item.second;
  if (!metadata_.is_none()) {
    result.set_attributes({{"_metadata", metadata_}});
  }
  return result;
}

}  // namespace cresset
