#include "cresset/tools/cresset/key_text.h"

#include <algorithm>
#include <vector>

#include "cresset/tools/cresset/python_text.h"

namespace cresset::cli {
namespace {

std::string joined(const std::vector<std::string>& texts) {
  std::string out = "(";
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out += ',';
    out += texts[i];
  }
  return out + ')';
}

std::string tuple_text(const Value& tuple) {
  std::vector<std::string> texts;
  for (const Value& element : tuple) texts.push_back(key_text(element));
  return joined(texts);
}

std::string set_text(const Value& set) {
  std::vector<std::string> texts;
  for (const DictItem& item : set.items()) texts.push_back(key_text(item.key));
  std::sort(texts.begin(), texts.end());
  return joined(texts);
}

std::string size_text(const Value& size) {
  std::vector<std::string> texts;
  for (const int64_t n : size.as_shape()) texts.push_back(std::to_string(n));
  return joined(texts);
}

}  // namespace

std::string key_text(const Value& key) {
  switch (key.kind()) {
    case ValueKind::kNone:
      return "None";
    case ValueKind::kBool:
      return key.as_bool() ? "bool:true" : "bool:false";
    case ValueKind::kInt:
    case ValueKind::kBigInt:
      return "int:" + int_text(key);
    case ValueKind::kFloat:
      return "float:" + float_hex(key.as_float());
    case ValueKind::kComplex:
      return "complex:" + joined({float_hex(key.as_complex().real()),
                                  float_hex(key.as_complex().imag())});
    case ValueKind::kStr:
      return json_text(key.as_str());
    case ValueKind::kBytes:
      return "bytes:" + hex_text(key.as_bytes());
    case ValueKind::kTuple:
      return "tuple:" + tuple_text(key);
    case ValueKind::kFrozenSet:
      return "frozenset:" + set_text(key);
    case ValueKind::kSize:
      return "Size:" + size_text(key);
    case ValueKind::kDtype:
      return "dtype:" + key.dtype_name();
    case ValueKind::kDevice:
      return "device:" + key.device_text();
    case ValueKind::kGlobal:
      return "global:" + key.qualified_name();
    case ValueKind::kObject:
      return "object:" + key.qualified_name();
    default:
      return to_string(key.kind());
  }
}

std::string int_text(const Value& value) {
  if (value.kind() == ValueKind::kBigInt)
    return twos_complement_text(value.as_bytes());
  return std::to_string(value.as_int());
}

}  // namespace cresset::cli
