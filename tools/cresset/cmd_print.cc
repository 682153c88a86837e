// cresset print: the values of a file.

#include <memory>

#include "cresset/serialize/npy_writer.h"
#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/ops/print.h"
#include "cresset/tools/cresset/commands.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/numbers.h"
#include "cresset/tools/cresset/selection.h"
#include "cresset/tools/cresset/tensor_bytes.h"
#include "cresset/tools/cresset/tensor_slice.h"
#include "cresset/tools/cresset/value_path.h"

namespace cresset::cli {
namespace {

constexpr size_t kManyTexts = 1 << 20;

struct Settings {
  std::string file;
  std::vector<std::string> keys;
  std::string at;
  std::string slice;
  bool full = false;
  int64_t precision = 4;
  bool raw = false;
  bool npy = false;
};

// The tensors that a pattern names, or the one value of a path.
std::vector<Entry> chosen(const Value& root, const Settings& settings,
                          const std::string& key) {
  const bool pattern =
      key.starts_with("re:") || key.find_first_of("*?[") != std::string::npos;
  if (pattern) return Selection{settings.at, {key}, {}}.select(root);
  const std::string path = settings.at.empty() ? key : settings.at + '.' + key;
  try {
    return {{key, find_path(root, path)}};
  } catch (const CliError&) {
    // The name that ls shows: inside whole modules, and without the part of a
    // checkpoint that holds the weights.
    std::string at = settings.at;
    if (at.empty()) at = weights_path(root);
    for (const std::string& place : {settings.at, at}) {
      for (const Entry& entry : tensor_entries(find_path(root, place))) {
        if (entry.name == key) return {entry};
      }
    }
    throw;
  }
}

void print_value(Session& session, const Settings& settings,
                 const Entry& entry) {
  Tensor tensor = plain_tensor(entry.value);
  if (!tensor.defined()) {
    session.out << repr(entry.value, kManyTexts) << '\n';
    return;
  }
  if (!settings.slice.empty()) tensor = sliced(tensor, settings.slice);
  if (settings.raw || settings.npy) {
    if (settings.npy)
      session.out << serialize::npy_header(tensor.dtype(), tensor.sizes());
    each_block(tensor, [&](const uint8_t* data, size_t bytes) {
      session.out.write(reinterpret_cast<const char*>(data),
                        static_cast<std::streamsize>(bytes));
    });
    return;
  }
  PrintOptions options;
  options.precision = static_cast<int>(settings.precision);
  if (settings.full) options.threshold = INT64_MAX;
  session.out << to_string(tensor, options) << '\n';
}

int run(Session& session, const Settings& settings) {
  const NoGradGuard no_grad;
  const Value root = session.load(settings.file);
  std::vector<Entry> entries;
  for (const std::string& key : settings.keys) {
    for (Entry& entry : chosen(root, settings, key)) {
      entries.push_back(std::move(entry));
    }
  }
  if ((settings.raw || settings.npy) && entries.size() != 1) {
    throw CliError(kExitUsage, "--raw and --npy write one tensor; got " +
                                   std::to_string(entries.size()));
  }
  for (const Entry& entry : entries) {
    if (entries.size() > 1) session.out << entry.name << " = ";
    print_value(session, settings, entry);
  }
  return kExitOk;
}

}  // namespace

Command print_command(Session& session) {
  auto settings = std::make_shared<Settings>();
  return {
      "print",
      "Print tensors and other values",
      "Examples:\n"
      "  cresset print resnet18.pth fc.bias --slice 0:10\n"
      "  cresset print last.pth epoch optimizer.param_groups.0.lr\n"
      "  cresset print resnet18.pth fc.weight --npy > fc_weight.npy\n",
      {
          {"FILE", &settings->file, "", "file to look at", true},
          {"KEY", &settings->keys, "", "names, globs, or re:REGEX", true},
          {"--at", &settings->at, "PATH",
           "the part of a nested checkpoint that the names begin in"},
          {"--slice", &settings->slice, "SLICE",
           "a part of the tensor, as '0,:,3:5'"},
          {"--full", &settings->full, "", "print all elements"},
          {"--precision", &settings->precision, "N",
           "digits after the point (4)"},
          {"--raw", &settings->raw, "",
           "write the elements as bytes, little-endian"},
          {"--npy", &settings->npy, "", "write a .npy file"},
      },
      [&session, settings] { return run(session, *settings); },
  };
}

}  // namespace cresset::cli
