#include "cresset/tools/cresset/tensor_slice.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

#include "cresset/tools/cresset/exit_code.h"

namespace cresset::cli {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// The number, or `absent` for an empty text.
int64_t number(std::string_view text, int64_t absent) {
  text = trimmed(text);
  if (text.empty()) return absent;
  int64_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw CliError(kExitUsage,
                   "--slice takes numbers, ':' and ranges such as "
                   "3:5; got '" +
                       std::string(text) + "'");
  }
  return value;
}

}  // namespace

Tensor sliced(const Tensor& tensor, const std::string& text) {
  const std::vector<std::string_view> parts = split(text, ',');
  if (parts.size() > static_cast<size_t>(tensor.dim())) {
    throw CliError(kExitUsage, "--slice has " + std::to_string(parts.size()) +
                                   " parts, but the tensor " +
                                   std::to_string(tensor.dim()) +
                                   " dimensions");
  }
  Shape sizes, strides;
  int64_t offset = tensor.storage_offset();
  for (int64_t d = 0; d < tensor.dim(); ++d) {
    const int64_t size = tensor.size(d), stride = tensor.stride(d);
    const std::string_view part = d < static_cast<int64_t>(parts.size())
                                      ? trimmed(parts[static_cast<size_t>(d)])
                                      : std::string_view(":");
    const std::vector<std::string_view> range = split(part, ':');
    if (range.size() == 1) {
      int64_t index = number(part, size);
      if (index < 0) index += size;
      if (index < 0 || index >= size) {
        throw CliError(kExitUsage, "--slice: index " + std::string(part) +
                                       " is outside a dimension of " +
                                       std::to_string(size));
      }
      offset += index * stride;
      continue;
    }
    const int64_t step = range.size() > 2 ? number(range[2], 1) : 1;
    if (range.size() > 3 || step < 1) {
      throw CliError(kExitUsage,
                     "--slice: a range is start:stop:step with a "
                     "positive step; got '" +
                         std::string(part) + "'");
    }
    int64_t start = number(range[0], 0), stop = number(range[1], size);
    if (start < 0) start += size;
    if (stop < 0) stop += size;
    start = std::clamp<int64_t>(start, 0, size);
    stop = std::clamp<int64_t>(stop, start, size);
    const int64_t length = (stop - start + step - 1) / step;
    if (length > 0) offset += start * stride;
    sizes.push_back(length);
    strides.push_back(stride * step);
  }
  return internal::alias(tensor, sizes, strides, offset);
}

}  // namespace cresset::cli
