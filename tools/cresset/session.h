// What all subcommands share: common options, and how files come and go.

#ifndef CRESSET_TOOLS_CRESSET_SESSION_H_
#define CRESSET_TOOLS_CRESSET_SESSION_H_

#include <cstdint>
#include <ostream>
#include <string>

#include "cresset/serialize/options.h"
#include "cresset/serialize/value.h"
#include "cresset/tools/demos/progress.h"

namespace cresset::cli {

/// The settings of one run. Results go to `out`, messages to `err`.
struct Session {
  std::ostream& out;
  std::ostream& err;
  bool quiet = false;
  bool verbose = false;
  std::string color = "auto";
  int64_t threads = 0;
  bool no_mmap = false;
  bool no_verify = false;
  bool opaque_calls = false;
  int64_t max_pickle_ops = static_cast<int64_t>(kMaxPickleOps);
  std::string stdin_path = "";  ///< of the copy, once there is one

  /// Load options that these settings ask for. Tensors come to the CPU.
  LoadOptions load_options() const;
  /// A path that can be opened more than once: that of the file, or of a copy
  /// in memory if `path` is "-", the standard input.
  std::string input_path(const std::string& path);
  /// Loads a file; "-" is the standard input.
  Value load(const std::string& path);
  /// Whether results may be coloured: asked for, or a terminal and no NO_COLOR.
  bool colored() const;
  /// `text` in the colour of a terminal code ("31" is red), if colored().
  std::string paint(const char* code, const std::string& text) const;
  /// A message for people on `err`, unless quiet.
  void say(const std::string& text) const;
  /// How long work shows its progress.
  demos::ProgressStyle progress_style() const;
};

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_SESSION_H_
