#include "cresset/tools/cresset/text_table.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "cresset/tools/cresset/python_text.h"

namespace cresset::cli {

TextTable::TextTable(std::vector<std::string> header)
    : header_(std::move(header)) {
  for (std::string& name : header_) {
    right_.push_back(name.starts_with('>'));
    if (right_.back()) name.erase(0, 1);
  }
}

void TextTable::add(std::vector<std::string> row) {
  rows_.push_back(std::move(row));
}

std::string TextTable::text(bool with_header, std::string_view indent) const {
  std::vector<const std::vector<std::string>*> rows;
  if (with_header) rows.push_back(&header_);
  for (const auto& row : rows_) rows.push_back(&row);
  std::vector<size_t> widths(header_.size(), 0);
  for (const auto* row : rows) {
    for (size_t i = 0; i < row->size(); ++i) {
      widths[i] = std::max(widths[i], text_length((*row)[i]));
    }
  }
  std::string out;
  for (const auto* row : rows) {
    std::string line(indent);
    for (size_t i = 0; i < row->size(); ++i) {
      const std::string& cell = (*row)[i];
      const std::string gap(widths[i] - text_length(cell), ' ');
      if (i > 0) line += "  ";
      line += right_[i] ? gap + cell : cell + gap;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

std::string with_commas(int64_t number) {
  const std::string digits = std::to_string(number);
  std::string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    const size_t left = digits.size() - i;
    if (i > 0 && left % 3 == 0 && out.back() != '-') out += ',';
    out += digits[i];
  }
  return out;
}

std::string human_bytes(int64_t bytes) {
  if (bytes < 1024) return counted(bytes, "byte");
  static constexpr const char* kUnits[] = {"KiB", "MiB", "GiB", "TiB", "PiB"};
  double size = static_cast<double>(bytes) / 1024;
  size_t unit = 0;
  while (size >= 1024 && unit + 1 < std::size(kUnits)) {
    size /= 1024;
    ++unit;
  }
  char text[40];
  std::snprintf(text, sizeof(text), size < 10 ? "%.2f %s" : "%.1f %s", size,
                kUnits[unit]);
  return text;
}

std::string counted(int64_t number, const std::string& noun) {
  return with_commas(number) + ' ' + noun + (number == 1 ? "" : "s");
}

std::string shape_text(IntSpan shape) {
  std::string text = "(";
  for (const int64_t n : shape) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(n);
  }
  return text + ')';
}

std::string short_dtype(const std::string& dtype) {
  static constexpr std::pair<const char*, const char*> kShort[] = {
      {"float", "f"},
      {"bfloat", "bf"},
      {"uint", "u"},
      {"int", "i"},
      {"complex", "c"}};
  for (const auto& [name, letter] : kShort) {
    const std::string_view rest = std::string_view(dtype).substr(
        std::min(dtype.size(), std::string_view(name).size()));
    const bool digits = !rest.empty() && rest.find_first_not_of("0123456789") ==
                                             std::string_view::npos;
    if (dtype.starts_with(name) && digits) return letter + std::string(rest);
  }
  return dtype;
}

std::string number_text(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.*g", digits, value);
  return text;
}

}  // namespace cresset::cli
