#include "cresset/tests/parity/signature.h"

#include <stdexcept>

#include "cresset/tests/parity/outcome.h"

namespace cresset::parity {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Parts between the commas that are outside parentheses.
std::vector<std::string_view> split_commas(std::string_view text) {
  std::vector<std::string_view> parts;
  int depth = 0;
  size_t start = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || (text[i] == ',' && depth == 0)) {
      const std::string_view part = trim(text.substr(start, i - start));
      if (!part.empty()) parts.push_back(part);
      start = i + 1;
    } else if (text[i] == '(') {
      ++depth;
    } else if (text[i] == ')') {
      --depth;
    }
  }
  return parts;
}

bool is_sequence(const Value& value) {
  return value.is_list() || value.is_tuple() ||
         value.kind() == ValueKind::kSize;
}

}  // namespace

Value parse_literal(std::string_view text) {
  if (text == "None") return Value();
  if (text == "True") return Value(true);
  if (text == "False") return Value(false);
  if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') {
    return Value(std::string(text.substr(1, text.size() - 2)));
  }
  if (text.size() >= 2 && text.front() == '(' && text.back() == ')') {
    std::vector<Value> elements;
    for (std::string_view part : split_commas(text.substr(1, text.size() - 2)))
      elements.push_back(parse_literal(part));
    return Value::tuple(std::move(elements));
  }
  const std::string copy(text);
  if (copy.find_first_of(".e") != std::string::npos) {
    return Value(std::stod(copy));
  }
  return Value(static_cast<int64_t>(std::stoll(copy)));
}

Signature::Signature(std::string_view text) {
  bool keyword_only = false;
  for (std::string_view part : split_commas(text)) {
    if (part == "*") {
      keyword_only = true;
      continue;
    }
    Parameter parameter;
    parameter.keyword_only = keyword_only;
    if (part.front() == '*') {
      parameter.takes_rest = true;
      keyword_only = true;
      part.remove_prefix(1);
    }
    const size_t equals = part.find('=');
    parameter.name = std::string(trim(part.substr(0, equals)));
    if (equals != std::string_view::npos) {
      parameter.has_default = true;
      parameter.default_value = parse_literal(trim(part.substr(equals + 1)));
    }
    parameters_.push_back(std::move(parameter));
  }
}

std::vector<Value> Signature::bind(const Value& args,
                                   const Value& kwargs) const {
  std::vector<Value> bound(parameters_.size());
  std::vector<bool> given(parameters_.size(), false);
  const std::vector<Value>& positional = args.elements();
  size_t next = 0;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& parameter = parameters_[i];
    if (next == positional.size()) break;
    if (parameter.takes_rest) {
      if (next + 1 == positional.size() && is_sequence(positional[next])) {
        bound[i] = positional[next];
      } else {
        bound[i] = Value::list({positional.begin() + next, positional.end()});
      }
      given[i] = true;
      next = positional.size();
    } else if (!parameter.keyword_only) {
      bound[i] = positional[next++];
      given[i] = true;
    }
  }
  if (next != positional.size()) {
    throw Skip(cresset::internal::concat(
        "takes ", next, " positional arguments; got ", positional.size()));
  }
  if (!kwargs.is_none()) {
    for (const auto& [key, value] : kwargs.items()) {
      size_t i = 0;
      while (i < size() && parameters_[i].name != key.as_str()) ++i;
      if (i == size()) throw Skip("no argument '" + key.as_str() + "'");
      if (given[i]) throw Skip("argument '" + key.as_str() + "' given twice");
      bound[i] = value;
      given[i] = true;
    }
  }
  for (size_t i = 0; i < size(); ++i) {
    if (given[i]) continue;
    if (parameters_[i].has_default) {
      bound[i] = parameters_[i].default_value;
    } else if (parameters_[i].takes_rest) {
      bound[i] = Value::list();
    } else {
      throw Skip("argument '" + parameters_[i].name + "' is missing");
    }
  }
  return bound;
}

}  // namespace cresset::parity
