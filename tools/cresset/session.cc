#include "cresset/tools/cresset/session.h"

#include <unistd.h>

#include <cstdlib>

#include "cresset/serialize/checkpoint.h"
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
  return options;
}

Value Session::load(const std::string& path) const {
  return cresset::load(path == "-" ? "/dev/stdin" : path, load_options());
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
