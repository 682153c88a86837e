// cresset convert: the same contents in another format.

#include <map>
#include <memory>
#include <string>

#include "cresset/serialize/input_file.h"
#include "cresset/tools/cresset/byte_size.h"
#include "cresset/tools/cresset/commands.h"
#include "cresset/tools/cresset/dtype_names.h"
#include "cresset/tools/cresset/entries.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/file_format.h"
#include "cresset/tools/cresset/output.h"
#include "cresset/tools/cresset/plain_weights.h"
#include "cresset/tools/cresset/shards.h"
#include "cresset/tools/cresset/text_table.h"
#include "cresset/tools/cresset/value_path.h"
#include "cresset/tools/cresset/weights.h"

namespace cresset::cli {
namespace {

struct Settings {
  std::string in;
  Output output;
  std::string to;
  std::string layout = "torch-2";
  std::string dtype;
  std::string at;
  std::string shard_size;
  std::string protocol;
  int64_t align = 64;
  bool contiguous = false;
  bool dedupe_shared = false;
  bool keep_shared = false;
  bool drop_non_tensors = false;
  bool state_dict = false;
};

// What --to says, or the ending of the file's name.
std::string target_format(const Settings& settings) {
  if (!settings.to.empty()) return settings.to;
  if (settings.output.path.ends_with(".safetensors") ||
      !settings.shard_size.empty()) {
    return "safetensors";
  }
  for (const char* format : {"npz", "npy"}) {
    if (settings.output.path.ends_with(std::string(".") + format)) {
      return format;
    }
  }
  return "zip";
}

// Tensors of a dict in row-major order, each with a storage of its own size.
Value compacted(const Value& value) {
  if (!value.is_tensor() || value.as_tensor().device().is_meta()) return value;
  const Tensor& tensor = value.as_tensor();
  if (tensor.is_contiguous() && tensor.storage()->nbytes() == tensor.nbytes()) {
    return value;
  }
  Tensor copy = tensor.detach().contiguous();
  if (copy.storage()->nbytes() != copy.nbytes()) copy = copy.clone();
  if (tensor.requires_grad()) copy.requires_grad_(true);
  return value.with_tensor(copy);
}

// The changes that options ask for, made to the weights of a checkpoint.
Value changed(const Settings& settings, const Value& root) {
  if (settings.dtype.empty() && !settings.contiguous) return root;
  const bool cast = !settings.dtype.empty();
  const Dtype dtype = cast ? dtype_named(settings.dtype) : float32;
  Weights weights = find_weights(root, "");
  weights.dict =
      with_tensors(weights.dict, [&](const std::string&, const Value& value) {
        Value out = value;
        if (cast && value.is_tensor()) {
          const Tensor tensor = cast_floating(value.as_tensor(), dtype).tensor;
          out = value.with_tensor(tensor);
        }
        return settings.contiguous ? compacted(out) : out;
      });
  return with_weights(root, weights);
}

// Whether two tensors are one and the same part of one storage.
bool same_elements(const Value& a, const Value& b) {
  if (!a.is_tensor() || !b.is_tensor()) return false;
  const Tensor& x = a.as_tensor();
  const Tensor& y = b.as_tensor();
  return x.storage() == y.storage() && x.dtype() == y.dtype() &&
         x.storage_offset() == y.storage_offset() && x.shape() == y.shape() &&
         x.strides() == y.strides() && x.numel() != 0;
}

// Leaves out tensors that are there under an earlier name, and notes
// "later name: earlier name" as safetensors' own tools do.
Value deduped(const Value& value, std::map<std::string, std::string>& notes) {
  Value out = emptied(value);
  for (const DictItem& item : value.items()) {
    const DictItem* first = nullptr;
    for (const DictItem& kept : out.items()) {
      if (same_elements(kept.value, item.value)) first = &kept;
    }
    if (first == nullptr) {
      out[item.key] = item.value;
    } else {
      notes[item.key.as_str()] = first->key.as_str();
    }
  }
  return out;
}

SaveOptions save_options(Session& session, const Settings& settings,
                         const std::string& format) {
  SaveOptions options;
  if (format == "legacy") options.format = SaveFormat::kLegacy;
  if (format == "npy") options.format = SaveFormat::kNpy;
  if (format == "npz") options.format = SaveFormat::kNpz;
  if (format == "safetensors") {
    options.format = SaveFormat::kSafetensors;
    options.metadata = {{"format", "pt"}};
  }
  options.alignment = static_cast<uint64_t>(settings.align);
  if (settings.layout == "torch-1.13") options.layout = SaveLayout::kTorch113;
  if (settings.layout == "same") options.like = session.input_path(settings.in);
  return options;
}

// What of the file is written, in the kind of value that the format takes.
Value selected(Session& session, const Settings& settings,
               const std::string& format) {
  const Value root = session.load(settings.in);
  if (settings.layout == "same") return find_path(root, settings.at);
  if (format == "npy") return find_path(root, settings.at);
  if (format == "safetensors" || format == "npz") {
    return plain_weights(root, settings.at, settings.drop_non_tensors);
  }
  // NumPy's arrays become tensors, which is what the file is for.
  const std::string source =
      format_name(serialize::InputFile::map(session.input_path(settings.in)));
  if (source == "npz" || source == "npy") {
    return plain_weights(root, settings.at, false);
  }
  Value value = find_path(root, settings.at);
  if (settings.state_dict) value = find_weights(value, "").dict;
  if (settings.drop_non_tensors) value = plain_weights(value, "", true);
  return value;
}

int run(Session& session, const Settings& settings) {
  const std::string format = target_format(settings);
  const bool sharded = !settings.shard_size.empty();
  const bool arrays = format == "safetensors" || format == "npz";
  if (settings.dedupe_shared && (!arrays || settings.keep_shared)) {
    throw CliError(kExitUsage,
                   "--dedupe-shared is for safetensors and npz, which cannot "
                   "hold shared tensors, and not with --keep-shared");
  }
  if (!sharded) settings.output.check();
  Value value = changed(settings, selected(session, settings, format));
  std::map<std::string, std::string> notes;
  if (settings.dedupe_shared) value = deduped(value, notes);
  std::vector<std::string> files = {settings.output.path};
  if (sharded) {
    files = write_shards(value, without_ending(settings.output.path),
                         byte_size(settings.shard_size), settings.output.force);
  } else {
    SaveOptions options = save_options(session, settings, format);
    options.metadata.merge(notes);
    settings.output.save(value, options);
  }
  for (const auto& [name, kept] : notes) {
    session.say(name + " is left out: it is " + kept);
  }
  for (const std::string& file : files) {
    session.say(file + "  " + human_bytes(file_bytes(file)));
  }
  return kExitOk;
}

}  // namespace

Command convert_command(Session& session) {
  auto settings = std::make_shared<Settings>();
  return {
      "convert",
      "Write the contents of a file in another format",
      "The format follows --to, or the ending of OUT: .safetensors, .npz,\n"
      ".npy, else PyTorch's zip. --layout torch-1.13 and torch-2 are the\n"
      "bytes of those releases; --layout same those of the file itself.\n"
      "Examples:\n"
      "  cresset convert vgg16-397923af.pth vgg16.safetensors\n"
      "  cresset convert old.pth new.pth --layout torch-1.13\n"
      "  cresset convert last.ckpt weights.npz --at state_dict --dtype f32\n",
      {
          {"IN", &settings->in, "", "file to read", true},
          {"OUT", &settings->output.path, "", "file to write", true},
          {"--to",
           &settings->to,
           "FORMAT",
           "zip, legacy (before PyTorch 1.6), safetensors, npz or npy",
           false,
           {"zip", "legacy", "safetensors", "npz", "npy"}},
          {"--layout",
           &settings->layout,
           "LAYOUT",
           "of a zip: torch-2 (as the newest), torch-1.13, same (as IN)",
           false,
           {"torch-2", "torch-1.13", "same"}},
          {"--dtype", &settings->dtype, "DTYPE",
           "change floating weights to f16, bf16, f32, f64"},
          {"--at", &settings->at, "PATH",
           "write only this part of a nested checkpoint"},
          {"--state-dict", &settings->state_dict, "",
           "of a whole module, or a checkpoint, write the state dict"},
          {"--contiguous", &settings->contiguous, "",
           "write tensors row-major, each with memory of its own"},
          {"--drop-non-tensors", &settings->drop_non_tensors, "",
           "leave out what is no tensor"},
          {"--dedupe-shared", &settings->dedupe_shared, "",
           "write tensors that are one only once (safetensors, npz)"},
          {"--keep-shared", &settings->keep_shared, "",
           "write each of them, which is the default"},
          {"--protocol",
           &settings->protocol,
           "N",
           "pickle protocol; every PyTorch writes and reads 2",
           false,
           {"2"}},
          {"--align", &settings->align, "N",
           "records of a zip begin at multiples of N bytes, such as 4096"},
          {"--shard-size", &settings->shard_size, "SIZE",
           "write safetensors files of at most SIZE, and an index"},
          {"-f,--force", &settings->output.force, "",
           "replace OUT if it is there"},
      },
      [&session, settings] { return run(session, *settings); },
  };
}

}  // namespace cresset::cli
