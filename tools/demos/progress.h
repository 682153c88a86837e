// A progress bar for long loops: redrawn in place on a terminal, and a plain
// line now and then where the output is a file or a pipe.

#ifndef CRESSET_TOOLS_DEMOS_PROGRESS_H_
#define CRESSET_TOOLS_DEMOS_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

namespace cresset::demos {

enum class ProgressStyle { kBar, kLines, kSilent };

/// kBar if stderr is a terminal, else kLines.
ProgressStyle default_progress_style();

/// Reports how far a loop of `total` steps is, with speed and remaining time:
///   epoch 3/10  62%|██████▏   | 582/938 [00:12<00:07, 47.3it/s]  loss 0.284
class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  Progress(std::string label, int64_t total, ProgressStyle style,
           std::ostream& out);

  /// Says that `done` steps are behind us and shows a note beside them, which
  /// is asked for only when something is drawn.
  void update(int64_t done, const std::function<std::string()>& note,
              Clock::time_point time = Clock::now());
  void update(int64_t done, std::string_view note,
              Clock::time_point time = Clock::now()) {
    update(
        done, [&] { return std::string(note); }, time);
  }

  /// Removes the bar, so that a summary can take its line.
  void finish();

 private:
  std::string label_;
  int64_t total_;
  ProgressStyle style_;
  std::ostream& out_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point shown_ = start_;
  Clock::time_point last_ = start_;
  int64_t last_done_ = 0;
  int64_t shown_tenth_ = 0;
  double rate_ = 0;  // steps a second, smoothed
};

/// One report. `columns` wide at most, if that is positive.
std::string progress_line(std::string_view label, int64_t done, int64_t total,
                          double elapsed_seconds, double rate,
                          std::string_view note, int columns = 0);

/// "01:05", or "1:00:05" from an hour on.
std::string clock_text(double seconds);

}  // namespace cresset::demos

#endif  // CRESSET_TOOLS_DEMOS_PROGRESS_H_
