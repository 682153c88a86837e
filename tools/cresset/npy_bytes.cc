#include "cresset/tools/cresset/npy_bytes.h"

#include "cresset/tools/cresset/exit_code.h"

namespace cresset::cli {
namespace {

const char* description(Dtype dtype) {
  switch (dtype) {
    case Dtype::kBool:
      return "|b1";
    case Dtype::kUint8:
      return "|u1";
    case Dtype::kInt8:
      return "|i1";
    case Dtype::kInt16:
      return "<i2";
    case Dtype::kInt32:
      return "<i4";
    case Dtype::kInt64:
      return "<i8";
    case Dtype::kUint16:
      return "<u2";
    case Dtype::kUint32:
      return "<u4";
    case Dtype::kUint64:
      return "<u8";
    case Dtype::kFloat16:
      return "<f2";
    case Dtype::kFloat32:
      return "<f4";
    case Dtype::kFloat64:
      return "<f8";
    case Dtype::kComplex64:
      return "<c8";
    case Dtype::kComplex128:
      return "<c16";
    default:
      return nullptr;
  }
}

}  // namespace

std::string npy_header(Dtype dtype, IntSpan shape) {
  const char* descr = description(dtype);
  if (descr == nullptr) {
    throw CliError(kExitUsage, std::string("NumPy has no ") + to_string(dtype) +
                                   "; cast it to float32 first");
  }
  std::string sizes;
  for (const int64_t n : shape) sizes += std::to_string(n) + ", ";
  if (shape.size() > 1) sizes.resize(sizes.size() - 2);
  if (shape.size() == 1) sizes.pop_back();
  std::string text = std::string("{'descr': '") + descr +
                     "', 'fortran_order': False, 'shape': (" + sizes + "), }";
  constexpr size_t kBefore = 10, kAlignment = 64;
  while ((kBefore + text.size() + 1) % kAlignment != 0) text += ' ';
  text += '\n';
  std::string head("\x93NUMPY\x01\x00", 8);
  head += static_cast<char>(text.size() & 0xff);
  head += static_cast<char>(text.size() >> 8);
  return head + text;
}

}  // namespace cresset::cli
