#include "cresset/tools/cresset/python_text.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace cresset::cli {
namespace {

constexpr char kDigits[] = "0123456789abcdef";

void append_escape(std::string& out, uint32_t unit) {
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4)
    out += kDigits[unit >> shift & 15];
}

// One character, at `at`, which moves behind it. Bytes that are not UTF-8
// stand for themselves.
uint32_t next_character(std::string_view text, size_t& at) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<uint8_t>(text[i]) : 0u;
  };
  const uint32_t first = byte(at);
  const int more = first >= 0xf0   ? 3
                   : first >= 0xe0 ? 2
                   : first >= 0xc0 ? 1
                                   : 0;
  uint32_t code = more == 0 ? first : first & (0x3fu >> more);
  for (int i = 1; i <= more; ++i) code = code << 6 | (byte(at + i) & 0x3f);
  at += 1 + more;
  return code;
}

// Whether JSON has the character as it is.
bool is_plain(char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

}  // namespace

std::string float_hex(double value) {
  if (std::isnan(value)) return "nan";
  const std::string sign = std::signbit(value) ? "-" : "";
  if (std::isinf(value)) return sign + "inf";
  if (value == 0) return sign + "0x0.0p+0";
  const auto bits = std::bit_cast<uint64_t>(value);
  const uint64_t fraction = bits & 0xfffffffffffff;
  const int exponent = static_cast<int>(bits >> 52 & 0x7ff);
  char text[40];
  std::snprintf(text, sizeof(text), "0x%d.%013llxp%+d", exponent == 0 ? 0 : 1,
                static_cast<unsigned long long>(fraction),
                exponent == 0 ? -1022 : exponent - 1023);
  return sign + text;
}

std::string twos_complement_text(std::string_view bytes) {
  const bool negative = !bytes.empty() && (bytes.back() & 0x80) != 0;
  // The magnitude in base 2^32, then in base 10^9, lowest first.
  std::vector<uint32_t> words((bytes.size() + 3) / 4, 0);
  for (size_t i = 0; i < words.size() * 4; ++i) {
    uint32_t byte = 0;
    if (i < bytes.size()) {
      byte = static_cast<uint8_t>(bytes[i]);
    } else if (negative) {
      byte = 0xff;
    }
    words[i / 4] |= byte << (i % 4 * 8);
  }
  if (negative) {
    uint64_t carry = 1;
    for (uint32_t& word : words) {
      carry += static_cast<uint32_t>(~word);
      word = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
  }
  std::vector<uint32_t> decimals;
  for (size_t i = words.size(); i-- > 0;) {
    uint64_t carry = words[i];
    for (uint32_t& part : decimals) {
      carry += static_cast<uint64_t>(part) << 32;
      part = static_cast<uint32_t>(carry % 1000000000);
      carry /= 1000000000;
    }
    for (; carry > 0; carry /= 1000000000) {
      decimals.push_back(static_cast<uint32_t>(carry % 1000000000));
    }
  }
  if (decimals.empty()) return "0";
  std::string out = negative ? "-" : "";
  char part[16];
  std::snprintf(part, sizeof(part), "%u", decimals.back());
  out += part;
  for (size_t i = decimals.size() - 1; i-- > 0;) {
    std::snprintf(part, sizeof(part), "%09u", decimals[i]);
    out += part;
  }
  return out;
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (size_t at = 0; at < text.size();) {
    const size_t first = at;
    while (at < text.size() && is_plain(text[at])) ++at;
    out.append(text, first, at - first);
    if (at == text.size()) break;
    const uint32_t code = next_character(text, at);
    switch (code) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (code < 0x10000) {
          append_escape(out, code);
        } else {
          append_escape(out, 0xd7c0 + (code >> 10));
          append_escape(out, 0xdc00 + (code & 0x3ff));
        }
    }
  }
  return out + '"';
}

size_t text_length(std::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string hex_text(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<uint8_t>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

}  // namespace cresset::cli
