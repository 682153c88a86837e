// One JSON object, field by field, at the end of a text.

#ifndef CRESSET_TOOLS_CRESSET_JSON_NODE_H_
#define CRESSET_TOOLS_CRESSET_JSON_NODE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cresset/tensor/base/shape.h"
#include "cresset/tools/cresset/python_text.h"

namespace cresset::cli {

/// Opens an object on construction and closes it on destruction.
class JsonNode {
 public:
  explicit JsonNode(std::string& out) : out_(out) { out_ += '{'; }
  JsonNode(const JsonNode&) = delete;
  JsonNode& operator=(const JsonNode&) = delete;
  ~JsonNode() { out_ += '}'; }

  /// A field whose value is JSON already.
  void raw(std::string_view name, std::string_view json) {
    if (!first_) out_ += ", ";
    first_ = false;
    out_ += '"';
    out_ += name;
    out_ += "\": ";
    out_ += json;
  }
  void text(std::string_view name, std::string_view value) {
    raw(name, json_text(value));
  }
  void number(std::string_view name, int64_t value) {
    raw(name, std::to_string(value));
  }
  void flag(std::string_view name, bool value) {
    raw(name, value ? "true" : "false");
  }
  void numbers(std::string_view name, IntSpan values) {
    std::string json = "[";
    for (const int64_t value : values) {
      if (json.size() > 1) json += ", ";
      json += std::to_string(value);
    }
    raw(name, json + ']');
  }
  void texts(std::string_view name, const std::vector<std::string>& values) {
    std::string json = "[";
    for (const std::string& value : values) {
      if (json.size() > 1) json += ", ";
      json += json_text(value);
    }
    raw(name, json + ']');
  }

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_JSON_NODE_H_
