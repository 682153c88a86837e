// Columns of text, and numbers as people read them.

#ifndef CRESSET_TOOLS_CRESSET_TEXT_TABLE_H_
#define CRESSET_TOOLS_CRESSET_TEXT_TABLE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cresset/tensor/base/shape.h"

namespace cresset::cli {

/// Rows whose cells line up. Columns whose header starts with '>' are aligned
/// to the right.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> header);
  void add(std::vector<std::string> row);
  bool empty() const { return rows_.empty(); }
  /// The header, if `with_header`, and the rows, each ending in a newline and
  /// starting with `indent`.
  std::string text(bool with_header = true, std::string_view indent = "") const;

 private:
  std::vector<std::string> header_;
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;
};

/// "1,376".
std::string with_commas(int64_t number);
/// "1.05 MiB", "12 bytes".
std::string human_bytes(int64_t bytes);
/// "3 tensors", "1 tensor".
std::string counted(int64_t number, const std::string& noun);
/// "(1000, 512)", "(128)", "()".
std::string shape_text(IntSpan shape);
/// "f32" of "float32", "i64" of "int64"; other names as they are.
std::string short_dtype(const std::string& dtype);
/// A number with at most `digits` significant digits: "0.2841", "1e-08".
std::string number_text(double value, int digits = 6);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_TEXT_TABLE_H_
