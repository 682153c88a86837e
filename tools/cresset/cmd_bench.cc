// cresset bench: how fast this machine loads and saves a file.

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

#include "cresset/serialize/archive.h"
#include "cresset/serialize/checkpoint.h"
#include "cresset/tools/cresset/commands.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/output.h"
#include "cresset/tools/cresset/text_table.h"

namespace cresset::cli {
namespace {

struct Settings {
  std::string what;
  std::string file;
  int64_t repeat = 5;
  bool json = false;
};

struct Row {
  std::string name;
  double seconds = 0;
  bool whole = true;  // whether all bytes of the file went through
};

// The best of several runs: everything else that runs only adds to it.
double best_seconds(int64_t repeat, const std::function<void()>& work) {
  double best = 0;
  for (int64_t i = 0; i < repeat; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
            .count();
    best = i == 0 ? seconds : std::min(best, seconds);
  }
  return best;
}

// Touches the memory of a tensor, which a mapped file has not read before.
void touch(const Tensor& tensor) {
  const auto* bytes = static_cast<const uint8_t*>(tensor.raw_data());
  volatile uint8_t sink = 0;
  for (size_t i = 0; i < tensor.nbytes(); i += 4096) sink = bytes[i];
  (void)sink;
}

std::vector<Row> bench_load(Session& session, const Settings& settings,
                            const std::string& path) {
  LoadOptions options = session.load_options();
  std::vector<Row> rows;
  const auto row = [&](const char* name, bool whole,
                       const std::function<void()>& work) {
    rows.push_back({name, best_seconds(settings.repeat, work), whole});
  };
  row("load, checked", true, [&] { load(path, options); });
  options.verify = false;
  row("load, unchecked", false, [&] { load(path, options); });
  options.mmap = false;
  row("load, read into memory", true, [&] { load(path, options); });
  options.mmap = true;
  row("names and shapes", false, [&] { Archive(path, options); });
  row("first tensor", false, [&] {
    const Archive archive(path, options);
    if (!archive.entries().empty()) {
      touch(archive.tensor(archive.entries().front().name));
    }
  });
  return rows;
}

// Saves beside the file, as a training would.
std::vector<Row> bench_save(Session& session, const Settings& settings,
                            const std::string& path) {
  const Value value = session.load(settings.file);
  const std::string folder =
      settings.file == "-" ? "."
                           : std::filesystem::path(path).parent_path().string();
  const std::string target = (folder.empty() ? "." : folder) +
                             "/.cresset-bench-" + std::to_string(getpid()) +
                             ".pth";
  struct Remover {
    std::string path;
    ~Remover() { std::remove(path.c_str()); }
  } remover{target};
  SaveOptions options;
  std::vector<Row> rows;
  const auto run = [&](const char* name) {
    const double seconds = best_seconds(settings.repeat, [&] {
      try {
        save(value, target, options);
      } catch (const Error& error) {
        throw as_write_error(error);
      }
    });
    rows.push_back({name, seconds, true});
  };
  run("save, durable");
  options.durable = false;
  run("save, not durable");
  return rows;
}

int run(Session& session, const Settings& settings) {
  if (settings.repeat < 1) {
    throw CliError(kExitUsage, "--repeat takes a number from 1 on");
  }
  const std::string path = session.input_path(settings.file);
  const std::vector<Row> rows = settings.what == "load"
                                    ? bench_load(session, settings, path)
                                    : bench_save(session, settings, path);
  const int64_t bytes = file_bytes(path);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const int64_t peak = usage.ru_maxrss * int64_t{1024};
  const auto rate = [&](const Row& row) {
    return row.whole ? static_cast<double>(bytes) / row.seconds / 1e9 : 0;
  };
  if (settings.json) {
    nlohmann::ordered_json json = {{"file", settings.file},
                                   {"bytes", bytes},
                                   {"peak_bytes", peak},
                                   {"rows", nlohmann::ordered_json::array()}};
    for (const Row& row : rows) {
      nlohmann::ordered_json entry = {{"name", row.name},
                                      {"seconds", row.seconds}};
      if (row.whole) entry["gb_per_second"] = rate(row);
      json["rows"].push_back(std::move(entry));
    }
    session.out << json.dump(1) << '\n';
    return kExitOk;
  }
  TextTable table({"what", ">milliseconds", ">GB/s"});
  for (const Row& row : rows) {
    table.add({row.name, number_text(row.seconds * 1e3, 3),
               row.whole ? number_text(rate(row), 3) : "-"});
  }
  session.out << table.text() << settings.file << ", " << human_bytes(bytes)
              << ", best of " << counted(settings.repeat, "run")
              << ", peak memory " << human_bytes(peak) << '\n';
  return kExitOk;
}

}  // namespace

Command bench_command(Session& session) {
  auto settings = std::make_shared<Settings>();
  return {
      "bench",
      "Measure how fast a file is loaded or saved here",
      "save writes FILE's contents as a zip into its folder, and removes it.\n"
      "Examples:\n"
      "  cresset bench load vgg16-397923af.pth\n"
      "  cresset bench save last.pth --repeat 20\n",
      {
          {"WHAT", &settings->what, "", "load or save", true, {"load", "save"}},
          {"FILE", &settings->file, "", "file to load", true},
          {"--repeat", &settings->repeat, "N", "take the best of N runs"},
          {"--json", &settings->json, "", "print JSON"},
      },
      [&session, settings] { return run(session, *settings); },
  };
}

}  // namespace cresset::cli
