#include "cresset/tools/cresset/foreign_nodes.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <string_view>
#include <vector>

#include "cresset/tools/cresset/key_text.h"
#include "cresset/tools/cresset/python_text.h"
#include "cresset/tools/cresset/tensor_bytes.h"

namespace cresset::cli {
namespace {

std::string quote(const std::string& bare) { return '"' + bare + '"'; }

std::string bytes_of(const Tensor& tensor) {
  std::string out;
  each_block(tensor, [&](const uint8_t* data, size_t bytes) {
    out.append(reinterpret_cast<const char*>(data), bytes);
  });
  return out;
}

// float8 without infinities, whose one NaN is the pattern of -0.
double float8_fnuz(uint8_t bits, int fraction_bits, int bias) {
  if (bits == 0x80) return std::numeric_limits<double>::quiet_NaN();
  const int exponent = (bits & 0x7f) >> fraction_bits;
  const int fraction = bits & ((1 << fraction_bits) - 1);
  const double magnitude = exponent == 0
                               ? std::ldexp(fraction, 1 - bias - fraction_bits)
                               : std::ldexp(fraction + (1 << fraction_bits),
                                            exponent - bias - fraction_bits);
  return (bits & 0x80) != 0 ? -magnitude : magnitude;
}

// A power of two.
double float8_e8m0(uint8_t bits) {
  return bits == 0xff ? std::numeric_limits<double>::quiet_NaN()
                      : std::ldexp(1.0, bits - 127);
}

double half_at(const char* at) {
  Half half;
  std::memcpy(&half, at, sizeof(half));
  return static_cast<float>(half);
}

std::string packed_element(const std::string& dtype, const char* at,
                           Dtype integer) {
  const auto byte = static_cast<uint8_t>(*at);
  if (dtype == "complex32") {
    return '[' + quote(float_hex(half_at(at))) + ", " +
           quote(float_hex(half_at(at + 2))) + ']';
  }
  if (dtype == "float8_e4m3fnuz")
    return quote(float_hex(float8_fnuz(byte, 3, 8)));
  if (dtype == "float8_e5m2fnuz") {
    return quote(float_hex(float8_fnuz(byte, 2, 16)));
  }
  if (dtype == "float8_e8m0fnu") return quote(float_hex(float8_e8m0(byte)));
  return element_json(at, integer);
}

// The numbers of a tensor or list as a JSON list.
std::string list_json(const Value& value) {
  std::string json = "[";
  const auto add = [&](const std::string& element) {
    if (json.size() > 1) json += ", ";
    json += element;
  };
  if (value.is_tensor()) {
    const Tensor& tensor = value.as_tensor();
    const bool floats = is_floating(tensor.dtype());
    const std::string bytes = bytes_of(tensor);
    for (size_t at = 0; at < bytes.size(); at += tensor.itemsize()) {
      std::string text = element_json(bytes.data() + at, tensor.dtype());
      // Zero points are small; they are numbers, as axis and zero_point are.
      if (!floats) text = text.substr(1, text.size() - 2);
      add(text);
    }
  } else if (value.is_list() || value.is_tuple()) {
    for (const Value& element : value) {
      add(element.is_float() ? quote(float_hex(element.as_float()))
                             : int_text(element));
    }
  }
  return json + ']';
}

// UCS-4 text of a fixed width, zeros at its end left out.
std::string ucs4_json(std::string_view bytes) {
  std::string utf8;
  while (bytes.size() >= 4 &&
         bytes.substr(bytes.size() - 4) == std::string_view("\0\0\0\0", 4)) {
    bytes.remove_suffix(4);
  }
  for (size_t at = 0; at + 4 <= bytes.size(); at += 4) {
    uint32_t code = 0;
    std::memcpy(&code, bytes.data() + at, 4);
    if (code < 0x80) {
      utf8 += static_cast<char>(code);
    } else if (code < 0x800) {
      utf8 += static_cast<char>(0xc0 | code >> 6);
      utf8 += static_cast<char>(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
      utf8 += static_cast<char>(0xe0 | code >> 12);
      utf8 += static_cast<char>(0x80 | (code >> 6 & 0x3f));
      utf8 += static_cast<char>(0x80 | (code & 0x3f));
    } else {
      utf8 += static_cast<char>(0xf0 | (code >> 18 & 7));
      utf8 += static_cast<char>(0x80 | (code >> 12 & 0x3f));
      utf8 += static_cast<char>(0x80 | (code >> 6 & 0x3f));
      utf8 += static_cast<char>(0x80 | (code & 0x3f));
    }
  }
  return json_text(utf8);
}

}  // namespace

std::string packed_values(const PackedTensor& tensor) {
  const std::string bytes = bytes_of(tensor.integers);
  std::string json = "[";
  for (size_t at = 0; at < bytes.size(); at += tensor.integers.itemsize()) {
    if (at > 0) json += ", ";
    json += packed_element(tensor.dtype, bytes.data() + at,
                           tensor.integers.dtype());
  }
  return json + ']';
}

void write_quantization(const Quantization& quantization, JsonNode& node) {
  if (quantization.scheme.empty()) return;
  // Files name both schemes alike; only the zero points tell them apart.
  const Value& zeros = quantization.zero_points;
  const bool floats =
      zeros.is_tensor() && is_floating(zeros.as_tensor().dtype());
  node.text("qscheme", quantization.scheme + (floats ? "_float_qparams" : ""));
  if (quantization.scales.is_none()) {
    node.text("scale", float_hex(quantization.scale));
    node.number("zero_point", quantization.zero_point);
  } else {
    node.raw("scales", list_json(quantization.scales));
    node.raw("zero_points", list_json(quantization.zero_points));
    node.number("axis", quantization.axis);
  }
}

std::string numpy_scalar_json(const NumpyArray& scalar) {
  const std::string_view dtype = scalar.dtype;
  if (!scalar.bytes.defined()) return "null";
  const std::string bytes = bytes_of(scalar.bytes);
  if (dtype.size() > 1 && dtype[1] == 'U') return ucs4_json(bytes);
  static constexpr std::string_view kNumbers[] = {
      "|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4",
      "<i8", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16"};
  static constexpr Dtype kDtypes[] = {
      bool_, int8,   uint8,   int16,   uint16,  int32,     uint32,
      int64, uint64, float16, float32, float64, complex64, complex128};
  for (size_t i = 0; i < std::size(kNumbers); ++i) {
    if (dtype == kNumbers[i] && bytes.size() == itemsize(kDtypes[i])) {
      return element_json(bytes.data(), kDtypes[i]);
    }
  }
  return quote(hex_text(bytes));
}

}  // namespace cresset::cli
