#include "cresset/serialize/serialization_id.h"

#include <cstdio>
#include <functional>

namespace cresset::serialize {
namespace {

uint64_t combined(uint64_t seed, uint64_t value) {
  return seed ^ (value + 0x9e3779b9 + (seed << 6) + (seed >> 2));
}

}  // namespace

void SerializationId::add(std::string_view name, size_t bytes, uint32_t crc) {
  names_.emplace(name);
  if (bytes != 0) checksums_ = combined(checksums_, crc);
}

std::string SerializationId::digits() const {
  uint64_t names = 0;
  for (const std::string& name : names_) {
    names = combined(names, std::hash<std::string>()(name));
  }
  char text[41];
  std::snprintf(text, sizeof(text), "%020llu%020llu",
                static_cast<unsigned long long>(names),
                static_cast<unsigned long long>(checksums_));
  return text;
}

}  // namespace cresset::serialize
