// Values and names as text for people, bounded in length and depth.

#include <cstdio>

#include "cresset/serialize/foreign.h"
#include "cresset/serialize/value.h"
#include "cresset/tensor/base/scalar.h"

namespace cresset {
namespace {

constexpr int kMaxDepth = 50;

class Printer {
 public:
  explicit Printer(size_t limit) : limit_(limit) {}

  void print(const Value& value, int depth) {
    if (full() || depth > kMaxDepth) {
      add("...");
      return;
    }
    switch (value.kind()) {
      case ValueKind::kNone:
        return add("None");
      case ValueKind::kBool:
        return add(value.as_bool() ? "True" : "False");
      case ValueKind::kInt:
        return add(internal::concat(value.as_int()));
      case ValueKind::kBigInt:
        return add(
            internal::concat("<int of ", value.as_bytes().size(), " bytes>"));
      case ValueKind::kFloat:
        return add(python_float(value.as_float()));
      case ValueKind::kComplex:
        return add(to_string(Scalar(value.as_complex())));
      case ValueKind::kStr:
        return add(quoted(value.as_str(), room()));
      case ValueKind::kBytes:
        return add("b" + quoted(value.as_bytes(), room()));
      case ValueKind::kByteArray:
        return add("bytearray(b" + quoted(value.as_bytes(), room()) + ")");
      case ValueKind::kTensor:
        return print_tensor(value);
      case ValueKind::kList:
        return print_sequence("[", value.elements(), "]", depth);
      case ValueKind::kTuple:
        return print_sequence("(", value.elements(),
                              value.size() == 1 ? ",)" : ")", depth);
      case ValueKind::kDict:
        return print_dict(value, depth);
      case ValueKind::kSet:
      case ValueKind::kFrozenSet:
        return print_set(value, depth);
      case ValueKind::kSize:
        return add("torch.Size(" + to_string(value.as_shape()) + ")");
      case ValueKind::kDtype:
        return add("torch." + value.dtype_name());
      case ValueKind::kDevice:
        return add("device(type=" + quoted(value.device_text()) + ")");
      case ValueKind::kGlobal:
        return add("<" + quoted(value.qualified_name()) + ">");
      case ValueKind::kObject:
        return print_object(value, depth);
      case ValueKind::kStorage:
        return add(internal::concat(value.storage_class(), "(",
                                    value.as_storage().numel(), ")"));
      case ValueKind::kLayout:
      case ValueKind::kMemoryFormat:
        return add(value.format_name());
      case ValueKind::kPackedTensor:
        return add(internal::concat("tensor(", value.as_packed().dtype,
                                    value.as_packed().shape, ")"));
      case ValueKind::kSparseTensor:
        return add(internal::concat("tensor(", value.as_sparse().layout,
                                    value.as_sparse().shape, ")"));
      case ValueKind::kNumpyArray:
        return add(internal::concat("array(", value.as_array().dtype,
                                    value.as_array().shape, ")"));
      case ValueKind::kNumpyScalar:
        return add(internal::concat("scalar(", value.as_array().dtype, ")"));
    }
  }

  std::string take() {
    if (text_.size() > limit_) {
      text_.resize(limit_ < 3 ? 0 : limit_ - 3);
      text_ += "...";
    }
    return std::move(text_);
  }

 private:
  bool full() const { return text_.size() > limit_; }
  size_t room() const { return full() ? 0 : limit_ - text_.size(); }
  void add(std::string_view piece) { text_ += piece.substr(0, room() + 4); }

  void print_tensor(const Value& value) {
    const Tensor& tensor = value.as_tensor();
    add(internal::concat(value.is_parameter() ? "Parameter(" : "tensor(",
                         tensor.dtype(), tensor.shape(), ")"));
  }

  void print_sequence(std::string_view open, const std::vector<Value>& elements,
                      std::string_view close, int depth) {
    add(open);
    bool first = true;
    for (const Value& element : elements) {
      if (!first) add(", ");
      first = false;
      print(element, depth + 1);
      if (full()) return;
    }
    add(close);
  }

  void print_dict(const Value& value, int depth) {
    const char* name = "";
    if (value.dict_type() == DictType::kOrderedDict) name = "OrderedDict(";
    if (value.dict_type() == DictType::kDefaultDict) name = "defaultdict(";
    if (value.dict_type() == DictType::kCounter) name = "Counter(";
    add(name);
    add("{");
    bool first = true;
    for (const DictItem& item : value.items()) {
      if (!first) add(", ");
      first = false;
      print(item.key, depth + 1);
      add(": ");
      print(item.value, depth + 1);
      if (full()) return;
    }
    add(*name == '\0' ? "}" : "})");
  }

  void print_set(const Value& value, int depth) {
    const bool frozen = value.kind() == ValueKind::kFrozenSet;
    if (value.empty()) return add(frozen ? "frozenset()" : "set()");
    add(frozen ? "frozenset({" : "{");
    bool first = true;
    for (const DictItem& item : value.items()) {
      if (!first) add(", ");
      first = false;
      print(item.key, depth + 1);
      if (full()) return;
    }
    add(frozen ? "})" : "}");
  }

  void print_object(const Value& value, int depth) {
    const PythonObject& object = value.as_object();
    add("<");
    print(object.callee, depth + 1);
    add(" object, args ");
    print(object.args, depth + 1);
    if (object.has_state) {
      add(", state ");
      print(object.state, depth + 1);
    }
    add(">");
  }

  size_t limit_;
  std::string text_;
};

}  // namespace

std::string repr(const Value& value, size_t limit) {
  Printer printer(limit);
  printer.print(value, 0);
  return printer.take();
}

std::string quoted(std::string_view text, size_t limit) {
  std::string out = "'";
  for (const char c : text) {
    if (out.size() > limit) {
      out += "...";
      break;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\'' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (byte < 0x20 || byte >= 0x7f) {
      char escaped[8];
      std::snprintf(escaped, sizeof(escaped), "\\x%02x", byte);
      out += escaped;
    } else {
      out += c;
    }
  }
  return out + "'";
}

}  // namespace cresset
