// The error for files that are sound but not safe to go on with.

#ifndef CRESSET_SERIALIZE_REFUSAL_H_
#define CRESSET_SERIALIZE_REFUSAL_H_

#include <exception>
#include <new>
#include <string>

#include "cresset/tensor/base/error.h"

namespace cresset {

/// A file asks for what a reader of data must not do: call a function that is
/// not known to make data, expand beyond the limits, nest streams in streams.
/// Its code is kUnsupported; catch it before Error to tell it from a damaged
/// file.
class RefusedError : public Error {
 public:
  explicit RefusedError(const std::string& text)
      : Error(ErrorCode::kUnsupported, text) {}
};

/// What a device could not do for a load: memory that it has not, or a wait
/// while a graph is captured. The file is not to blame.
class DeviceFailure : public Error {
 public:
  using Error::Error;
};

namespace serialize {

/// The result of `read()`, whose errors get "<path>: <part>: " in front and
/// are the file's fault, whatever function of Cresset noticed them.
template <class Read>
auto with_path(const std::string& path, const char* part, Read&& read) {
  const auto text = [&](const std::exception& error) {
    const std::string what = error.what();
    if (what.starts_with(path + ": ")) return what;
    return path + ": " + part + ": " + what;
  };
  try {
    return read();
  } catch (const RefusedError& error) {
    throw RefusedError(text(error));
  } catch (const DeviceFailure& error) {
    throw DeviceFailure(error.code(), text(error));
  } catch (const std::bad_alloc&) {
    throw RefusedError(path + ": " + part + ": no memory is left");
  } catch (const Error& error) {
    const ErrorCode code = error.code();
    const bool wrong_value =
        code == ErrorCode::kValue || code == ErrorCode::kIndex ||
        code == ErrorCode::kShape || code == ErrorCode::kDtype ||
        code == ErrorCode::kState;
    throw Error(wrong_value ? ErrorCode::kFormat : code, text(error));
  }
}

}  // namespace serialize
}  // namespace cresset

/// Throws RefusedError(parts...) unless `condition` holds.
#define CRESSET_ALLOW(condition, ...)                                          \
  do {                                                                         \
    if (!(condition)) [[unlikely]] {                                           \
      throw ::cresset::RefusedError(::cresset::internal::concat(__VA_ARGS__)); \
    }                                                                          \
  } while (false)

#endif  // CRESSET_SERIALIZE_REFUSAL_H_
