#include "cresset/tools/cresset/object_parts.h"

#include "cresset/serialize/foreign.h"
#include "cresset/tools/cresset/key_text.h"

namespace cresset::cli {
namespace {

std::string index_step(size_t i) { return '[' + std::to_string(i) + ']'; }

// Attributes are text; anything else that a file has there is a key.
void add_attributes(const Value& attributes, std::vector<Part>& parts) {
  for (const DictItem& item : attributes.items()) {
    if (item.key.is_str()) {
      parts.push_back({'.' + item.key.as_str(), item.value});
    } else {
      parts.push_back({'[' + key_text(item.key) + ']', item.value});
    }
  }
}

// The attributes that arguments of well-known classes become.
bool add_named_arguments(const PythonObject& object, std::vector<Part>& parts) {
  const std::string name = object.callee.qualified_name();
  if (name != "builtins.range" && name != "builtins.slice") return false;
  static constexpr const char* kNames[] = {".start", ".stop", ".step"};
  if (object.args.size() != 3) return false;
  for (size_t i = 0; i < 3; ++i) {
    parts.push_back({kNames[i], object.args.elements()[i]});
  }
  return true;
}

void add_object(const PythonObject& object, std::vector<Part>& parts) {
  if (!add_named_arguments(object, parts) && !object.args.empty()) {
    parts.push_back({".args", object.args});
  }
  if (object.kwargs.is_dict() && !object.kwargs.empty()) {
    parts.push_back({".kwargs", object.kwargs});
  }
  for (size_t i = 0; i < object.appended.size(); ++i) {
    parts.push_back({index_step(i), object.appended[i]});
  }
  for (const DictItem& item : object.stored) {
    parts.push_back({'[' + key_text(item.key) + ']', item.value});
  }
  if (!object.has_state) return;
  const Value& state = object.state;
  const auto is_dict_or_none = [](const Value& value) {
    return value.is_none() || value.is_dict();
  };
  if (state.is_dict()) {
    add_attributes(state, parts);
  } else if (state.is_tuple() && state.size() == 2 &&
             is_dict_or_none(state.elements()[0]) &&
             state.elements()[1].is_dict()) {
    // A class with __slots__: its __dict__, and the slots.
    if (state.elements()[0].is_dict()) {
      add_attributes(state.elements()[0], parts);
    }
    add_attributes(state.elements()[1], parts);
  } else {
    parts.push_back({".__state__", state});
  }
}

}  // namespace

std::vector<Part> attribute_parts(const Value& value) {
  std::vector<Part> parts;
  switch (value.kind()) {
    case ValueKind::kDict:
    case ValueKind::kTensor:
      if (value.attributes().is_dict()) {
        add_attributes(value.attributes(), parts);
      }
      break;
    case ValueKind::kObject:
      add_object(value.as_object(), parts);
      break;
    case ValueKind::kSparseTensor:
      for (const auto& [name, part] : value.as_sparse().parts) {
        parts.push_back({'.' + name, part});
      }
      break;
    case ValueKind::kNumpyArray:
      if (value.as_array().objects.is_list()) {
        const auto& elements = value.as_array().objects.elements();
        for (size_t i = 0; i < elements.size(); ++i) {
          parts.push_back({index_step(i), elements[i]});
        }
      }
      break;
    default:
      break;
  }
  return parts;
}

}  // namespace cresset::cli
