// Errors of the operating system as text: path, operation, cause, errno.

#ifndef CRESSET_SERIALIZE_IO_ERROR_H_
#define CRESSET_SERIALIZE_IO_ERROR_H_

#include <string>
#include <string_view>

namespace cresset::serialize {

/// Throws kIo: "<path>: <operation> failed: No space left on device (ENOSPC)"
/// and `advice` after a semicolon, if there is any.
[[noreturn]] void throw_io(const std::string& path, std::string_view operation,
                           int error_number, std::string_view advice = {});

/// A file descriptor that closes itself. Closing reports no error, so what was
/// written is closed by hand.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { reset(); }

  int get() const { return fd_; }
  /// The descriptor, which is the caller's from here on.
  int release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }
  void reset(int fd = -1);

 private:
  int fd_;
};

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_IO_ERROR_H_
