#include "cresset/tensor/base/error.h"

#include <charconv>

namespace cresset {

const char* to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::kShape:
      return "kShape";
    case ErrorCode::kDtype:
      return "kDtype";
    case ErrorCode::kDevice:
      return "kDevice";
    case ErrorCode::kIndex:
      return "kIndex";
    case ErrorCode::kValue:
      return "kValue";
    case ErrorCode::kState:
      return "kState";
    case ErrorCode::kFormat:
      return "kFormat";
    case ErrorCode::kIo:
      return "kIo";
    case ErrorCode::kCuda:
      return "kCuda";
    case ErrorCode::kUnsupported:
      return "kUnsupported";
    case ErrorCode::kInternal:
      return "kInternal";
  }
  return "kInternal";
}

namespace internal {
namespace {

template <class T>
void append_number(std::string& out, T value) {
  char text[40];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  out.append(text, end);
}

}  // namespace

void append_int(std::string& out, long long value) {
  append_number(out, value);
}

void append_uint(std::string& out, unsigned long long value) {
  append_number(out, value);
}

void append_float(std::string& out, double value) { append_number(out, value); }

void throw_error(ErrorCode code, std::string text) { throw Error(code, text); }

void throw_internal(const char* condition, const char* file, int line) {
  throw Error(ErrorCode::kInternal,
              concat("internal error at ", file, ":", line, ": '", condition,
                     "' does not hold; this is a bug in Cresset"));
}

}  // namespace internal
}  // namespace cresset
