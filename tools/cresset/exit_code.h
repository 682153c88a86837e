// How the command ends, the same in every subcommand.

#ifndef CRESSET_TOOLS_CRESSET_EXIT_CODE_H_
#define CRESSET_TOOLS_CRESSET_EXIT_CODE_H_

#include <exception>
#include <stdexcept>
#include <string>

namespace cresset::cli {

enum ExitCode : int {
  kExitOk = 0,
  kExitNo = 1,           ///< the check said no: differences, damage, NaN
  kExitUsage = 2,        ///< the command line is wrong
  kExitMissing = 3,      ///< a file is missing or cannot be read
  kExitDamaged = 4,      ///< no known format, or damaged
  kExitUnsafe = 5,       ///< refused for safety: calls, limits
  kExitCannotWrite = 6,  ///< no space, no permission, the file exists
};

/// An error that knows how the command ends.
class CliError : public std::runtime_error {
 public:
  CliError(ExitCode code, const std::string& text)
      : std::runtime_error(text), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

/// The exit code of any exception.
ExitCode exit_code_of(const std::exception& error);

/// The lines that --help and the manual show.
const char* exit_code_help();

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_EXIT_CODE_H_
