#include "cresset/tools/cresset/node_list.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <sstream>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cresset/serialize/foreign.h"
#include "cresset/serialize/refusal.h"
#include "cresset/serialize/value_node.h"
#include "cresset/tools/cresset/content_sums.h"
#include "cresset/tools/cresset/foreign_nodes.h"
#include "cresset/tools/cresset/json_node.h"
#include "cresset/tools/cresset/key_text.h"
#include "cresset/tools/cresset/object_parts.h"
#include "cresset/tools/cresset/python_text.h"
#include "cresset/tools/cresset/tensor_bytes.h"

namespace cresset::cli {
namespace {

constexpr int64_t kFewElements = 16;
constexpr size_t kLongText = 200;
constexpr uint64_t kMaxText = 256 << 20;  // characters of a list
constexpr uint64_t kNodeText = 40;        // of a node, besides path and value
constexpr uint64_t kTensorText = 400;
constexpr size_t kFlushed = 1 << 20;
constexpr double kMaxVirtual = 4e9;

const char* dict_name(DictType type) {
  switch (type) {
    case DictType::kOrderedDict:
      return "OrderedDict";
    case DictType::kDefaultDict:
      return "defaultdict";
    case DictType::kCounter:
      return "Counter";
    default:
      return "dict";
  }
}

// Names of PyTorch without its module: "float32", "sparse_coo".
std::string bare_name(std::string_view name) {
  if (name.starts_with("torch.")) name.remove_prefix(6);
  return std::string(name);
}

std::string storage_dtype(const Value& storage) {
  const std::string& name = storage.storage_class();
  static constexpr std::pair<std::string_view, const char*> kQuantized[] = {
      {"QInt8Storage", "qint8"},       {"QUInt8Storage", "quint8"},
      {"QInt32Storage", "qint32"},     {"QUInt4x2Storage", "quint4x2"},
      {"QUInt2x4Storage", "quint2x4"},
  };
  for (const auto& [class_name, dtype] : kQuantized) {
    if (name == class_name) return dtype;
  }
  return to_string(storage.as_storage().dtype());
}

// Walks a value depth first with a stack of its own.
class NodeList {
 public:
  NodeList(const NodeListOptions& options, std::ostream& stream)
      : options_(options), stream_(stream) {}

  // Only checks that the list is of a size that can be written: every step of
  // a path is repeated in all nodes below it, and a file may name one value
  // millions of times.
  void measure(const Value& root) {
    measuring_ = true;
    walk(root);
    measuring_ = false;
    places_.clear();
    seen_.clear();
    path_.clear();
  }

  void write(const Value& root) {
    walk(root);
    stream_ << out_;
    out_.clear();
  }

 private:
  void walk(const Value& root) {
    visit(root, "$", kNowhere);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      path_.resize(frame.path_size);
      Part part;
      if (!next_part(frame, part)) {
        frames_.pop_back();
        continue;
      }
      visit(part.value, part.step, frame.place);
    }
  }

  static constexpr size_t kNowhere = SIZE_MAX;

  // A container that has a node, by its last step and its parent's place.
  struct Place {
    size_t parent;
    std::string step;
    size_t path_size;
  };

  struct Frame {
    Value value;
    size_t place;
    size_t path_size;
    size_t next = 0;
    std::vector<Part> parts;  // of what has attributes
  };

  std::string path_of(size_t place) const {
    std::vector<const std::string*> steps;
    for (; place != kNowhere; place = places_[place].parent) {
      steps.push_back(&places_[place].step);
    }
    std::string path;
    for (size_t i = steps.size(); i-- > 0;) path += *steps[i];
    return path;
  }

  // The next value inside a container; false at its end.
  static bool next_part(Frame& frame, Part& part) {
    const Value& value = frame.value;
    const size_t i = frame.next++;
    size_t own = 0;
    if (value.is_list() || value.is_tuple()) {
      own = value.size();
      if (i < own) {
        part = {'[' + std::to_string(i) + ']', value.elements()[i]};
        return true;
      }
    } else if (value.is_dict()) {
      own = value.size();
      if (i < own) {
        const DictItem& item = value.items()[i];
        part = {'[' + key_text(item.key) + ']', item.value};
        return true;
      }
    }
    if (i == own) frame.parts = attribute_parts(value);
    if (i - own >= frame.parts.size()) return false;
    part = frame.parts[i - own];
    return true;
  }

  void visit(const Value& value, const std::string& step, size_t parent) {
    path_ += step;
    bool again = false;
    size_t first_place = 0;
    if (may_come_again(value)) {
      const auto [found, is_new] =
          seen_.emplace(value.node().get(), places_.size());
      again = !is_new;
      first_place = found->second;
    }
    if (measuring_) {
      // What comes again tells its first path as well.
      charge(kNodeText + path_.size() +
             (again ? places_[first_place].path_size : 0));
      if (!again) plan(value);
    } else {
      start_line();
      JsonNode node(out_);
      node.text("path", path_);
      if (again) {
        node.text("type", "ref");
        node.text("to", path_of(first_place));
      } else {
        write_node(value, node);
      }
    }
    if (again || !has_parts(value)) return;
    frames_.push_back({value, places_.size(), path_.size(), 0, {}});
    places_.push_back({parent, step, path_.size()});
  }

  void charge(uint64_t characters) {
    text_ += characters;
    CRESSET_ALLOW(text_ < kMaxText, "the list of its values has more than ",
                  kMaxText, " characters; look at a part of it with print");
  }

  // Whatever takes time or space in its size.
  void plan(const Value& value) {
    switch (value.kind()) {
      case ValueKind::kBigInt:
        charge(3 * value.as_bytes().size());
        return sums_.plan_int(value.as_bytes().size());
      case ValueKind::kStr:
        return is_long(value) ? sums_.plan_text(value)
                              : charge(value.as_str().size());
      case ValueKind::kBytes:
      case ValueKind::kByteArray:
        return is_long(value) ? sums_.plan_text(value)
                              : charge(2 * value.as_bytes().size());
      case ValueKind::kDict:
      case ValueKind::kSet:
      case ValueKind::kFrozenSet:
        for (const DictItem& item : value.items()) {
          plan_key(item.key);
          if (!value.is_dict()) charge(key_text(item.key).size());
        }
        return;
      case ValueKind::kTensor:
        charge(kTensorText);
        if (has_sum(value.as_tensor())) sums_.plan(value.as_tensor());
        return;
      case ValueKind::kPackedTensor:
        charge(kTensorText);
        return sums_.plan(value.as_packed().integers);
      case ValueKind::kNumpyArray:
        if (value.as_array().objects.is_none()) {
          sums_.plan(value.as_array().bytes);
        }
        return;
      case ValueKind::kStorage:
        return sums_.plan(value.as_storage());
      default:
        return;
    }
  }

  void plan_key(const Value& key) {
    if (key.kind() == ValueKind::kBigInt) {
      sums_.plan_int(2 * key.as_bytes().size());
    } else if (key.is_tuple()) {
      for (const Value& element : key) plan_key(element);
    } else if (key.kind() == ValueKind::kFrozenSet) {
      for (const DictItem& item : key.items()) plan_key(item.key);
    }
  }

  // A text may come millions of times, so characters are counted in short
  // ones only; none has more than four bytes.
  static bool is_long(const Value& text) {
    if (!text.is_str()) return text.as_bytes().size() > kLongText;
    const std::string& bytes = text.as_str();
    return bytes.size() > kLongText &&
           (bytes.size() > 4 * kLongText || text_length(bytes) > kLongText);
  }

  static bool has_sum(const Tensor& tensor) {
    return tensor.device().type != DeviceType::kMeta && !is_endless(tensor);
  }

  void start_line() {
    if (out_.size() > kFlushed) {
      stream_ << out_;
      out_.clear();
    }
    out_ += first_ ? "\n" : ",\n";
    first_ = false;
  }

  // Containers are references: one that is met again has the same node.
  // Python has only one empty tuple, which tells nothing.
  static bool may_come_again(const Value& value) {
    switch (value.kind()) {
      case ValueKind::kList:
      case ValueKind::kDict:
      case ValueKind::kSet:
      case ValueKind::kObject:
        return true;
      case ValueKind::kTuple:
      case ValueKind::kFrozenSet:
        return !value.empty();
      default:
        return false;
    }
  }

  static bool has_parts(const Value& value) {
    switch (value.kind()) {
      case ValueKind::kList:
      case ValueKind::kTuple:
      case ValueKind::kDict:
      case ValueKind::kSet:
      case ValueKind::kFrozenSet:
      case ValueKind::kObject:
      case ValueKind::kSparseTensor:
        return true;
      case ValueKind::kTensor:
        return !value.attributes().is_none();
      case ValueKind::kNumpyArray:
        return !value.as_array().objects.is_none();
      default:
        return false;
    }
  }

  void write_node(const Value& value, JsonNode& node) {
    switch (value.kind()) {
      case ValueKind::kNone:
        return node.text("type", "NoneType");
      case ValueKind::kBool:
        node.text("type", "bool");
        return node.flag("value", value.as_bool());
      case ValueKind::kInt:
      case ValueKind::kBigInt:
        node.text("type", "int");
        return node.text("value", int_text(value));
      case ValueKind::kFloat:
        node.text("type", "float");
        return node.text("value", float_hex(value.as_float()));
      case ValueKind::kComplex:
        node.text("type", "complex");
        return node.texts("value", {float_hex(value.as_complex().real()),
                                    float_hex(value.as_complex().imag())});
      case ValueKind::kStr:
        node.text("type", "str");
        return write_text(value, node);
      case ValueKind::kBytes:
      case ValueKind::kByteArray:
        node.text("type", value.is_bytes() ? "bytes" : "bytearray");
        return write_text(value, node);
      case ValueKind::kList:
        return write_container("list", value, node);
      case ValueKind::kTuple:
        return write_container("tuple", value, node);
      case ValueKind::kDict:
        return write_container(dict_name(value.dict_type()), value, node);
      case ValueKind::kSet:
        return write_set("set", value, node);
      case ValueKind::kFrozenSet:
        return write_set("frozenset", value, node);
      case ValueKind::kSize:
        node.text("type", "Size");
        return node.numbers("value", value.as_shape());
      case ValueKind::kDtype:
        node.text("type", "dtype");
        return node.text("value", bare_name(value.dtype_name()));
      case ValueKind::kDevice:
        node.text("type", "device");
        return node.text("value", value.device_text());
      case ValueKind::kLayout:
        node.text("type", "layout");
        return node.text("value", bare_name(value.format_name()));
      case ValueKind::kMemoryFormat:
        node.text("type", "memory_format");
        return node.text("value", bare_name(value.format_name()));
      case ValueKind::kGlobal:
        node.text("type", "global");
        return node.text("value", value.qualified_name());
      case ValueKind::kObject:
        node.text("type", "object");
        return node.text("cls", value.qualified_name());
      case ValueKind::kStorage:
        return write_storage(value, node);
      case ValueKind::kTensor:
        return write_tensor(value, node);
      case ValueKind::kPackedTensor:
        return write_packed(value.as_packed(), node);
      case ValueKind::kSparseTensor:
        return write_sparse(value.as_sparse(), node);
      case ValueKind::kNumpyArray:
        return write_array(value.as_array(), node);
      case ValueKind::kNumpyScalar:
        node.text("type", "npscalar");
        node.text("dtype", value.as_array().dtype);
        return node.raw("value", numpy_scalar_json(value.as_array()));
    }
  }

  // A short text as it is, a long one by its length and checksum.
  void write_text(const Value& value, JsonNode& node) {
    if (!is_long(value)) {
      return node.text("value", value.is_str() ? value.as_str()
                                               : hex_text(value.as_bytes()));
    }
    const ContentSums::Text& text = sums_.sum_text(value);
    node.number("len", text.length);
    node.text("sha256", text.sum);
  }

  static void write_container(const char* type, const Value& value,
                              JsonNode& node) {
    node.text("type", type);
    node.number("len", static_cast<int64_t>(value.size()));
  }

  static void write_set(const char* type, const Value& value, JsonNode& node) {
    write_container(type, value, node);
    std::vector<std::string> keys;
    for (const DictItem& item : value.items()) {
      keys.push_back(key_text(item.key));
    }
    std::sort(keys.begin(), keys.end());
    node.texts("items", keys);
  }

  int64_t number_of(const Tensor& tensor) {
    const auto next = static_cast<int64_t>(storages_.size());
    return storages_.emplace(tensor.storage().get(), next).first->second;
  }

  void write_storage(const Value& value, JsonNode& node) {
    const Tensor& elements = value.as_storage();
    node.text("type", "Storage");
    node.text("dtype", storage_dtype(value));
    node.number("numel", elements.numel());
    node.number("storage", number_of(elements));
    node.text("sha256", sums_.sum(elements));
  }

  void write_tensor(const Value& value, JsonNode& node) {
    const Tensor& tensor = value.as_tensor();
    const Tensor& stored = value.stored_tensor();
    node.text("type", value.is_parameter() ? "Parameter" : "Tensor");
    node.text("dtype", to_string(tensor.dtype()));
    node.numbers("shape", tensor.sizes());
    node.numbers("stride", stored.strides());
    node.number("offset", stored.storage_offset());
    node.flag("requires_grad", tensor.requires_grad());
    node.number("numel", tensor.numel());
    if (tensor.device().type == DeviceType::kMeta) return;
    node.number("storage", number_of(stored));
    if (is_endless(tensor)) return node.raw("sha256", "null");
    node.text("sha256", sums_.sum(tensor));
    if (!wants_values(tensor.numel())) return;
    std::string values = "[";
    each_block(tensor, [&](const uint8_t* data, size_t bytes) {
      for (size_t at = 0; at < bytes; at += tensor.itemsize()) {
        if (values.size() > 1) values += ", ";
        values += element_json(data + at, tensor.dtype());
      }
    });
    node.raw("values", values + ']');
  }

  void write_packed(const PackedTensor& tensor, JsonNode& node) {
    int64_t numel = 1;
    for (const int64_t n : tensor.shape) numel *= n;
    node.text("type", tensor.parameter ? "Parameter" : "Tensor");
    node.text("dtype", bare_name(tensor.dtype));
    node.numbers("shape", tensor.shape);
    node.numbers("stride", tensor.strides);
    node.number("offset", tensor.offset);
    node.flag("requires_grad", tensor.requires_grad);
    node.number("numel", numel);
    node.number("storage", number_of(tensor.integers));
    write_quantization(tensor.quantization, node);
    node.text("sha256", sums_.sum(tensor.integers));
    if (wants_values(numel)) node.raw("values", packed_values(tensor));
  }

  static void write_sparse(const SparseTensor& tensor, JsonNode& node) {
    node.text("type", tensor.parameter ? "Parameter" : "Tensor");
    for (const auto& [name, part] : tensor.parts) {
      if (name == "values" && part.is_tensor()) {
        node.text("dtype", to_string(part.as_tensor().dtype()));
      }
    }
    node.text("layout", bare_name(tensor.layout));
    node.numbers("shape", tensor.shape);
    node.flag("requires_grad", tensor.requires_grad);
  }

  void write_array(const NumpyArray& array, JsonNode& node) {
    node.text("type", "ndarray");
    node.text("dtype", array.dtype);
    node.numbers("shape", array.shape);
    if (array.objects.is_none()) {
      node.text("sha256", sums_.sum(array.bytes));
    }
  }

  // A view that repeats a small storage so often that nobody can wait for
  // the checksum of its elements.
  static bool is_endless(const Tensor& tensor) {
    const double bytes = static_cast<double>(tensor.numel()) *
                         static_cast<double>(tensor.itemsize());
    return bytes > kMaxVirtual &&
           bytes / 4 > static_cast<double>(tensor.storage()->nbytes());
  }

  bool wants_values(int64_t numel) const {
    return options_.all_values || numel <= kFewElements;
  }

  const NodeListOptions& options_;
  std::ostream& stream_;
  std::string out_;  // not yet in the stream
  bool first_ = true;
  bool measuring_ = false;
  uint64_t text_ = 0;  // characters of the list
  ContentSums sums_;
  std::string path_;
  std::vector<Frame> frames_;
  std::vector<Place> places_;
  std::unordered_map<const void*, size_t> seen_;
  std::unordered_map<const void*, int64_t> storages_;
};

}  // namespace

void check_node_list(const Value& value, const NodeListOptions& options) {
  std::ostringstream nowhere;
  NodeList(options, nowhere).measure(value);
}

void write_node_list(const Value& value, std::string_view format,
                     const NodeListOptions& options, std::ostream& out) {
  NodeList list(options, out);
  list.measure(value);
  out << "{\"format\": " << json_text(format) << ", \"nodes\": [";
  list.write(value);
  out << "\n]}\n";
}

std::string node_list(const Value& value, std::string_view format,
                      const NodeListOptions& options) {
  std::ostringstream out;
  write_node_list(value, format, options, out);
  return out.str();
}

}  // namespace cresset::cli
