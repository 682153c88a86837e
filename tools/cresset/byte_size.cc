#include "cresset/tools/cresset/byte_size.h"

#include <charconv>
#include <string_view>
#include <utility>

#include "cresset/tools/cresset/exit_code.h"

namespace cresset::cli {

int64_t byte_size(const std::string& text) {
  static constexpr std::pair<std::string_view, int64_t> kUnits[] = {
      {"", 1},
      {"B", 1},
      {"KB", 1000},
      {"MB", 1000 * 1000},
      {"GB", 1000 * 1000 * 1000},
      {"TB", int64_t{1000} * 1000 * 1000 * 1000},
      {"KiB", 1 << 10},
      {"MiB", 1 << 20},
      {"GiB", 1 << 30},
      {"TiB", int64_t{1} << 40}};
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  std::string_view unit(end, text.data() + text.size());
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  for (const auto& [name, factor] : kUnits) {
    const double bytes = number * static_cast<double>(factor);
    if (error == std::errc() && unit == name && bytes >= 1 && bytes < 9e18) {
      return static_cast<int64_t>(bytes);
    }
  }
  throw CliError(kExitUsage,
                 "a size is a number with B, KB, MB, GB, KiB, MiB or GiB; "
                 "got '" +
                     text + "'");
}

}  // namespace cresset::cli
