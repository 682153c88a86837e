#include "cresset/tools/cresset/app.h"

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cresset/tensor/core/parallel.h"
#include "cresset/tools/cresset/commands.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/names.h"

namespace cresset::cli {
namespace {

constexpr const char* kVersion = "cresset 0.1.0";

void declare(CLI::App& app, const Option& option) {
  CLI::Option* made = nullptr;
  std::visit(
      [&](auto* target) {
        using T = std::remove_pointer_t<decltype(target)>;
        if constexpr (std::is_same_v<T, bool>) {
          made = app.add_flag(option.names, *target, option.help);
        } else if constexpr (std::is_same_v<T, std::string>) {
          made = is_flag(option)
                     ? app.add_flag(option.names, *target, option.help)
                     : app.add_option(option.names, *target, option.help);
        } else {
          made = app.add_option(option.names, *target, option.help);
        }
      },
      option.target);
  if (!is_flag(option)) made->type_name(option.value);
  if (option.required) made->required();
  if (!option.choices.empty()) made->check(CLI::IsMember(option.choices));
  // A list takes one value each time it is named, not all that follow.
  if (!is_positional(option) && made->get_items_expected_max() > 1) {
    made->expected(1)->take_all();
  }
}

// What a person meant who wrote `word`.
std::string unknown_command(const std::string& word,
                            const std::vector<Command>& commands) {
  std::vector<std::string> names;
  for (const Command& command : commands) names.push_back(command.name);
  std::string text = "there is no command '" + word + "'";
  const std::string near = nearest_name(word, names);
  if (!near.empty()) text += "; did you mean '" + near + "'?";
  return text;
}

// The option that was meant by one that no command has.
std::string unknown_option(const CLI::App& app,
                           const std::vector<Command>& commands,
                           Session& session) {
  for (const CLI::App* sub : app.get_subcommands()) {
    std::vector<std::string> names;
    std::vector<Option> options = common_options(session);
    for (const Command& command : commands) {
      if (command.name != sub->get_name()) continue;
      options.insert(options.end(), command.options.begin(),
                     command.options.end());
    }
    for (const Option& option : options) {
      for (const std::string& name : names_of(option)) names.push_back(name);
    }
    for (std::string word : sub->remaining()) {
      word.resize(std::min(word.size(), word.find('=')));
      if (!word.starts_with("--")) continue;
      return "there is no option " + word + did_you_mean(word, names);
    }
  }
  return "";
}

std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace

int run(int argc, const char* const* argv, std::ostream& out,
        std::ostream& err) {
  Session session{out, err};
  std::vector<Command> commands = {
      info_command(session),    ls_command(session),
      print_command(session),   stats_command(session),
      verify_command(session),  diff_command(session),
      convert_command(session), strip_command(session),
      rename_command(session),  merge_command(session),
      split_command(session),   average_command(session),
      cast_command(session),    get_command(session),
      set_command(session),     curves_command(session),
      summary_command(session), bench_command(session),
  };
  commands.push_back(completion_command(session, commands));
  commands.push_back(man_command(session, commands));

  CLI::App app("Looks into checkpoints of PyTorch, checks and changes them.",
               "cresset");
  app.set_version_flag("--version", kVersion);
  app.footer(exit_code_help());
  app.require_subcommand(0, 1);
  app.allow_extras(true);
  int status = kExitOk;
  const Command* chosen = nullptr;
  for (const Command& command : commands) {
    CLI::App* sub = app.add_subcommand(command.name, command.summary);
    sub->footer(command.details);
    sub->allow_extras(false);
    for (const Option& option : command.options) declare(*sub, option);
    for (const Option& option : common_options(session)) declare(*sub, option);
    sub->callback([&chosen, &command] { chosen = &command; });
  }
  try {
    app.parse(argc, argv);
    if (chosen == nullptr) {
      const std::vector<std::string> rest = app.remaining();
      if (rest.empty()) {
        err << "cresset: no command given; try cresset --help\n";
      } else {
        err << "cresset: " << unknown_command(rest.front(), commands) << '\n';
      }
      return kExitUsage;
    }
    if (session.threads > 0) {
      set_num_threads(static_cast<int>(session.threads));
    }
    status = chosen->run();
    out.flush();
    if (!out) {
      throw CliError(kExitCannotWrite, "the standard output cannot be written");
    }
    return status;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error, out, err);
    std::string name;
    for (const CLI::App* sub : app.get_subcommands()) {
      name = sub->get_name() + ' ';
    }
    const std::string unknown = unknown_option(app, commands, session);
    const std::string text = unknown.empty() ? one_line(error.what()) : unknown;
    err << "cresset: " << text << (text.ends_with('?') ? " Try" : "; try")
        << " cresset " << name << "--help\n";
    return kExitUsage;
  } catch (const std::exception& error) {
    std::string text = one_line(error.what());
    if (!session.stdin_path.empty() && text.starts_with(session.stdin_path)) {
      text.replace(0, session.stdin_path.size(), "standard input");
    }
    err << "cresset: " << text << '\n';
    return exit_code_of(error);
  }
}

}  // namespace cresset::cli
