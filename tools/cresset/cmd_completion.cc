// cresset completion: scripts that complete commands and options in a shell.

#include <memory>

#include "cresset/tools/cresset/commands.h"
#include "cresset/tools/cresset/exit_code.h"

namespace cresset::cli {
namespace {

std::string command_names(const std::vector<Command>& commands) {
  std::string names;
  for (const Command& command : commands) {
    names += (names.empty() ? "" : " ") + command.name;
  }
  return names;
}

// The options of a command with those that all take.
std::vector<Option> all_options(Session& session, const Command& command) {
  std::vector<Option> options = command.options;
  for (const Option& option : common_options(session)) {
    options.push_back(option);
  }
  return options;
}

std::string words_of(const std::vector<Option>& options) {
  std::string words = "--help";
  for (const Option& option : options) {
    if (is_positional(option)) continue;
    for (const std::string& name : names_of(option)) words += ' ' + name;
  }
  return words;
}

std::string joined(const std::vector<std::string>& texts, char separator) {
  std::string out;
  for (const std::string& text : texts) {
    if (!out.empty()) out += separator;
    out += text;
  }
  return out;
}

std::string bash(Session& session, const std::vector<Command>& commands) {
  std::string out =
      "# bash completion of cresset; put this line into ~/.bashrc:\n"
      "#   source <(cresset completion bash)\n"
      "_cresset() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} "
      "previous=${COMP_WORDS[COMP_CWORD-1]}\n"
      "  local words=\n"
      "  COMPREPLY=()\n"
      "  if (( COMP_CWORD == 1 )); then\n"
      "    COMPREPLY=($(compgen -W '" +
      command_names(commands) +
      " --help --version' -- \"$word\"))\n"
      "    return\n"
      "  fi\n"
      "  case ${COMP_WORDS[1]}:$previous in\n";
  for (const Command& command : commands) {
    for (const Option& option : all_options(session, command)) {
      if (option.choices.empty() || is_positional(option)) continue;
      for (const std::string& name : names_of(option)) {
        out += "    " + command.name + ':' + name + ") words='" +
               joined(option.choices, ' ') + "' ;;\n";
      }
    }
  }
  out +=
      "  esac\n"
      "  if [[ -n $words ]]; then\n"
      "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
      "    return\n"
      "  fi\n"
      "  if [[ $word != -* ]]; then\n"
      "    case ${COMP_WORDS[1]} in\n";
  for (const Command& command : commands) {
    for (const Option& option : command.options) {
      if (!is_positional(option) || option.choices.empty()) continue;
      out += "      " + command.name + ") words='" +
             joined(option.choices, ' ') + "' ;;\n";
    }
  }
  out +=
      "    esac\n"
      "    if [[ -n $words ]]; then\n"
      "      COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
      "    else\n"
      "      COMPREPLY=($(compgen -f -- \"$word\"))\n"
      "    fi\n"
      "    return\n"
      "  fi\n"
      "  case ${COMP_WORDS[1]} in\n";
  for (const Command& command : commands) {
    out += "    " + command.name + ") words='" +
           words_of(all_options(session, command)) + "' ;;\n";
  }
  out +=
      "  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
      "}\n"
      "complete -o filenames -F _cresset cresset\n";
  return out;
}

// `text` inside single quotes of zsh or fish.
std::string shell_quoted(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out;
}

// What _arguments takes apart is protected.
std::string zsh_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return shell_quoted(out);
}

std::string zsh(Session& session, const std::vector<Command>& commands) {
  std::string out =
      "#compdef cresset\n"
      "# zsh completion of cresset; put this into a folder of $fpath:\n"
      "#   cresset completion zsh > _cresset\n"
      "_cresset() {\n"
      "  local -a commands\n"
      "  commands=(\n";
  for (const Command& command : commands) {
    out += "    '" + command.name + ':' + zsh_text(command.summary) + "'\n";
  }
  out +=
      "  )\n"
      "  if (( CURRENT == 2 )); then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  local command=$words[2]\n"
      "  shift words\n"
      "  (( CURRENT-- ))\n"
      "  case $command in\n";
  for (const Command& command : commands) {
    out += "    " + command.name + ") _arguments";
    std::string files = "_files";
    for (const Option& option : all_options(session, command)) {
      if (is_positional(option)) {
        if (!option.choices.empty()) {
          files = '(' + joined(option.choices, ' ') + ')';
        }
        continue;
      }
      for (const std::string& name : names_of(option)) {
        out += " \\\n      '" + name + '[' + zsh_text(option.help) + ']';
        if (!is_flag(option)) {
          const std::string values =
              option.choices.empty() ? "_files"
                                     : '(' + joined(option.choices, ' ') + ')';
          out += ':' + zsh_text(option.value) + ':' + values;
        }
        out += '\'';
      }
    }
    out += " \\\n      '*:file:" + files + "' ;;\n";
  }
  out +=
      "  esac\n"
      "}\n"
      "_cresset \"$@\"\n";
  return out;
}

std::string fish_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string fish(Session& session, const std::vector<Command>& commands) {
  std::string out =
      "# fish completion of cresset; put this into\n"
      "#   ~/.config/fish/completions/cresset.fish\n";
  for (const Command& command : commands) {
    out += "complete -c cresset -f -n __fish_use_subcommand -a " +
           command.name + " -d '" + fish_text(command.summary) + "'\n";
  }
  for (const Command& command : commands) {
    const std::string start =
        "complete -c cresset -n "
        "'__fish_seen_subcommand_from " +
        command.name + '\'';
    for (const Option& option : all_options(session, command)) {
      if (is_positional(option)) {
        if (!option.choices.empty()) {
          out += start + " -f -a '" + joined(option.choices, ' ') + "'\n";
        }
        continue;
      }
      out += start;
      for (const std::string& name : names_of(option)) {
        out += name.starts_with("--") ? " -l " + name.substr(2)
                                      : " -s " + name.substr(1);
      }
      if (!is_flag(option)) out += " -r";
      if (!option.choices.empty()) {
        out += " -f -a '" + joined(option.choices, ' ') + '\'';
      }
      out += " -d '" + fish_text(option.help) + "'\n";
    }
  }
  return out;
}

}  // namespace

Command completion_command(Session& session,
                           const std::vector<Command>& commands) {
  auto shell = std::make_shared<std::string>();
  return {
      "completion",
      "Print a script that completes commands and options",
      "Example, for ~/.bashrc:\n"
      "  source <(cresset completion bash)\n",
      {
          {"SHELL",
           shell.get(),
           "",
           "bash, zsh or fish",
           true,
           {"bash", "zsh", "fish"}},
      },
      [&session, &commands, shell]() -> int {
        if (*shell == "bash") session.out << bash(session, commands);
        if (*shell == "zsh") session.out << zsh(session, commands);
        if (*shell == "fish") session.out << fish(session, commands);
        return kExitOk;
      },
  };
}

}  // namespace cresset::cli
