// The error for files that are sound but not safe to go on with.

#ifndef CRESSET_SERIALIZE_REFUSAL_H_
#define CRESSET_SERIALIZE_REFUSAL_H_

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

}  // namespace cresset

/// Throws RefusedError(parts...) unless `condition` holds.
#define CRESSET_ALLOW(condition, ...)                                          \
  do {                                                                         \
    if (!(condition)) [[unlikely]] {                                           \
      throw ::cresset::RefusedError(::cresset::internal::concat(__VA_ARGS__)); \
    }                                                                          \
  } while (false)

#endif  // CRESSET_SERIALIZE_REFUSAL_H_
