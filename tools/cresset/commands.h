// The subcommands, each in a file of its own.

#ifndef CRESSET_TOOLS_CRESSET_COMMANDS_H_
#define CRESSET_TOOLS_CRESSET_COMMANDS_H_

#include <vector>

#include "cresset/tools/cresset/command.h"
#include "cresset/tools/cresset/session.h"

namespace cresset::cli {

Command info_command(Session& session);
Command ls_command(Session& session);
Command print_command(Session& session);
Command stats_command(Session& session);
Command verify_command(Session& session);
Command diff_command(Session& session);
Command convert_command(Session& session);
Command strip_command(Session& session);
Command rename_command(Session& session);
Command merge_command(Session& session);
Command split_command(Session& session);
Command average_command(Session& session);
Command cast_command(Session& session);
Command get_command(Session& session);
Command set_command(Session& session);
Command curves_command(Session& session);
Command summary_command(Session& session);
Command bench_command(Session& session);
/// Both need the tables of all commands, which outlive them.
Command completion_command(Session& session,
                           const std::vector<Command>& commands);
Command man_command(Session& session, const std::vector<Command>& commands);

/// All of them, and the options that every command takes.
std::vector<Option> common_options(Session& session);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_COMMANDS_H_
