// Draws line charts as an SVG picture that any browser shows.

#ifndef CRESSET_TOOLS_DEMOS_SVG_PLOT_H_
#define CRESSET_TOOLS_DEMOS_SVG_PLOT_H_

#include <string>
#include <vector>

namespace cresset::demos {

/// One line: `y` over `x`. Points that are not finite leave a gap.
struct Series {
  std::string name;
  std::vector<double> x;
  std::vector<double> y;
};

/// One chart with axes, ticks, grid and legend.
struct Plot {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::vector<Series> series;
};

/// The charts side by side in one picture.
/// Errors: kValue if a series has more or fewer `x` than `y`.
std::string to_svg(const std::vector<Plot>& plots);

/// Writes to_svg(plots) to `path` in one step: readers see the file before or
/// the file after, never a part.
/// Errors: kIo.
void write_svg(const std::string& path, const std::vector<Plot>& plots);

namespace internal {

/// Round values (1, 2 or 5 times a power of ten apart) that cover [low, high]
/// from within, about `wanted` of them.
std::vector<double> ticks(double low, double high, int wanted);

}  // namespace internal
}  // namespace cresset::demos

#endif  // CRESSET_TOOLS_DEMOS_SVG_PLOT_H_
