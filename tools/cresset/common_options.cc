// The options that every subcommand takes.

#include "cresset/tools/cresset/commands.h"

namespace cresset::cli {

std::vector<Option> common_options(Session& session) {
  return {
      {"-q,--quiet", &session.quiet, "", "print no messages"},
      {"-v,--verbose", &session.verbose, "", "print more"},
      {"--color",
       &session.color,
       "WHEN",
       "colour results: auto (on a terminal), always, never",
       false,
       {"auto", "always", "never"}},
      {"--threads", &session.threads, "N", "threads to use; 0: one a core"},
      {"--no-mmap", &session.no_mmap, "", "read files instead of mapping them"},
      {"--no-verify", &session.no_verify, "",
       "do not compare records with their checksums"},
      {"--max-pickle-ops", &session.max_pickle_ops, "N",
       "refuse a file whose pickle takes more operations"},
      {"--opaque-calls", &session.opaque_calls, "",
       "keep calls of unknown functions as data; nothing is ever run"},
  };
}

}  // namespace cresset::cli
