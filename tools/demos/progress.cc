#include "cresset/tools/demos/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace cresset::demos {
namespace {

constexpr auto kRedraw = std::chrono::milliseconds(100);
constexpr auto kLineInterval = std::chrono::seconds(5);
constexpr double kSmoothingSeconds = 3;

double seconds(Progress::Clock::duration d) {
  return std::chrono::duration<double>(d).count();
}

int terminal_columns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0) return 80;
  return size.ws_col > 0 ? size.ws_col : 80;
}

// Ten cells, each filled in eighths.
std::string bar(double fraction) {
  static const char* const kEighths[] = {" ", "▏", "▎", "▍",
                                         "▌", "▋", "▊", "▉"};
  const int eighths = static_cast<int>(fraction * 80);
  std::string out;
  for (int cell = 0; cell < 10; ++cell) {
    const int part = std::clamp(eighths - 8 * cell, 0, 8);
    out += part == 8 ? "█" : kEighths[part];
  }
  return out;
}

// Cuts after `columns` characters; UTF-8 continuation bytes take no column.
void cut(std::string& text, int columns) {
  int used = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((text[i] & 0xc0) != 0x80 && used++ == columns) {
      text.resize(i);
      return;
    }
  }
}

}  // namespace

ProgressStyle default_progress_style() {
  return isatty(STDERR_FILENO) ? ProgressStyle::kBar : ProgressStyle::kLines;
}

std::string clock_text(double seconds) {
  const auto s = static_cast<long long>(
      std::isfinite(seconds) ? std::max(seconds, 0.) : 0);
  char text[40];
  if (s >= 3600) {
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", s / 3600,
                  s / 60 % 60, s % 60);
  } else {
    std::snprintf(text, sizeof text, "%02lld:%02lld", s / 60, s % 60);
  }
  return text;
}

std::string progress_line(std::string_view label, int64_t done, int64_t total,
                          double elapsed_seconds, double rate,
                          std::string_view note, int columns) {
  const double fraction =
      total > 0 ? std::clamp(double(done) / double(total), 0., 1.) : 1.;
  const std::string left =
      rate > 0 ? clock_text(double(total - done) / rate) : "?";
  char counts[120];
  std::snprintf(counts, sizeof counts, "| %lld/%lld [%s<%s, %.*fit/s]",
                static_cast<long long>(done), static_cast<long long>(total),
                clock_text(elapsed_seconds).c_str(), left.c_str(),
                rate < 100 ? 1 : 0, rate);
  char percent[16];
  std::snprintf(percent, sizeof percent, " %3d%%|",
                static_cast<int>(fraction * 100));
  std::string line(label);
  line += percent + bar(fraction) + counts;
  if (!note.empty()) line.append("  ").append(note);
  if (columns > 0) cut(line, columns);
  return line;
}

Progress::Progress(std::string label, int64_t total, ProgressStyle style,
                   std::ostream& out)
    : label_(std::move(label)), total_(total), style_(style), out_(out) {}

void Progress::update(int64_t done, const std::function<std::string()>& note,
                      Clock::time_point time) {
  if (style_ == ProgressStyle::kSilent) return;
  // An exponential mean over time, so that the speed neither jumps from step
  // to step nor hangs on to the slow first ones.
  const double passed = seconds(time - last_);
  if (passed > 0 && done > last_done_) {
    const double speed = double(done - last_done_) / passed;
    const double weight =
        rate_ > 0 ? 1 - std::exp(-passed / kSmoothingSeconds) : 1;
    rate_ += weight * (speed - rate_);
    last_ = time;
    last_done_ = done;
  }

  const int64_t tenth = total_ > 0 ? 10 * done / total_ : 10;
  const bool bar_style = style_ == ProgressStyle::kBar;
  const bool due = bar_style
                       ? time - shown_ >= kRedraw || done == total_
                       : tenth > shown_tenth_ && time - shown_ >= kLineInterval;
  if (!due) return;
  shown_ = time;
  shown_tenth_ = tenth;
  const std::string line =
      progress_line(label_, done, total_, seconds(time - start_), rate_, note(),
                    bar_style ? terminal_columns() - 1 : 0);
  if (bar_style) {
    out_ << "\r\033[K" << line << std::flush;
  } else {
    out_ << line << '\n' << std::flush;
  }
}

void Progress::finish() {
  if (style_ == ProgressStyle::kBar) out_ << "\r\033[K" << std::flush;
}

}  // namespace cresset::demos
