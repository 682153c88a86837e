#include "cresset/tools/cresset/session.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "cresset/serialize/checkpoint.h"
#include "cresset/serialize/file_kind.h"
#include "cresset/tools/cresset/exit_code.h"

namespace cresset::cli {

LoadOptions Session::load_options() const {
  LoadOptions options;
  options.map_location = [](const std::string& saved) {
    return saved == "meta" ? Device(DeviceType::kMeta) : Device();
  };
  options.mmap = !no_mmap;
  options.verify = !no_verify;
  options.opaque_calls = opaque_calls;
  if (max_pickle_ops < 1) {
    throw CliError(kExitUsage, "--max-pickle-ops takes a number from 1 on");
  }
  options.max_pickle_ops = static_cast<uint64_t>(max_pickle_ops);
  return options;
}

std::string Session::input_path(const std::string& path) {
  if (path != "-") return path;
  if (!stdin_path.empty()) return stdin_path;
  // A file without a name; it ends with the process.
  const int file = ::memfd_create("cresset-stdin", MFD_CLOEXEC);
  const auto check = [](ssize_t result) {
    if (result >= 0) return;
    throw CliError(kExitMissing,
                   std::string("the standard input cannot be read: ") +
                       std::strerror(errno));
  };
  check(file);
  std::vector<char> block(1 << 20);
  for (bool first = true;; first = false) {
    const ssize_t count = ::read(STDIN_FILENO, block.data(), block.size());
    check(count);
    if (count == 0) break;
    // What has no end is not read to it, if its beginning is no checkpoint's.
    const bool hopeless =
        first && count >= 512 &&
        serialize::file_kind({block.data(), static_cast<size_t>(count)}) ==
            serialize::FileKind::kUnknown;
    for (ssize_t at = 0; at < count;) {
      const ssize_t written =
          ::write(file, block.data() + at, static_cast<size_t>(count - at));
      check(written);
      at += written;
    }
    if (hopeless) break;
  }
  stdin_path = "/proc/self/fd/" + std::to_string(file);
  return stdin_path;
}

Value Session::load(const std::string& path) {
  return cresset::load(input_path(path), load_options());
}

bool Session::colored() const {
  if (color != "auto") return color == "always";
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  return isatty(STDOUT_FILENO) != 0;
}

std::string Session::paint(const char* code, const std::string& text) const {
  if (!colored()) return text;
  return std::string("\x1b[") + code + 'm' + text + "\x1b[0m";
}

void Session::say(const std::string& text) const {
  if (quiet) return;
  out.flush();
  err << text << '\n';
}

demos::ProgressStyle Session::progress_style() const {
  // Lines in a log file say less than they cost.
  if (quiet || isatty(STDERR_FILENO) == 0) return demos::ProgressStyle::kSilent;
  return demos::default_progress_style();
}

}  // namespace cresset::cli
