#include "cresset/tools/demos/svg_plot.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include "cresset/tensor/base/error.h"

namespace cresset::demos {
namespace internal {

std::vector<double> ticks(double low, double high, int wanted) {
  std::vector<double> out;
  if (!(high > low) || wanted < 1) return {low};
  const double raw = (high - low) / wanted;
  const double power = std::pow(10., std::floor(std::log10(raw)));
  const double lead = raw / power;
  const double step = power * (lead <= 1   ? 1
                               : lead <= 2 ? 2
                               : lead <= 5 ? 5
                                           : 10);
  const double slack = 1e-9 * step;
  for (double k = std::ceil((low - slack) / step); k * step <= high + slack;
       ++k) {
    out.push_back(k == 0 ? 0 : k * step);  // never "-0"
  }
  return out;
}

}  // namespace internal

namespace {

constexpr double kWidth = 560, kHeight = 380;
constexpr double kLeft = 64, kRight = 20, kTop = 44, kBottom = 52;
constexpr int kMarkersUpTo = 40;

// Colours that stay apart for most eyes, in the order in which they are used.
constexpr const char* kColours[] = {"#2563eb", "#ea580c", "#059669",
                                    "#9333ea", "#dc2626", "#64748b"};

std::string number(double value, const char* format = "%.6g") {
  char text[40];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

// A coordinate; a hundredth of a pixel is finer than any screen.
std::string at(double value) { return number(value, "%.2f"); }

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

struct Range {
  double low = INFINITY, high = -INFINITY;

  void include(double v) {
    low = std::min(low, v);
    high = std::max(high, v);
  }
  // Leaves room around the data, and gives a size to a single value.
  void settle(double margin) {
    if (!(high >= low)) low = 0, high = 1;
    if (high == low) {
      const double room = low == 0 ? 1 : std::abs(low) * 0.1;
      low -= room, high += room;
    }
    const double room = (high - low) * margin;
    low -= room, high += room;
  }
};

bool drawable(const Series& s, size_t i) {
  return std::isfinite(s.x[i]) && std::isfinite(s.y[i]);
}

// Draws one plot with its upper left corner at (left, 0).
class Panel {
 public:
  Panel(const Plot& plot, double left, std::string& out)
      : plot_(plot), left_(left), out_(out) {
    for (const Series& s : plot.series) {
      CRESSET_CHECK(s.x.size() == s.y.size(), kValue,
                    "to_svg: a series needs as many x as y; got ", s.x.size(),
                    " and ", s.y.size(), " in '", s.name, "'");
      for (size_t i = 0; i < s.x.size(); ++i) {
        if (drawable(s, i)) x_.include(s.x[i]), y_.include(s.y[i]);
      }
    }
    x_.settle(0);
    y_.settle(0.06);
  }

  void draw() {
    text(kWidth / 2, 24, "middle", "title", plot_.title);
    axes();
    for (size_t i = 0; i < plot_.series.size(); ++i) {
      line(plot_.series[i], colour(i));
    }
    legend();
  }

 private:
  static const char* colour(size_t i) {
    return kColours[i % std::size(kColours)];
  }

  double px(double x) const {
    return left_ + kLeft +
           (x - x_.low) / (x_.high - x_.low) * (kWidth - kLeft - kRight);
  }
  double py(double y) const {
    return kHeight - kBottom -
           (y - y_.low) / (y_.high - y_.low) * (kHeight - kTop - kBottom);
  }

  void text(double x, double y, const char* anchor, const char* style,
            std::string_view words, std::string_view more = "") {
    out_ += "<text x=\"" + at(left_ + x) + "\" y=\"" + at(y) +
            "\" text-anchor=\"" + anchor + "\" class=\"" + style + "\"";
    out_ += more;
    out_ += ">" + escaped(words) + "</text>\n";
  }

  void segment(double x1, double y1, double x2, double y2, const char* style) {
    out_ += "<line x1=\"" + at(x1) + "\" y1=\"" + at(y1) + "\" x2=\"" + at(x2) +
            "\" y2=\"" + at(y2) + "\" class=\"" + style + "\"/>\n";
  }

  void axes() {
    const double right = left_ + kWidth - kRight, bottom = kHeight - kBottom;
    for (const double y : internal::ticks(y_.low, y_.high, 6)) {
      segment(left_ + kLeft, py(y), right, py(y), "grid");
      text(kLeft - 8, py(y) + 4, "end", "tick", number(y));
    }
    for (const double x : internal::ticks(x_.low, x_.high, 8)) {
      segment(px(x), bottom, px(x), bottom + 5, "axis");
      text(px(x) - left_, bottom + 19, "middle", "tick", number(x));
    }
    segment(left_ + kLeft, bottom, right, bottom, "axis");
    text(kLeft + (kWidth - kLeft - kRight) / 2, kHeight - 12, "middle", "label",
         plot_.x_label);
    const double middle = kTop + (kHeight - kTop - kBottom) / 2;
    text(
        16, middle, "middle", "label", plot_.y_label,
        " transform=\"rotate(-90 " + at(left_ + 16) + " " + at(middle) + ")\"");
  }

  void line(const Series& s, const char* stroke) {
    std::string path;
    bool pen_down = false;
    for (size_t i = 0; i < s.x.size(); ++i) {
      if (drawable(s, i)) {
        path += (pen_down       ? " L"
                 : path.empty() ? "M"
                                : " M") +
                at(px(s.x[i])) + " " + at(py(s.y[i]));
      }
      pen_down = drawable(s, i);
    }
    if (path.empty()) return;
    out_ += "<path class=\"line\" stroke=\"" + std::string(stroke) + "\" d=\"" +
            path + "\"/>\n";
    if (s.x.size() > kMarkersUpTo) return;
    for (size_t i = 0; i < s.x.size(); ++i) {
      if (!drawable(s, i)) continue;
      out_ += "<circle cx=\"" + at(px(s.x[i])) + "\" cy=\"" + at(py(s.y[i])) +
              "\" r=\"2.6\" fill=\"" + stroke + "\"/>\n";
    }
  }

  // Names and last values, in the upper corner that the lines leave free.
  void legend() {
    double left_top = 0, right_top = 0;  // how high the lines reach there
    for (const Series& s : plot_.series) {
      for (size_t i = 0; i < s.x.size(); ++i) {
        if (!drawable(s, i)) continue;
        const double across = (s.x[i] - x_.low) / (x_.high - x_.low);
        const double up = (s.y[i] - y_.low) / (y_.high - y_.low);
        if (across < 0.45) left_top = std::max(left_top, up);
        if (across > 0.55) right_top = std::max(right_top, up);
      }
    }
    const double x = left_top < right_top ? kLeft + 14 : kWidth - kRight - 170;
    double y = kTop + 12;
    for (size_t i = 0; i < plot_.series.size(); ++i, y += 19) {
      const Series& s = plot_.series[i];
      out_ += "<line x1=\"" + at(left_ + x) + "\" y1=\"" + at(y) + "\" x2=\"" +
              at(left_ + x + 22) + "\" y2=\"" + at(y) +
              "\" class=\"line\" stroke=\"" + colour(i) + "\"/>\n";
      std::string words = s.name;
      if (!s.y.empty()) words += "  " + number(s.y.back(), "%.4g");
      text(x + 29, y + 4, "start", "key", words);
    }
  }

  const Plot& plot_;
  const double left_;
  std::string& out_;
  Range x_, y_;
};

constexpr char kStyle[] = R"(<style>
text { font-family: system-ui, "DejaVu Sans", Helvetica, sans-serif;
       fill: #334155; font-size: 12px; }
.title { font-size: 15px; font-weight: 600; fill: #0f172a; }
.tick { font-size: 11px; fill: #64748b; }
.key { paint-order: stroke; stroke: #ffffff; stroke-width: 3px; }
.grid { stroke: #e2e8f0; }
.axis { stroke: #94a3b8; }
.line { fill: none; stroke-width: 2; stroke-linejoin: round;
        stroke-linecap: round; }
</style>
)";

}  // namespace

std::string to_svg(const std::vector<Plot>& plots) {
  const std::string width = number(kWidth * double(plots.size()));
  const std::string height = number(kHeight);
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" +
                    width + "\" height=\"" + height + "\" viewBox=\"0 0 " +
                    width + " " + height + "\">\n";
  out += kStyle;
  out += "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n";
  double left = 0;
  for (const Plot& plot : plots) {
    Panel(plot, left, out).draw();
    left += kWidth;
  }
  return out + "</svg>\n";
}

void write_svg(const std::string& path, const std::vector<Plot>& plots) {
  const std::string part = path + ".part";
  {
    std::ofstream out(part, std::ios::binary);
    out << to_svg(plots) << std::flush;
    CRESSET_CHECK(out, kIo, part, ": cannot write");
  }
  std::error_code failed;
  std::filesystem::rename(part, path, failed);
  CRESSET_CHECK(!failed, kIo, path, ": cannot replace; ", failed.message());
}

}  // namespace cresset::demos
