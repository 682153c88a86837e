// Where writers put their bytes: a file, or memory in tests.

#ifndef CRESSET_SERIALIZE_SINK_H_
#define CRESSET_SERIALIZE_SINK_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace cresset::serialize {

/// Takes bytes in order.
class Sink {
 public:
  virtual ~Sink() = default;
  /// Errors: kIo if the bytes cannot be stored.
  virtual void write(const void* data, size_t bytes) = 0;
};

/// Takes one piece of bytes that come in several.
using ByteTake = std::function<void(const void* data, size_t bytes)>;

/// Hands all its bytes to `take`, piece by piece.
using ByteSource = std::function<void(const ByteTake& take)>;

/// Collects bytes in a string.
class StringSink final : public Sink {
 public:
  void write(const void* data, size_t bytes) override {
    text.append(static_cast<const char*>(data), bytes);
  }
  std::string text;
};

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_SINK_H_
