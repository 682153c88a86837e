#include "cresset/nn/python/class_table.h"

#include <iterator>
#include <map>
#include <mutex>
#include <unordered_map>

namespace cresset::internal {
namespace {

struct BuiltIn {
  BuiltIn();

  std::vector<PythonClass> rows;
  std::unordered_map<std::string, size_t> by_name;
  std::unordered_map<std::type_index, size_t> by_type;
};

BuiltIn::BuiltIn() {
  for (auto part :
       {layer_classes, spatial_classes, activation_classes, rnn_classes,
        attention_classes, loss_classes, wrapper_classes, model_classes}) {
    std::vector<PythonClass> more = part();
    rows.insert(rows.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string& name = rows[i].name;
    by_name[name] = i;
    by_type.emplace(rows[i].type, i);
    // The public name, which files written by other programs use.
    if (name.starts_with("torch.nn.modules.")) {
      by_name["torch.nn" + name.substr(name.rfind('.'))] = i;
    }
  }
}

const BuiltIn& built_in() {
  static const BuiltIn table;
  return table;
}

struct Added {
  std::mutex mutex;
  std::map<std::string, PythonClass, std::less<>> rows;
};

Added& added() {
  static Added table;
  return table;
}

}  // namespace

bool has_child(const Value& attributes, const char* name) {
  const Value children = attributes.get("_modules");
  return children.is_dict() && !children.get(name).is_none();
}

void add_class(PythonClass row) {
  Added& table = added();
  const std::lock_guard lock(table.mutex);
  const std::string name = row.name;
  table.rows.insert_or_assign(name, std::move(row));
}

std::optional<PythonClass> find_class(std::string_view python_name) {
  {
    Added& table = added();
    const std::lock_guard lock(table.mutex);
    const auto found = table.rows.find(python_name);
    if (found != table.rows.end()) return found->second;
  }
  const BuiltIn& table = built_in();
  const auto found = table.by_name.find(std::string(python_name));
  if (found == table.by_name.end()) return std::nullopt;
  return table.rows[found->second];
}

std::optional<PythonClass> find_class(std::type_index type) {
  const BuiltIn& builtin = built_in();
  const auto found = builtin.by_type.find(type);
  if (found != builtin.by_type.end()) return builtin.rows[found->second];
  Added& table = added();
  const std::lock_guard lock(table.mutex);
  for (const auto& [name, row] : table.rows) {
    if (row.type == type) return row;
  }
  return std::nullopt;
}

}  // namespace cresset::internal
