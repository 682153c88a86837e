// Where writers put their bytes: a file, or memory in tests.

#ifndef CRESSET_SERIALIZE_SINK_H_
#define CRESSET_SERIALIZE_SINK_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace cresset::serialize {

/// Takes bytes in order.
class Sink {
 public:
  virtual ~Sink() = default;
  /// Errors: kIo if the bytes cannot be stored.
  virtual void write(const void* data, size_t bytes) = 0;
};

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
