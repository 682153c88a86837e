#include "cresset/serialize/pickle_text.h"

#include <charconv>
#include <cstdlib>

#include "cresset/tensor/base/error.h"

namespace cresset::serialize {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The number of `count` hexadecimal digits at `at`, which moves behind them.
uint32_t take_hex(std::string_view line, size_t& at, size_t count) {
  uint32_t code = 0;
  for (size_t i = 0; i < count; ++i) {
    const int digit = at < line.size() ? hex_digit(line[at]) : -1;
    CRESSET_CHECK(digit >= 0, kFormat, "an escape has too few digits");
    code = code * 16 + static_cast<uint32_t>(digit);
    ++at;
  }
  return code;
}

}  // namespace

bool is_utf8(std::string_view text) {
  const auto* p = reinterpret_cast<const uint8_t*>(text.data());
  const uint8_t* end = p + text.size();
  const auto tail = [&](int i) { return (p[i] & 0xc0) == 0x80; };
  while (p != end) {
    const auto left = end - p;
    if (p[0] < 0x80) {
      p += 1;
    } else if (p[0] >= 0xc2 && p[0] < 0xe0 && left >= 2 && tail(1)) {
      p += 2;
    } else if ((p[0] & 0xf0) == 0xe0 && left >= 3 && tail(1) && tail(2) &&
               (p[0] != 0xe0 || p[1] >= 0xa0)) {
      p += 3;
    } else if (p[0] >= 0xf0 && p[0] < 0xf5 && left >= 4 && tail(1) && tail(2) &&
               tail(3) && (p[0] != 0xf0 || p[1] >= 0x90) &&
               (p[0] != 0xf4 || p[1] < 0x90)) {
      p += 4;
    } else {
      return false;
    }
  }
  return true;
}

void append_utf8(std::string& out, uint32_t code) {
  CRESSET_CHECK(code <= 0x10ffff, kFormat, "a character above U+10FFFF");
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3f));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  }
}

std::string latin1_bytes(std::string_view utf8) {
  std::string bytes;
  bytes.reserve(utf8.size());
  for (size_t i = 0; i < utf8.size(); ++i) {
    const auto c = static_cast<uint8_t>(utf8[i]);
    if (c < 0x80) {
      bytes += utf8[i];
      continue;
    }
    CRESSET_CHECK((c == 0xc2 || c == 0xc3) && i + 1 < utf8.size(), kFormat,
                  "text that stands for bytes has a character above 255");
    bytes += static_cast<char>((c << 6) | (utf8[++i] & 0x3f));
  }
  return bytes;
}

std::string latin1_text(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 2);
  for (const char c : bytes) append_utf8(text, static_cast<uint8_t>(c));
  return text;
}

std::string unescape_string(std::string_view line) {
  CRESSET_CHECK(line.size() >= 2 && line.front() == line.back() &&
                    (line.front() == '\'' || line.front() == '"'),
                kFormat, "a string is not in quotes");
  line = line.substr(1, line.size() - 2);
  std::string out;
  for (size_t i = 0; i < line.size();) {
    const char c = line[i++];
    if (c != '\\') {
      out += c;
      continue;
    }
    CRESSET_CHECK(i < line.size(), kFormat, "a string ends inside an escape");
    const char kind = line[i++];
    constexpr std::string_view kLetters = "abfnrtv\\'\"";
    constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\'\"";
    const size_t letter = kLetters.find(kind);
    if (letter != std::string_view::npos) {
      out += kMeanings[letter];
    } else if (kind == 'x') {
      out += static_cast<char>(take_hex(line, i, 2));
    } else if (kind >= '0' && kind <= '7') {
      int code = kind - '0';
      for (int n = 0;
           n < 2 && i < line.size() && line[i] >= '0' && line[i] <= '7'; ++n) {
        code = code * 8 + (line[i++] - '0');
      }
      out += static_cast<char>(code);
    } else {
      out += '\\';
      out += kind;
    }
  }
  return out;
}

std::string unescape_unicode(std::string_view line) {
  std::string out;
  for (size_t i = 0; i < line.size();) {
    const char c = line[i++];
    if (c == '\\' && i < line.size() && (line[i] == 'u' || line[i] == 'U')) {
      const size_t digits = line[i++] == 'u' ? 4 : 8;
      append_utf8(out, take_hex(line, i, digits));
    } else {
      append_utf8(out, static_cast<uint8_t>(c));
    }
  }
  return out;
}

Value parse_int(std::string_view line) {
  if (!line.empty() && line.back() == 'L') line.remove_suffix(1);
  bool negative = false;
  std::string_view digits = line;
  if (!digits.empty() && (digits.front() == '-' || digits.front() == '+')) {
    negative = digits.front() == '-';
    digits.remove_prefix(1);
  }
  CRESSET_CHECK(
      !digits.empty() && digits.size() <= 4300 &&
          digits.find_first_not_of("0123456789") == std::string_view::npos,
      kFormat, "expected a decimal int of at most 4300 digits; got ",
      quoted(line, 40));
  // Little-endian base 2^32, negated at the end.
  std::vector<uint32_t> limbs;
  for (size_t at = 0; at < digits.size();) {
    uint64_t carry = 0;
    uint64_t factor = 1;
    for (int n = 0; n < 9 && at < digits.size(); ++n, ++at) {
      carry = carry * 10 + static_cast<uint64_t>(digits[at] - '0');
      factor *= 10;
    }
    for (uint32_t& limb : limbs) {
      carry += uint64_t{limb} * factor;
      limb = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
    if (carry != 0) limbs.push_back(static_cast<uint32_t>(carry));
  }
  limbs.push_back(0);
  std::string bytes;
  uint64_t borrow = negative ? 1 : 0;
  for (const uint32_t limb : limbs) {
    const uint64_t word = (negative ? uint32_t(~limb) : limb) + borrow;
    borrow = negative ? word >> 32 : 0;
    for (int i = 0; i < 4; ++i) bytes += static_cast<char>(word >> (8 * i));
  }
  return Value::big_int(bytes);
}

Value parse_float(std::string_view line) {
  double value = 0;
  const char* first = line.data();
  const char* last = first + line.size();
  if (first != last && *first == '+') ++first;
  const auto [end, error] = std::from_chars(first, last, value);
  if (end == last && error == std::errc::result_out_of_range) {
    return std::strtod(std::string(line).c_str(), nullptr);  // 0 or infinity
  }
  CRESSET_CHECK(end == last && error == std::errc(), kFormat,
                "expected a float; got ", quoted(line, 40));
  return value;
}

}  // namespace cresset::serialize
