// The command line: parses it and runs the subcommand.

#ifndef CRESSET_TOOLS_CRESSET_APP_H_
#define CRESSET_TOOLS_CRESSET_APP_H_

#include <ostream>

namespace cresset::cli {

/// Runs `cresset ARGS...`. Errors are one message on `err`; the result is the
/// exit code.
int run(int argc, const char* const* argv, std::ostream& out,
        std::ostream& err);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_APP_H_
