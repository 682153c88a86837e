// cresset man: the manual page, made from the tables of the commands.

#include <sstream>

#include "cresset/tools/cresset/commands.h"
#include "cresset/tools/cresset/exit_code.h"

namespace cresset::cli {
namespace {

// Text for roff: what it takes for a command is protected.
std::string roff(const std::string& text) {
  std::string out;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '-') {
      out += "\\-";
    } else if (c == '\\') {
      out += "\\e";
    } else {
      out += c;
    }
    line_start = c == '\n';
  }
  return out;
}

std::string bold(const std::string& text) { return "\\fB" + text + "\\fR"; }
std::string italic(const std::string& text) { return "\\fI" + text + "\\fR"; }

std::string option_item(const Option& option) {
  std::string names;
  for (const std::string& name : names_of(option)) {
    names += (names.empty() ? "" : ", ") +
             (is_positional(option) ? italic(roff(name)) : bold(roff(name)));
  }
  if (!is_flag(option) && !option.value.empty()) {
    names += ' ' + italic(roff(option.value));
  }
  return ".TP\n" + names + "\n" + roff(option.help) + "\n";
}

// "cresset strip [options] FILE -o FILE".
std::string usage(const Command& command) {
  std::string line =
      bold("cresset " + command.name) + " [" + italic("options") + ']';
  for (const Option& option : command.options) {
    const std::vector<std::string> names = names_of(option);
    const bool many =
        std::holds_alternative<std::vector<std::string>*>(option.target);
    if (is_positional(option)) {
      line += ' ' + italic(names.back()) + (many ? "..." : "");
    } else if (option.required) {
      line += ' ' + bold(roff(names.front())) + ' ' + italic(option.value);
    }
  }
  return line;
}

std::string command_section(const Command& command) {
  std::string out = ".SS " + command.name + "\n" + usage(command) + "\n.PP\n" +
                    roff(command.summary) + ".\n";
  for (const Option& option : command.options) out += option_item(option);
  std::istringstream lines(command.details);
  std::string line;
  bool literal = false;
  out += ".PP\n";
  while (std::getline(lines, line)) {
    const bool example = line.starts_with("  ");
    if (example != literal) out += example ? ".nf\n" : ".fi\n";
    literal = example;
    out += roff(line) + '\n';
  }
  if (literal) out += ".fi\n";
  return out;
}

std::string manual(Session& session, const std::vector<Command>& commands) {
  std::string out =
      ".TH CRESSET 1\n"
      ".SH NAME\n"
      "cresset \\- look into checkpoints of PyTorch, check and change them\n"
      ".SH SYNOPSIS\n" +
      bold("cresset") + ' ' + italic("command") + " [" + italic("options") +
      "] " + italic("file") +
      "...\n"
      ".SH DESCRIPTION\n" +
      roff(
          "Reads what torch.save ever wrote, safetensors and NumPy files; the "
          "format is told by the contents. Nothing of a file is ever run. "
          "Results go to the standard output, messages to the standard "
          "error. A file is written whole or not at all.\n") +
      ".PP\n" +
      roff(
          "Keys are chosen by globs such as 'layer1.*.weight', in which * "
          "matches dots too, or by regular expressions after re:. The file "
          "name - is the standard input.\n") +
      ".SH COMMANDS\n";
  for (const Command& command : commands) out += command_section(command);
  out += ".SH COMMON OPTIONS\n";
  for (const Option& option : common_options(session)) {
    out += option_item(option);
  }
  out += ".SH EXIT STATUS\n.nf\n";
  std::istringstream codes(exit_code_help());
  std::string line;
  std::getline(codes, line);  // its title
  while (std::getline(codes, line)) out += roff(line) + '\n';
  out +=
      ".fi\n"
      ".SH ENVIRONMENT\n"
      ".TP\n" +
      bold("NO_COLOR") + "\nIf set, results are not coloured.\n";
  return out;
}

}  // namespace

Command man_command(Session& session, const std::vector<Command>& commands) {
  return {
      "man",
      "Print the manual page",
      "Example:\n"
      "  cresset man | man -l -\n",
      {},
      [&session, &commands]() -> int {
        session.out << manual(session, commands);
        return kExitOk;
      },
  };
}

}  // namespace cresset::cli
