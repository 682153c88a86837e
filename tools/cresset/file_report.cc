#include "cresset/tools/cresset/file_report.h"

#include <map>
#include <set>

#include "cresset/serialize/checkpoint.h"
#include "cresset/serialize/input_file.h"
#include "cresset/serialize/refusal.h"
#include "cresset/tools/cresset/entries.h"
#include "cresset/tools/cresset/file_format.h"
#include "cresset/tools/cresset/file_hash.h"
#include "cresset/tools/cresset/output.h"
#include "cresset/tools/cresset/pickle_names.h"
#include "cresset/tools/cresset/source_layout.h"
#include "cresset/tools/cresset/text_table.h"
#include "cresset/tools/cresset/value_path.h"
#include "cresset/tools/cresset/weights.h"

namespace cresset::cli {
namespace {

constexpr size_t kTopEntries = 8;

std::string format_text(const std::string& format,
                        const std::shared_ptr<serialize::InputFile>& file) {
  if (format == "legacy") return "PyTorch legacy (before 1.6) file";
  if (format == "tar") return "PyTorch 0.1 tar file";
  if (format == "torchscript") return "TorchScript archive";
  if (format == "safetensors") return "safetensors";
  if (format == "npz") return "NumPy .npz archive";
  if (format == "npy") return "NumPy .npy array";
  if (format != "zip") return format;
  switch (source_layout(file)) {
    case SaveLayout::kTorch27:
      return "PyTorch zip (2.7 or newer)";
    case SaveLayout::kTorch21:
      return "PyTorch zip (2.1 to 2.6)";
    default:
      return "PyTorch zip (1.6 to 2.0)";
  }
}

std::string kind_text(const Value& value) {
  std::string name = to_string(value.kind());
  if (value.is_object()) return value.qualified_name();
  if (value.is_dict()) {
    static constexpr const char* kNames[] = {"dict", "OrderedDict",
                                             "defaultdict", "Counter"};
    name = kNames[static_cast<size_t>(value.dict_type())];
  }
  if (value.is_dict() || value.is_list() || value.is_tuple()) {
    name += '(' + std::to_string(value.size()) + ')';
  }
  return name;
}

// "dict(2): best_prec1 = 91.78 (float), state_dict = OrderedDict(97)".
std::string top_level(const Value& value) {
  std::string text = kind_text(value);
  if (!value.is_dict() || holds_weights(value)) return text;
  size_t shown = 0;
  for (const DictItem& item : value.items()) {
    text += shown == 0 ? ": " : ", ";
    if (shown++ == kTopEntries) {
      text += "...";
      break;
    }
    text += item.key.is_str() ? item.key.as_str() : repr(item.key, 40);
    const bool scalar = item.value.is_int() || item.value.is_float() ||
                        item.value.is_bool() || item.value.is_str();
    text +=
        scalar ? " = " + repr(item.value, 60) : " = " + kind_text(item.value);
  }
  return text;
}

// Running statistics and counters, which are no parameters.
bool is_buffer(const std::string& name) {
  return name.ends_with("running_mean") || name.ends_with("running_var") ||
         name.ends_with("num_batches_tracked");
}

struct Loaded {
  Value value;
  std::set<std::string> devices;
};

Loaded load(Session& session, const std::string& path) {
  Loaded loaded;
  LoadOptions options = session.load_options();
  options.map_location = [&loaded](const std::string& saved) {
    loaded.devices.insert(saved);
    return saved == "meta" ? Device(DeviceType::kMeta) : Device();
  };
  loaded.value = cresset::load(session.input_path(path), options);
  return loaded;
}

std::string tensors_line(const Loaded& loaded,
                         const std::vector<Entry>& entries) {
  std::map<std::string, int64_t> dtypes;
  int64_t elements = 0, bytes = 0;
  for (const Entry& entry : entries) {
    ++dtypes[entry_dtype(entry.value)];
    elements += entry_numel(entry.value);
    bytes += entry_bytes(entry.value);
  }
  std::string text;
  for (const auto& [dtype, count] : dtypes) {
    text += (text.empty() ? "" : ", ") + with_commas(count) + ' ' + dtype;
  }
  if (text.empty()) return "none";
  text += "; " + counted(elements, "element") + ", " + human_bytes(bytes);
  if (loaded.devices.size() == 1) {
    text += ", all saved on " + *loaded.devices.begin();
  } else if (loaded.devices.size() > 1) {
    text += ", saved on ";
    for (const std::string& device : loaded.devices) {
      text += (device == *loaded.devices.begin() ? "" : ", ") + device;
    }
  }
  return text;
}

std::string weights_line(const Value& dict) {
  int64_t parameters = 0, buffers = 0;
  for (const Entry& entry : tensor_entries(dict)) {
    (is_buffer(entry.name) ? buffers : parameters) += entry_numel(entry.value);
  }
  return "parameters " + with_commas(parameters) + "   buffers " +
         with_commas(buffers);
}

std::string safety_line(const PickleNames& names) {
  if (names.not_weights_only.empty()) return "loads with weights_only=True";
  std::string text = "weights_only=True of the newest PyTorch refuses ";
  size_t shown = 0;
  for (const std::string& name : names.not_weights_only) {
    if (shown == 3) {
      return text + " and " +
             std::to_string(names.not_weights_only.size() - shown) + " more";
    }
    text += (shown++ == 0 ? "" : ", ") + name;
  }
  return text;
}

std::string note(const std::string& path, const Value& root) {
  const std::string at = weights_path(root);
  const Value weights = find_path(root, at);
  if (!weights.is_dict() || weights.empty()) return "";
  for (const char* prefix : {"module.", "_orig_mod."}) {
    bool all = true;
    for (const DictItem& item : weights.items()) {
      all = all && item.key.is_str() && item.key.as_str().starts_with(prefix);
    }
    if (!all) continue;
    return std::string("every key begins with \"") + prefix +
           "\" (saved from " +
           (prefix[0] == 'm' ? "DataParallel" : "torch.compile") +
           "); strip it with\n              cresset rename " + path +
           (at.empty() ? "" : " --at " + at) + " --strip-prefix " + prefix +
           " -o OUT";
  }
  return "";
}

// Whether the file is the one that its name says.
std::string hash_line(const std::string& path) {
  const std::string in_name = hash_in_name(path);
  if (in_name.empty()) return "";
  const std::string sum = file_sha256(path);
  return sum.substr(0, in_name.size() + 2) + "...  " +
         (sum.starts_with(in_name) ? "matches" : "does not match") + " the -" +
         in_name + " in the file name";
}

}  // namespace

std::string file_report(Session& session, const std::string& path,
                        bool with_globals) {
  const Loaded loaded = load(session, path);
  const auto file = serialize::InputFile::map(session.input_path(path));
  const std::string format = format_name(file);
  const PickleNames names = pickle_names(file, session.load_options());
  std::string head = session.paint("1", path) + "   " +
                     human_bytes(static_cast<int64_t>(file->size())) + "   " +
                     format_text(format, file);
  const bool pickled = format == "zip" || format == "legacy";
  if (pickled) {
    head += ", pickle protocol " + std::to_string(names.protocol) + ", " +
            (names.big_endian ? "big" : "little") + " endian";
  }
  std::string text = head + '\n';
  const auto line = [&](const char* name, const std::string& value) {
    std::string label(name);
    label.resize(12, ' ');
    text += "  " + label + value + '\n';
  };
  line("top level", top_level(loaded.value));
  line("tensors", tensors_line(loaded, tensor_entries(loaded.value)));
  const std::string at = weights_path(loaded.value);
  const Value weights = find_path(loaded.value, at);
  if (holds_weights(weights)) {
    line("weights", (at.empty() ? "" : "in " + at + ": ") +
                        weights_line(weights.is_object() ? module_state(weights)
                                                         : weights));
  }
  if (pickled) line("safety", safety_line(names));
  if (with_globals) {
    std::string list;
    for (const std::string& name : names.globals) {
      list += (list.empty() ? "" : ", ") + name;
    }
    line("globals", list.empty() ? "none" : list);
  }
  const std::string sum = hash_line(path);
  if (!sum.empty()) line("sha256", sum);
  const std::string advice = note(path, loaded.value);
  if (!advice.empty()) line("note", advice);
  return text;
}

}  // namespace cresset::cli
