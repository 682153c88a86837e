// The one exception type of Cresset and the macros that throw it.
//
// Callers' mistakes go through CRESSET_CHECK, with text of the form
// "<op>: <rule>; got <facts>". Our own mistakes go through CRESSET_ASSERT,
// which is always on. Nothing in the library aborts, exits or prints.

#ifndef CRESSET_TENSOR_BASE_ERROR_H_
#define CRESSET_TENSOR_BASE_ERROR_H_

#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace cresset {

/// What kind of thing went wrong; the text says which.
enum class ErrorCode {
  kShape,        ///< sizes or ranks that do not fit together
  kDtype,        ///< an element type that the operation does not take
  kDevice,       ///< a device that is absent, wrong or mixed
  kIndex,        ///< an index or dimension out of range
  kValue,        ///< an argument outside its domain
  kState,        ///< an object not in the state the call needs
  kFormat,       ///< a file whose bytes break the format's rules
  kIo,           ///< the operating system refused an operation
  kCuda,         ///< a failed CUDA, cuBLAS or cuDNN call
  kUnsupported,  ///< valid, but outside what Cresset does
  kInternal,     ///< a bug in Cresset
};

/// The exception that every Cresset function throws.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& text)
      : std::runtime_error(text), code_(code) {}

  ErrorCode code() const { return code_; }

 private:
  ErrorCode code_;
};

/// "kShape" and so on.
const char* to_string(ErrorCode code);

namespace internal {

void append_int(std::string& out, long long value);
void append_uint(std::string& out, unsigned long long value);
void append_float(std::string& out, double value);

// Appends text, numbers, and anything with a to_string found by ADL.
template <class T>
void append(std::string& out, const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (std::is_same_v<T, char>) {
    out += value;
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    out += std::string_view(value);
  } else if constexpr (std::is_floating_point_v<T>) {
    append_float(out, static_cast<double>(value));
  } else if constexpr (std::is_integral_v<T> && std::is_signed_v<T>) {
    append_int(out, value);
  } else if constexpr (std::is_integral_v<T>) {
    append_uint(out, value);
  } else {
    out += to_string(value);
  }
}

template <class... Ts>
std::string concat(const Ts&... parts) {
  std::string out;
  (append(out, parts), ...);
  return out;
}

[[noreturn]] void throw_error(ErrorCode code, std::string text);
[[noreturn]] void throw_internal(const char* condition, const char* file,
                                 int line);

}  // namespace internal
}  // namespace cresset

/// Throws Error(ErrorCode::code, parts...) unless `condition` holds.
#define CRESSET_CHECK(condition, code, ...)          \
  do {                                               \
    if (!(condition)) [[unlikely]] {                 \
      ::cresset::internal::throw_error(              \
          ::cresset::ErrorCode::code,                \
          ::cresset::internal::concat(__VA_ARGS__)); \
    }                                                \
  } while (false)

/// Throws kInternal unless `condition` holds: a bug in Cresset, not in its use.
#define CRESSET_ASSERT(condition)                                          \
  do {                                                                     \
    if (!(condition)) [[unlikely]] {                                       \
      ::cresset::internal::throw_internal(#condition, __FILE__, __LINE__); \
    }                                                                      \
  } while (false)

#ifdef NDEBUG
#define CRESSET_DCHECK(condition) static_cast<void>(0)
#else
#define CRESSET_DCHECK(condition) CRESSET_ASSERT(condition)
#endif

#endif  // CRESSET_TENSOR_BASE_ERROR_H_
