#include "cresset/nn/container.h"

#include <algorithm>

#include "cresset/nn/module_dict.h"
#include "cresset/nn/sequential.h"

namespace cresset::nn {

const std::shared_ptr<Container::Child>& Container::slot(int64_t index) const {
  const int64_t at = index < 0 ? index + size() : index;
  CRESSET_CHECK(at >= 0 && at < size(), kIndex, "index ", index,
                " is out of range");
  return child_slots()[static_cast<size_t>(at)];
}

ChildRef Container::operator[](std::string_view key) const {
  for (const auto& child : child_slots()) {
    if (child->name == key) return ChildRef(child);
  }
  cresset::internal::throw_error(
      ErrorCode::kIndex,
      cresset::internal::concat(name(), ": there is no child '", key, "'"));
}

bool Container::contains(std::string_view key) const {
  return std::any_of(child_slots().begin(), child_slots().end(),
                     [&](const auto& child) { return child->name == key; });
}

std::vector<std::string> Container::keys() const {
  std::vector<std::string> out;
  for (const auto& child : child_slots()) out.push_back(child->name);
  return out;
}

Tensor Sequential::forward(const Tensor& x) {
  Tensor y = x;
  for (Module& layer : *this) y = layer(y);
  return y;
}

void ModuleDict::erase(const std::string& key) {
  CRESSET_CHECK(erase_child(key), kIndex, "ModuleDict: there is no child '",
                key, "'");
}

}  // namespace cresset::nn
