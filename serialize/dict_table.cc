// Hashing and equality of dict keys, and the table built on them. Keys follow
// Python: True, 1 and 1.0 are one key.

#include <atomic>
#include <bit>
#include <cmath>
#include <functional>
#include <random>

#include "cresset/serialize/value_node.h"

namespace cresset::internal {
namespace {

constexpr size_t kLinear = 8;  // items that are searched without an index

// Another number in every process, so that no file can be made whose keys all
// fall into one place of the table.
uint64_t seed() {
  static const uint64_t value =
      std::random_device()() * 0x9e3779b97f4a7c15u + std::random_device()();
  return value;
}

uint64_t mix(uint64_t x) {
  x += seed();
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

uint64_t hash_int(int64_t value) { return mix(static_cast<uint64_t>(value)); }

uint64_t hash_text(std::string_view text) {
  return mix(std::hash<std::string_view>()(text));
}

// The integer that a float equals, as far as int64 reaches.
bool integral_float(double value, int64_t* out) {
  if (!(value >= -0x1p63 && value < 0x1p63) || std::floor(value) != value) {
    return false;
  }
  *out = static_cast<int64_t>(value);
  return true;
}

// Not a number equals nothing, itself included, so each gets its own hash.
uint64_t hash_nan() {
  static std::atomic<uint64_t> count{0};
  return mix(count.fetch_add(1, std::memory_order_relaxed));
}

uint64_t hash_float(double value) {
  if (value != value) return hash_nan();
  int64_t integer = 0;
  if (integral_float(value, &integer)) return hash_int(integer);
  return mix(std::bit_cast<uint64_t>(value) + 1);
}

bool is_number(ValueKind kind) {
  return kind == ValueKind::kBool || kind == ValueKind::kInt ||
         kind == ValueKind::kFloat;
}

std::string_view bytes_of(const Value& scalar) {
  const Tensor& bytes = scalar.as_array().bytes;
  return {static_cast<const char*>(bytes.raw_data()), bytes.nbytes()};
}

bool keys_equal(const Value& a, const Value& b);

bool numbers_equal(const Value& a, const Value& b) {
  if (a.is_float() || b.is_float()) {
    int64_t x = 0;
    int64_t y = 0;
    const bool whole_a = !a.is_float() || integral_float(a.as_float(), &x);
    const bool whole_b = !b.is_float() || integral_float(b.as_float(), &y);
    if (whole_a != whole_b) return false;
    if (!whole_a) return a.as_float() == b.as_float();
    if (!a.is_float()) x = a.is_bool() ? a.as_bool() : a.as_int();
    if (!b.is_float()) y = b.is_bool() ? b.as_bool() : b.as_int();
    return x == y;
  }
  return (a.is_bool() ? a.as_bool() : a.as_int()) ==
         (b.is_bool() ? b.as_bool() : b.as_int());
}

// The depth of recursion is bounded by KeyTraits.
bool sequences_equal(const std::vector<Value>& a, const std::vector<Value>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!keys_equal(a[i], b[i])) return false;
  }
  return true;
}

bool keys_equal(const Value& a, const Value& b) {
  const ValueKind kind = a.kind();
  if (is_number(kind) && is_number(b.kind())) return numbers_equal(a, b);
  if (kind != b.kind()) return false;
  if (a.is_same(b)) return true;
  switch (kind) {
    case ValueKind::kNone:
      return true;
    case ValueKind::kStr:
      return a.as_str() == b.as_str();
    case ValueKind::kBytes:
    case ValueKind::kBigInt:
      return a.as_bytes() == b.as_bytes();
    case ValueKind::kComplex:
      return a.as_complex() == b.as_complex();
    case ValueKind::kTuple:
      return sequences_equal(a.elements(), b.elements());
    case ValueKind::kSize:
      return a.as_shape() == b.as_shape();
    case ValueKind::kDtype:
      return a.dtype_name() == b.dtype_name();
    case ValueKind::kLayout:
    case ValueKind::kMemoryFormat:
      return a.format_name() == b.format_name();
    case ValueKind::kNumpyScalar:
      return a.as_array().dtype == b.as_array().dtype &&
             bytes_of(a) == bytes_of(b);
    case ValueKind::kDevice:
      return a.device_text() == b.device_text();
    case ValueKind::kGlobal:
      return a.module_name() == b.module_name() &&
             a.global_name() == b.global_name();
    case ValueKind::kFrozenSet: {
      if (a.size() != b.size()) return false;
      for (const DictItem& item : a.items()) {
        if (!b.contains(item.key)) return false;
      }
      return true;
    }
    default:
      return false;  // tensors and objects are keys by identity
  }
}

}  // namespace

namespace {

KeyTraits frozen_set_traits(const Value& set) {
  KeyTraits traits;
  for (const DictItem& item : set.items()) {
    const KeyTraits child = key_traits(item.key);
    traits.hash += mix(child.hash);
    traits.depth = std::max<uint16_t>(traits.depth, child.depth + 1);
    traits.weight += child.weight;
    traits.hashable = traits.hashable && child.hashable;
  }
  traits.hashable =
      traits.hashable && traits.depth < 64 && traits.weight < (1u << 20);
  return traits;
}

}  // namespace

KeyTraits key_traits(const Value& value) {
  KeyTraits traits;
  const ValueKind kind = value.kind();
  switch (kind) {
    case ValueKind::kNone:
      break;
    case ValueKind::kBool:
      traits.hash = hash_int(value.as_bool());
      break;
    case ValueKind::kInt:
      traits.hash = hash_int(value.as_int());
      break;
    case ValueKind::kFloat:
      traits.hash = hash_float(value.as_float());
      break;
    case ValueKind::kComplex:
      traits.hash = hash_float(value.as_complex().real()) * 31 +
                    hash_float(value.as_complex().imag());
      break;
    case ValueKind::kStr:
      traits.hash = hash_text(value.as_str());
      traits.weight += value.as_str().size() / 64;
      break;
    case ValueKind::kBytes:
    case ValueKind::kBigInt:
      traits.hash = hash_text(value.as_bytes()) + 1;
      traits.weight += value.as_bytes().size() / 64;
      break;
    case ValueKind::kDevice:
      traits.hash = hash_text(value.device_text()) + 2;
      break;
    case ValueKind::kGlobal:
      traits.hash = hash_text(value.global_name()) + 3;
      break;
    case ValueKind::kDtype:
      traits.hash = hash_text(value.dtype_name()) + 4;
      break;
    case ValueKind::kLayout:
    case ValueKind::kMemoryFormat:
      traits.hash = hash_text(value.format_name()) + 5;
      break;
    case ValueKind::kNumpyScalar:
      traits.hash = hash_text(bytes_of(value)) + 6;
      break;
    case ValueKind::kSize:
      for (const int64_t n : value.as_shape()) {
        traits.hash = mix(traits.hash + hash_int(n));
      }
      break;
    case ValueKind::kTuple:
      traits = static_cast<const SequenceNode&>(*value.node()).traits;
      break;
    case ValueKind::kFrozenSet: {
      auto& table = static_cast<TableNode&>(*value.node());
      if (!table.traits_known) {
        table.traits = frozen_set_traits(value);
        table.traits_known = true;
      }
      return table.traits;
    }
    case ValueKind::kTensor:
      traits.hash =
          mix(reinterpret_cast<uintptr_t>(value.as_tensor().impl_ref().get()));
      break;
    case ValueKind::kObject:
    case ValueKind::kStorage:
    case ValueKind::kPackedTensor:
    case ValueKind::kSparseTensor:
      traits.hash = mix(reinterpret_cast<uintptr_t>(value.node().get()));
      break;
    case ValueKind::kByteArray:
    case ValueKind::kList:
    case ValueKind::kDict:
    case ValueKind::kSet:
    case ValueKind::kNumpyArray:
      traits.hashable = false;
      break;
  }
  return traits;
}

template <class Equal>
size_t DictTable::find_hash(uint64_t hash, Equal&& equal) const {
  if (slots_.empty()) {
    for (size_t i = 0; i < items_.size(); ++i) {
      if (hashes_[i] == hash && equal(items_[i].key)) return i;
    }
    return items_.size();
  }
  const size_t mask = slots_.size() - 1;
  for (size_t at = hash & mask; slots_[at] != 0; at = (at + 1) & mask) {
    const size_t place = slots_[at] - 1;
    if (hashes_[place] == hash && equal(items_[place].key)) return place;
  }
  return items_.size();
}

size_t DictTable::find(const KeyRef& key) const {
  if (const auto* text = std::get_if<std::string_view>(&key.key)) {
    return find_hash(hash_text(*text), [&](const Value& other) {
      return other.is_str() && other.as_str() == *text;
    });
  }
  if (const int64_t* number = std::get_if<int64_t>(&key.key)) {
    return find_hash(hash_int(*number), [&](const Value& other) {
      return is_number(other.kind()) && numbers_equal(other, Value(*number));
    });
  }
  const Value& value = *std::get<const Value*>(key.key);
  const KeyTraits traits = key_traits(value);
  if (!traits.hashable) return items_.size();
  return find_hash(traits.hash, [&](const Value& other) {
    return keys_equal(value, other);
  });
}

void DictTable::rebuild(size_t slots) {
  slots_.assign(slots, 0);
  const size_t mask = slots - 1;
  for (size_t i = 0; i < items_.size(); ++i) {
    size_t at = hashes_[i] & mask;
    while (slots_[at] != 0) at = (at + 1) & mask;
    slots_[at] = static_cast<uint32_t>(i + 1);
  }
}

Value& DictTable::insert(const Value& key) {
  const KeyTraits traits = key_traits(key);
  CRESSET_CHECK(traits.hashable, kValue, "Value: a ", to_string(key.kind()),
                " cannot be a dict key");
  const size_t place = find_hash(
      traits.hash, [&](const Value& other) { return keys_equal(key, other); });
  if (place < items_.size()) return items_[place].value;
  items_.push_back({key, Value()});
  hashes_.push_back(traits.hash);
  const size_t count = items_.size();
  if (count > kLinear && 2 * count > slots_.size()) {
    rebuild(std::bit_ceil(4 * count));
  } else if (!slots_.empty()) {
    const size_t mask = slots_.size() - 1;
    size_t at = traits.hash & mask;
    while (slots_[at] != 0) at = (at + 1) & mask;
    slots_[at] = static_cast<uint32_t>(count);
  }
  return items_.back().value;
}

void DictTable::erase(size_t place) {
  items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(place));
  hashes_.erase(hashes_.begin() + static_cast<std::ptrdiff_t>(place));
  if (!slots_.empty()) rebuild(slots_.size());
}

}  // namespace cresset::internal
