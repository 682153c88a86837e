#include "cresset/tools/cresset/text_plot.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "cresset/tools/cresset/text_table.h"

namespace cresset::cli {
namespace {

constexpr int kLabelWidth = 9;
constexpr const char* kColors[] = {"34", "33", "32", "35", "31", "36"};

const char* color_of(size_t series) {
  return kColors[series % (sizeof(kColors) / sizeof(kColors[0]))];
}

std::string painted(const std::string& text, size_t series, bool colored) {
  if (!colored) return text;
  return std::string("\x1b[") + color_of(series) + 'm' + text + "\x1b[0m";
}

struct Range {
  double low = INFINITY, high = -INFINITY;
  void include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  // A single value gets a range of its own.
  void settle() {
    if (!(high >= low)) low = 0, high = 1;
    if (high == low) {
      const double room = low == 0 ? 1 : std::abs(low) * 0.1;
      low -= room, high += room;
    }
  }
  int place(double value, int count) const {
    const double part = (value - low) / (high - low) * (count - 1);
    return std::clamp(static_cast<int>(std::lround(part)), 0, count - 1);
  }
};

// Dots of all series; a character shows the colour of the last one in it.
class Canvas {
 public:
  Canvas(int width, int height)
      : width_(width),
        height_(height),
        dots_(static_cast<size_t>(width * height), 0),
        owner_(static_cast<size_t>(width * height), 0) {}

  void dot(int x, int y, size_t series) {
    // Unicode numbers the dots of a character down its columns, but for the
    // lowest row, which came later.
    static constexpr uint8_t kBits[4][2] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    const auto cell = static_cast<size_t>(y / 4 * width_ + x / 2);
    dots_[cell] = static_cast<uint8_t>(dots_[cell] | kBits[y % 4][x % 2]);
    owner_[cell] = series;
  }

  void line(int x0, int y0, int x1, int y1, size_t series) {
    const int steps = std::max({std::abs(x1 - x0), std::abs(y1 - y0), 1});
    for (int i = 0; i <= steps; ++i) {
      dot(x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps, series);
    }
  }

  std::string row(int y, bool colored) const {
    std::string text;
    for (int x = 0; x < width_; ++x) {
      const auto cell = static_cast<size_t>(y * width_ + x);
      const uint8_t bits = dots_[cell];
      if (bits == 0) {
        text += ' ';
        continue;
      }
      // U+2800 and the bits of the dots, as UTF-8.
      const char mark[] = {'\xe2', static_cast<char>(0xa0 | bits >> 6),
                           static_cast<char>(0x80 | (bits & 63)), '\0'};
      text += painted(mark, owner_[cell], colored);
    }
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
  }

  int height() const { return height_; }

 private:
  int width_;
  int height_;
  std::vector<uint8_t> dots_;
  std::vector<size_t> owner_;
};

std::string padded_left(const std::string& text, size_t width) {
  return std::string(text.size() < width ? width - text.size() : 0, ' ') + text;
}

void draw(const demos::Series& series, size_t index, const Range& xs,
          const Range& ys, int width, int height, Canvas& canvas) {
  bool pen_down = false;
  int last_x = 0, last_y = 0;
  for (size_t i = 0; i < series.x.size(); ++i) {
    if (!std::isfinite(series.x[i]) || !std::isfinite(series.y[i])) {
      pen_down = false;
      continue;
    }
    const int x = xs.place(series.x[i], width * 2);
    const int y = height * 4 - 1 - ys.place(series.y[i], height * 4);
    if (pen_down) {
      canvas.line(last_x, last_y, x, y, index);
    } else {
      canvas.dot(x, y, index);
    }
    pen_down = true;
    last_x = x;
    last_y = y;
  }
}

}  // namespace

std::string text_plot(const demos::Plot& plot, int width, int height,
                      bool colored) {
  Range xs, ys;
  for (const demos::Series& series : plot.series) {
    for (size_t i = 0; i < series.x.size(); ++i) {
      if (!std::isfinite(series.x[i]) || !std::isfinite(series.y[i])) continue;
      xs.include(series.x[i]);
      ys.include(series.y[i]);
    }
  }
  xs.settle();
  ys.settle();
  Canvas canvas(width, height);
  for (size_t i = 0; i < plot.series.size(); ++i) {
    draw(plot.series[i], i, xs, ys, width, height, canvas);
  }
  std::string text = plot.title + '\n';
  for (int y = 0; y < height; ++y) {
    // Labels at the top, in the middle and at the bottom.
    const bool labelled = y == 0 || y == height - 1 || y == (height - 1) / 2;
    const double value = ys.high - (ys.high - ys.low) * y / (height - 1);
    text += padded_left(labelled ? number_text(value, 4) : "", kLabelWidth) +
            (labelled ? " ┤" : " │") + canvas.row(y, colored) + '\n';
  }
  std::string axis;
  for (int i = 0; i < width; ++i) axis += "─";
  text += std::string(kLabelWidth, ' ') + " └" + axis + '\n';
  const std::string left = number_text(xs.low, 6);
  const std::string right = number_text(xs.high, 6);
  const int gap = width - static_cast<int>(left.size() + right.size() +
                                           plot.x_label.size());
  const auto half = static_cast<size_t>(std::max(gap / 2, 1));
  text += std::string(kLabelWidth + 2, ' ') + left + std::string(half, ' ') +
          plot.x_label +
          std::string(static_cast<size_t>(std::max(gap, 2)) - half, ' ') +
          right + '\n';
  for (size_t i = 0; i < plot.series.size(); ++i) {
    const demos::Series& series = plot.series[i];
    if (series.y.empty()) continue;
    text += std::string(kLabelWidth + 2, ' ') + painted("──", i, colored) +
            ' ' + series.name + "  last " + number_text(series.y.back(), 4) +
            '\n';
  }
  return text;
}

}  // namespace cresset::cli
