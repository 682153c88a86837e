// cresset convert: the same contents in another format.

#include <memory>

#include "cresset/serialize/input_file.h"
#include "cresset/serialize/npy_writer.h"
#include "cresset/serialize/safetensors_writer.h"
#include "cresset/serialize/torch_writer.h"
#include "cresset/tools/cresset/byte_size.h"
#include "cresset/tools/cresset/commands.h"
#include "cresset/tools/cresset/dtype_names.h"
#include "cresset/tools/cresset/entries.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/file_format.h"
#include "cresset/tools/cresset/output.h"
#include "cresset/tools/cresset/plain_weights.h"
#include "cresset/tools/cresset/shards.h"
#include "cresset/tools/cresset/source_layout.h"
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
  bool contiguous = false;
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
  return settings.output.path.ends_with(".npz") ? "npz" : "zip";
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
  return value.is_parameter() ? Value::parameter(copy) : Value(copy);
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
          out = value.is_parameter() ? Value::parameter(tensor) : Value(tensor);
        }
        return settings.contiguous ? compacted(out) : out;
      });
  return with_weights(root, weights);
}

void write_zip(Session& session, const Settings& settings, const Value& value) {
  if (settings.layout == "same") {
    const std::string root = source_root(session.input_path(settings.in));
    if (root.empty()) {
      throw CliError(kExitUsage, settings.in +
                                     " is no zip file of torch.save, so "
                                     "--layout same has nothing to follow");
    }
    const SaveOptions options = source_options(session.input_path(settings.in));
    settings.output.write([&](serialize::Sink& sink) {
      serialize::write_torch_zip(value, root, options, sink);
    });
    return;
  }
  SaveOptions options;
  options.layout = settings.layout == "torch-1.13" ? SaveLayout::kTorch113
                                                   : SaveLayout::kTorch27;
  settings.output.save(value, options);
}

int run(Session& session, const Settings& settings) {
  const std::string format = target_format(settings);
  if (settings.shard_size.empty()) settings.output.check();
  Value value = session.load(settings.in);
  if (format == "safetensors" || format == "npz") {
    value = plain_weights(value, settings.at, settings.drop_non_tensors);
  } else {
    // NumPy's arrays become tensors, which is what the file is for.
    const std::string source =
        format_name(serialize::InputFile::map(session.input_path(settings.in)));
    if (source == "npz" || source == "npy") {
      value = plain_weights(value, "", false);
    }
    value = find_path(value, settings.at);
    if (settings.state_dict) value = find_weights(value, "").dict;
    if (settings.drop_non_tensors) value = plain_weights(value, "", true);
  }
  value = changed(settings, value);
  std::vector<std::string> files = {settings.output.path};
  if (!settings.shard_size.empty()) {
    files = write_shards(value, without_ending(settings.output.path),
                         byte_size(settings.shard_size), settings.output.force);
  } else if (format == "safetensors") {
    settings.output.write([&](serialize::Sink& sink) {
      serialize::write_safetensors(value, sink);
    });
  } else if (format == "npz") {
    settings.output.write(
        [&](serialize::Sink& sink) { serialize::write_npz(value, sink); });
  } else {
    write_zip(session, settings, value);
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
      "The format follows --to, or the ending of OUT: .safetensors, .npz, "
      "else\n"
      "PyTorch's zip. --layout torch-1.13 and torch-2 are the very bytes of\n"
      "those releases; --layout same those of the file itself.\n"
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
           "zip, safetensors or npz",
           false,
           {"zip", "safetensors", "npz"}},
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
          {"--shard-size", &settings->shard_size, "SIZE",
           "write safetensors files of at most SIZE, and an index"},
          {"-f,--force", &settings->output.force, "",
           "replace OUT if it is there"},
      },
      [&session, settings] { return run(session, *settings); },
  };
}

}  // namespace cresset::cli
