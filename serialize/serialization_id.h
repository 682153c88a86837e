// The forty digits by which PyTorch 2 names the contents of a file.

#ifndef CRESSET_SERIALIZE_SERIALIZATION_ID_H_
#define CRESSET_SERIALIZE_SERIALIZATION_ID_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

namespace cresset::serialize {

/// Twenty digits of a hash of the record names, twenty of their checksums.
///
/// PyTorch logs it and reads it nowhere. It walks a std::unordered_set of the
/// names, so the first half depends on the standard library; with libstdc++,
/// with which PyTorch for Linux is built, the digits are PyTorch's own.
class SerializationId {
 public:
  /// Takes in a record, in the order of the file; `name` without the root. An
  /// empty record gives its name only.
  void add(std::string_view name, size_t bytes, uint32_t crc);

  std::string digits() const;

 private:
  std::unordered_set<std::string> names_;
  uint64_t checksums_ = 0;
};

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_SERIALIZATION_ID_H_
