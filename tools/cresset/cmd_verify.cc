// cresset verify: whether files are whole.

#include <cctype>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "cresset/serialize/input_file.h"
#include "cresset/tensor/base/error.h"
#include "cresset/tools/cresset/commands.h"
#include "cresset/tools/cresset/entries.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/file_format.h"
#include "cresset/tools/cresset/file_hash.h"
#include "cresset/tools/cresset/numbers.h"
#include "cresset/tools/cresset/sha256.h"
#include "cresset/tools/cresset/text_table.h"

namespace cresset::cli {
namespace {

struct Settings {
  std::vector<std::string> files;
  bool deep = false;
  bool json = false;
  std::string against;
};

struct Finding {
  std::string file;
  std::string problem;  // empty: none
  std::string facts;
  ExitCode code = kExitOk;
};

// Lines "<sha256>  <name>", as sha256sum writes them.
std::map<std::string, std::string> read_sums(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw CliError(kExitMissing, path + ": cannot be read");
  std::map<std::string, std::string> sums;
  std::string line;
  while (std::getline(file, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const size_t space = line.find(' ');
    if (space != 64) continue;
    size_t name = line.find_first_not_of(" *", space);
    if (name == std::string::npos) continue;
    sums[base_name(line.substr(name))] = line.substr(0, 64);
  }
  return sums;
}

void check_contents(Session& session, const Settings& settings,
                    Finding& finding) {
  session.no_verify = false;
  const Value value = session.load(finding.file);
  const std::vector<Entry> entries = tensor_entries(value);
  int64_t bytes = 0;
  for (const Entry& entry : entries) bytes += entry_bytes(entry.value);
  finding.facts =
      format_name(serialize::InputFile::map(session.input_path(finding.file))) +
      ", " + counted(static_cast<int64_t>(entries.size()), "tensor") + ", " +
      human_bytes(bytes);
  if (!settings.deep) return;
  for (const Entry& entry : entries) {
    const Tensor tensor = plain_tensor(entry.value);
    if (!tensor.defined()) continue;
    const Statistics s = statistics(tensor);
    if (s.nans + s.infinities > 0) {
      finding.problem = entry.name + " holds " +
                        counted(s.nans + s.infinities, "number") +
                        " that are not finite";
      return;
    }
  }
}

void check_hash(const std::map<std::string, std::string>& sums,
                Finding& finding) {
  const std::string in_name = hash_in_name(finding.file);
  const auto listed = sums.find(base_name(finding.file));
  if (in_name.empty() && listed == sums.end()) return;
  const std::string sum = file_sha256(finding.file);
  if (listed != sums.end() && listed->second != sum) {
    finding.problem =
        "SHA-256 is " + sum + ", but the list says " + listed->second;
  } else if (!in_name.empty() && !sum.starts_with(in_name)) {
    finding.problem = "SHA-256 begins with " + sum.substr(0, in_name.size()) +
                      ", but the file name says " + in_name;
  } else {
    finding.facts +=
        ", SHA-256 as " +
        std::string(listed != sums.end() ? "listed" : "in the name");
  }
}

Finding check(Session& session, const Settings& settings,
              const std::map<std::string, std::string>& sums,
              const std::string& file) {
  Finding finding{file, "", "", kExitOk};
  try {
    check_contents(session, settings, finding);
    if (finding.problem.empty()) check_hash(sums, finding);
    if (!finding.problem.empty()) finding.code = kExitNo;
  } catch (const std::exception& error) {
    finding.problem = error.what();
    finding.code = exit_code_of(error);
    // That a file is damaged is the answer to the question.
    if (finding.code == kExitDamaged) finding.code = kExitNo;
  }
  if (finding.problem.starts_with(file + ": ")) {
    finding.problem.erase(0, file.size() + 2);
  }
  return finding;
}

int run(Session& session, const Settings& settings) {
  std::map<std::string, std::string> sums;
  if (!settings.against.empty()) sums = read_sums(settings.against);
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  ExitCode worst = kExitOk;
  demos::Progress progress("verify",
                           static_cast<int64_t>(settings.files.size()),
                           session.progress_style(), session.err);
  int64_t done = 0;
  std::string lines;
  for (const std::string& file : settings.files) {
    progress.update(done++, file);
    const Finding finding = check(session, settings, sums, file);
    const bool good = finding.problem.empty();
    worst = std::max(worst, finding.code);
    if (settings.json) {
      json.push_back({{"file", file},
                      {"ok", good},
                      {"facts", finding.facts},
                      {"problem", finding.problem}});
    } else if (good) {
      if (!session.quiet) {
        lines += session.paint("32", "ok ") + "  " + file + "  " +
                 finding.facts + '\n';
      }
    } else {
      lines += session.paint("31", "BAD") + "  " + file + "  " +
               finding.problem + '\n';
    }
  }
  progress.finish();
  session.out << (settings.json ? json.dump(1) + '\n' : lines);
  return worst;
}

}  // namespace

Command verify_command(Session& session) {
  auto settings = std::make_shared<Settings>();
  return {
      "verify",
      "Check that files are whole and undamaged",
      "Checks the structure, every checksum, the pickle, and that all tensors\n"
      "lie inside their storages; a SHA-256 at the end of the name too. Ends\n"
      "with 1 if a file is damaged.\n"
      "Examples:\n"
      "  cresset verify *.pth\n"
      "  cresset verify last.pth --deep           NaN and infinity count too\n",
      {
          {"FILE", &settings->files, "", "files to check", true},
          {"--deep", &settings->deep, "", "all numbers must be finite"},
          {"--against", &settings->against, "SUMS",
           "a list of SHA-256 sums as sha256sum writes it"},
          {"--json", &settings->json, "", "print JSON"},
      },
      [&session, settings] { return run(session, *settings); },
  };
}

}  // namespace cresset::cli
