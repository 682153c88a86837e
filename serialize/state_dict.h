// StateDict: the tensors of a module or optimizer by name, in order.

#ifndef CRESSET_SERIALIZE_STATE_DICT_H_
#define CRESSET_SERIALIZE_STATE_DICT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cresset/serialize/value.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// An ordered map from names ("layer1.0.conv1.weight") to tensors, with the
/// version that each module had when it was saved.
///
///   for (const auto& [name, tensor] : state) ...
///
/// Errors: kIndex for a name that is not there.
/// Torch:  collections.OrderedDict with the attribute _metadata, which is what
///         Module.state_dict() returns.
class StateDict {
 public:
  using Item = std::pair<std::string, Tensor>;

  StateDict() = default;
  StateDict(std::initializer_list<Item> items);

  size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }
  std::vector<Item>::const_iterator begin() const { return items_.begin(); }
  std::vector<Item>::const_iterator end() const { return items_.end(); }

  bool contains(std::string_view name) const { return find(name) != nullptr; }
  /// The tensor of a name, or null.
  const Tensor* find(std::string_view name) const;
  const Tensor& at(std::string_view name) const;
  const Tensor& operator[](std::string_view name) const { return at(name); }
  /// Adds a tensor at the end, or replaces the one of that name in its place.
  void set(std::string_view name, const Tensor& tensor);
  /// False if there was no such name.
  bool erase(std::string_view name);
  std::vector<std::string> keys() const;

  /// The version recorded for the module with this prefix ("" is the root,
  /// "layer1.0" a child), if any.
  std::optional<int64_t> version(std::string_view module) const;
  void set_version(std::string_view module, int64_t version);
  /// PyTorch's _metadata: an ordered dict from prefixes to {"version": n};
  /// None if there is none, as in state dicts that were filtered by hand.
  const Value& metadata() const { return metadata_; }
  void set_metadata(Value metadata) { metadata_ = std::move(metadata); }

  /// The OrderedDict that PyTorch would hold.
  Value to_value() const;

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };

  std::vector<Item> items_;
  std::unordered_map<std::string, size_t, Hash, std::equal_to<>> index_;
  Value metadata_;
};

}  // namespace cresset

#endif  // CRESSET_SERIALIZE_STATE_DICT_H_
