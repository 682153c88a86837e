#include "cresset/tools/cresset/exit_code.h"

#include <new>

#include "cresset/serialize/refusal.h"
#include "cresset/tensor/base/error.h"

namespace cresset::cli {

ExitCode exit_code_of(const std::exception& error) {
  if (const auto* own = dynamic_cast<const CliError*>(&error)) {
    return own->code();
  }
  if (dynamic_cast<const RefusedError*>(&error) != nullptr) return kExitUnsafe;
  // What asks for more memory than there is, is beyond the limits.
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) {
    return kExitUnsafe;
  }
  if (const auto* library = dynamic_cast<const Error*>(&error)) {
    switch (library->code()) {
      case ErrorCode::kIo:
        return kExitMissing;
      case ErrorCode::kFormat:
      case ErrorCode::kUnsupported:
        return kExitDamaged;
      default:
        return kExitUsage;
    }
  }
  return kExitUsage;
}

const char* exit_code_help() {
  return "Exit codes:\n"
         "  0  all is well\n"
         "  1  the check said no: differences, damage, NaN\n"
         "  2  the command line is wrong\n"
         "  3  a file is missing or cannot be read\n"
         "  4  no known format, or damaged\n"
         "  5  refused for safety: unknown calls, limits\n"
         "  6  cannot write: no space, no permission, the file exists\n";
}

}  // namespace cresset::cli
