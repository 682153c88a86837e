#include "cresset/serialize/torch_script.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "cresset/serialize/refusal.h"
#include "cresset/serialize/value_node.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {
namespace {

constexpr size_t kMaxDepth = 100;
constexpr size_t kMaxWeights = 1 << 20;

struct ScriptClass {
  bool known = false;
  std::vector<std::string> parameters;
  std::vector<std::string> buffers;
};

// The names in `  __parameters__ = ["weight", "bias", ]`.
std::vector<std::string> names_in(std::string_view line) {
  std::vector<std::string> names;
  size_t at = line.find('[');
  while (at != std::string_view::npos) {
    const size_t first = line.find('"', at);
    if (first == std::string_view::npos) break;
    const size_t last = line.find('"', first + 1);
    if (last == std::string_view::npos) break;
    names.emplace_back(line.substr(first + 1, last - first - 1));
    at = last + 1;
  }
  return names;
}

ScriptClass parse_class(std::string_view code, std::string_view name) {
  ScriptClass result;
  bool inside = false;
  while (!code.empty()) {
    const size_t end = std::min(code.find('\n'), code.size());
    std::string_view line = code.substr(0, end);
    code.remove_prefix(std::min(end + 1, code.size()));
    if (line.starts_with("class ")) {
      line.remove_prefix(6);
      inside = line.starts_with(name) && line.substr(name.size(), 1) == "(";
      result.known = result.known || inside;
    } else if (inside && line.starts_with("  __parameters__ = ")) {
      result.parameters = names_in(line);
    } else if (inside && line.starts_with("  __buffers__ = ")) {
      result.buffers = names_in(line);
    }
  }
  return result;
}

class Collector {
 public:
  Collector(const std::string& root, ZipReader& zip) : root_(root), zip_(zip) {}

  Value collect(const Value& module) {
    CRESSET_CHECK(is_module(module), kFormat, zip_.path(),
                  ": TorchScript archive: data.pkl holds ", repr(module, 60),
                  ", not a module");
    walk(module, "", 0);
    return std::move(result_);
  }

 private:
  static bool is_module(const Value& value) {
    return value.is_object() && value.as_object().has_state &&
           value.as_object().state.is_dict() &&
           value.as_object().callee.is_global();
  }

  void add(const std::string& name, const Value& value) {
    CRESSET_ALLOW(result_.size() < kMaxWeights, zip_.path(),
                  ": TorchScript archive: more than ", kMaxWeights, " weights");
    if (value.is_tensor() && value.as_tensor().requires_grad()) {
      result_[Value(name)] = value.as_tensor().detach();
    } else if (value.is_tensor() || value.is_packed() || value.is_sparse()) {
      result_[Value(name)] = value;
    }
  }

  void walk(const Value& module, const std::string& prefix, size_t depth) {
    // A module within itself would have weights of endless names.
    CRESSET_CHECK(depth < kMaxDepth, kFormat, zip_.path(),
                  ": TorchScript archive: modules nested deeper than ",
                  kMaxDepth);
    CRESSET_ALLOW(++visits_ <= kMaxWeights, zip_.path(),
                  ": TorchScript archive: more than ", kMaxWeights, " modules");
    const ScriptClass& type = class_of(module.as_object().callee);
    const Value& attributes = module.as_object().state;
    if (type.known) {
      for (const auto* names : {&type.parameters, &type.buffers}) {
        for (const std::string& name : *names) {
          add(prefix + name, attributes.get(Value(name)));
        }
      }
    } else {
      for (const DictItem& item : attributes.items()) {
        if (item.key.is_str()) add(prefix + item.key.as_str(), item.value);
      }
    }
    for (const DictItem& item : attributes.items()) {
      if (!item.key.is_str() || !is_module(item.value)) continue;
      walk(item.value, prefix + item.key.as_str() + ".", depth + 1);
    }
  }

  const ScriptClass& class_of(const Value& callee) {
    const std::string full = callee.qualified_name();
    const auto found = classes_.find(full);
    if (found != classes_.end()) return found->second;
    std::string file = callee.module_name();
    std::replace(file.begin(), file.end(), '.', '/');
    const ZipEntry* entry = zip_.find(root_ + "code/" + file + ".py");
    ScriptClass type;
    if (entry != nullptr) {
      const ZipRecord record = zip_.read_checked(*entry);
      type = parse_class(record.text(), callee.global_name());
    }
    return classes_.emplace(full, std::move(type)).first->second;
  }

  const std::string& root_;
  ZipReader& zip_;
  Value result_ = Value::ordered_dict();
  std::map<std::string, ScriptClass> classes_;
  size_t visits_ = 0;
};

}  // namespace

Value script_weights(const Value& module, const std::string& root,
                     ZipReader& zip) {
  return Collector(root, zip).collect(module);
}

}  // namespace cresset::serialize
