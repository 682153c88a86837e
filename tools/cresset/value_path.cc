#include "cresset/tools/cresset/value_path.h"

#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

#include "cresset/tools/cresset/entries.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/key_text.h"
#include "cresset/tools/cresset/names.h"
#include "cresset/tools/cresset/object_parts.h"

namespace cresset::cli {
namespace {

std::optional<int64_t> as_number(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

// The value of one step, if the container has it.
std::optional<Value> step_into(const Value& value, const std::string& step) {
  const std::optional<int64_t> number = as_number(step);
  if (value.is_dict()) {
    if (value.contains(step)) return value.at(step);
    if (number && value.contains(*number)) return value.at(*number);
  } else if (value.is_list() || value.is_tuple()) {
    const auto size = static_cast<int64_t>(value.size());
    if (number && *number >= -size && *number < size) return value.at(*number);
  }
  if (value.is_object() || value.is_dict()) {
    for (const Part& part : attribute_parts(value)) {
      if (part.step == '.' + step) return part.value;
    }
  }
  return std::nullopt;
}

std::vector<std::string> step_names(const Value& value) {
  std::vector<std::string> names;
  if (value.is_dict()) {
    for (const DictItem& item : value.items()) {
      names.push_back(item.key.is_str() ? item.key.as_str()
                                        : key_text(item.key));
    }
  }
  for (const Part& part : attribute_parts(value)) {
    if (part.step[0] == '.') names.push_back(part.step.substr(1));
  }
  return names;
}

// "it holds epoch, model, optimizer" of a value without the step.
std::string contents_text(const Value& value) {
  const std::vector<std::string> names = step_names(value);
  if (names.empty()) {
    return std::string("; there is a ") + to_string(value.kind());
  }
  std::string text = "; it holds ";
  for (size_t i = 0; i < names.size() && i < 8; ++i) {
    if (i > 0) text += ", ";
    text += quoted(names[i], 60);
  }
  if (names.size() > 8) {
    text += " and " + std::to_string(names.size() - 8) + " more";
  }
  return text;
}

// Follows as much of the path as there is; what is left goes to `rest`.
Value follow(const Value& root, const std::string& path, std::string& rest) {
  Value value = root;
  rest = path;
  while (!rest.empty()) {
    // The longest first: a key of a state dict has dots in it.
    size_t end = rest.size();
    std::optional<Value> next;
    for (;;) {
      next = step_into(value, rest.substr(0, end));
      if (next || end == 0) break;
      end = rest.rfind('.', end - 1);
      if (end == std::string::npos) break;
    }
    if (!next) return value;
    value = *next;
    rest = end >= rest.size() ? "" : rest.substr(end + 1);
  }
  return value;
}

[[noreturn]] void not_there(const Value& value, const std::string& rest) {
  std::string hint = did_you_mean(rest, step_names(value));
  if (hint.empty()) hint = contents_text(value);
  throw CliError(kExitUsage, "there is no " + quoted(rest) + hint);
}

}  // namespace

Value find_path(const Value& root, const std::string& path) {
  std::string rest;
  const Value value = follow(root, path, rest);
  if (!rest.empty()) not_there(value, rest);
  return value;
}

bool has_path(const Value& root, const std::string& path) {
  std::string rest;
  follow(root, path, rest);
  return rest.empty();
}

void set_path(const Value& root, const std::string& path, const Value& value) {
  // The container is what the path without its last step leads to; keys with
  // dots are tried whole.
  std::string rest;
  for (size_t dot = 0;; dot = path.find('.', dot + 1)) {
    const bool whole = dot == 0;
    const std::string head = whole ? "" : path.substr(0, dot);
    const std::string step = whole                      ? path
                             : dot == std::string::npos ? ""
                                                        : path.substr(dot + 1);
    if (dot == std::string::npos) break;
    Value container = follow(root, head, rest);
    if (!rest.empty() || !step_into(container, step)) continue;
    const std::optional<int64_t> number = as_number(step);
    if (container.is_list() && number) {
      container.at(*number) = value;
      return;
    }
    if (container.is_dict()) {
      const bool text = container.contains(step);
      (text ? container.at(step) : container.at(*number)) = value;
      return;
    }
    throw CliError(kExitUsage, quoted(path) + " lies in a " +
                                   to_string(container.kind()) +
                                   ", which cannot be changed");
  }
  // A new key of a dict.
  const size_t dot = path.rfind('.');
  const std::string head = dot == std::string::npos ? "" : path.substr(0, dot);
  const std::string step =
      dot == std::string::npos ? path : path.substr(dot + 1);
  Value container = follow(root, head, rest);
  if (!rest.empty()) not_there(container, rest);
  if (!container.is_dict()) not_there(container, step);
  container[step] = value;
}

bool holds_weights(const Value& value) {
  if (value.is_object()) {
    return step_into(value, "_modules") && step_into(value, "_parameters");
  }
  if (!value.is_dict() || value.empty()) return false;
  size_t tensors = 0;
  for (const DictItem& item : value.items()) {
    if (item.key.is_str() && is_array_like(item.value)) ++tensors;
  }
  return tensors * 2 > value.size();
}

std::string weights_path(const Value& root) {
  if (holds_weights(root)) return "";
  static constexpr const char* kNames[] = {
      "state_dict", "model_state_dict", "model",  "net",     "network",
      "ema",        "model_ema",        "module", "weights", "params"};
  for (const char* name : kNames) {
    const std::optional<Value> inner = step_into(root, name);
    if (!inner) continue;
    if (holds_weights(*inner)) return name;
    const std::string deeper = weights_path(*inner);
    if (!deeper.empty()) return std::string(name) + '.' + deeper;
  }
  return "";
}

}  // namespace cresset::cli
