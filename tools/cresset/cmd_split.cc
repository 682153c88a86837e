// cresset split: weights in several files.

#include <memory>

#include "cresset/tools/cresset/byte_size.h"
#include "cresset/tools/cresset/commands.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/output.h"
#include "cresset/tools/cresset/plain_weights.h"
#include "cresset/tools/cresset/shards.h"
#include "cresset/tools/cresset/text_table.h"

namespace cresset::cli {

Command split_command(Session& session) {
  struct Settings {
    std::string file;
    std::string max = "2GB";
    std::string output;
    std::string at;
    bool force = false;
  };
  auto settings = std::make_shared<Settings>();
  return {
      "split",
      "Split weights into safetensors files with an index",
      "The index is written last and names the others, so that a failure\n"
      "leaves the old set or the new one.\n"
      "Example:\n"
      "  cresset split big.pth --max 2GB -o model\n",
      {
          {"FILE", &settings->file, "", "file to read", true},
          {"--max", &settings->max, "SIZE",
           "most bytes of tensors in one file (2GB)"},
          {"-o,--output", &settings->output, "STEM",
           "start of the names of the files; FILE without its ending"},
          {"-f,--force", &settings->force, "", "replace files that are there"},
          {"--at", &settings->at, "PATH", "where the weights are"},
      },
      [&session, settings]() -> int {
        const int64_t limit = byte_size(settings->max);
        const Value weights =
            plain_weights(session.load(settings->file), settings->at, false);
        const std::string stem = settings->output.empty()
                                     ? without_ending(settings->file)
                                     : settings->output;
        const std::vector<std::string> files =
            write_shards(weights, stem, limit, settings->force);
        for (const std::string& file : files) {
          session.out << file << "  " << human_bytes(file_bytes(file)) << '\n';
        }
        return kExitOk;
      },
  };
}

}  // namespace cresset::cli
