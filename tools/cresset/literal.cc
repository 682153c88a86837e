#include "cresset/tools/cresset/literal.h"

#include <charconv>
#include <cmath>

#include "cresset/tensor/base/scalar.h"
#include "cresset/tools/cresset/key_text.h"

namespace cresset::cli {
namespace {

constexpr size_t kLongest = 1 << 20;

template <class T>
bool parse_all(std::string_view text, T& number) {
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

Value parse_literal(std::string_view text) {
  if (text == "None" || text == "null") return Value();
  if (text == "True" || text == "true") return true;
  if (text == "False" || text == "false") return false;
  if (text.size() >= 2 && (text[0] == '\'' || text[0] == '"') &&
      text.back() == text[0]) {
    return std::string(text.substr(1, text.size() - 2));
  }
  std::string_view digits = text;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  int64_t integer = 0;
  if (parse_all(digits, integer)) return integer;
  double number = 0;
  if (parse_all(digits, number)) return number;
  return std::string(text);
}

std::string plain_text(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kStr:
      return value.as_str();
    case ValueKind::kInt:
    case ValueKind::kBigInt:
      return int_text(value);
    case ValueKind::kTensor:
      if (value.as_tensor().numel() == 1 &&
          !value.as_tensor().device().is_meta()) {
        return to_string(value.as_tensor().item());
      }
      break;
    default:
      break;
  }
  return repr(value, kLongest);
}

}  // namespace cresset::cli
