#include "cresset/serialize/io_error.h"

#include <unistd.h>

#include <cstring>
#include <system_error>

#include "cresset/tensor/base/error.h"

namespace cresset::serialize {

void throw_io(const std::string& path, std::string_view operation,
              int error_number, std::string_view advice) {
  std::string text = path.empty() ? std::string("(empty path)") : path;
  text += ": ";
  text += operation;
  text += " failed: ";
  text += std::generic_category().message(error_number);
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 32)
  if (const char* name = strerrorname_np(error_number)) {
    text += std::string(" (") + name + ")";
  }
#endif
  if (!advice.empty()) {
    text += "; ";
    text += advice;
  }
  internal::throw_error(ErrorCode::kIo, text);
}

void Descriptor::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

}  // namespace cresset::serialize
