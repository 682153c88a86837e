#include "cresset/tools/demos/progress.h"

#include <sstream>

#include "cresset/tests/catch.h"

namespace {

using namespace std::chrono_literals;
using cresset::demos::clock_text;
using cresset::demos::Progress;
using cresset::demos::progress_line;
using cresset::demos::ProgressStyle;

int count(const std::string& text, char c) {
  int n = 0;
  for (const char t : text) n += t == c;
  return n;
}

TEST_CASE("progress: one line tells all", "[demos]") {
  CHECK(progress_line("epoch 3/10", 582, 938, 12.3, 47.3, "loss 0.2841") ==
        "epoch 3/10  62%|██████▏   | 582/938 [00:12<00:07, 47.3it/s]  "
        "loss 0.2841");
  CHECK(progress_line("x", 0, 8, 0, 0, "") ==
        "x   0%|          | 0/8 [00:00<?, 0.0it/s]");
  CHECK(progress_line("x", 8, 8, 1, 250, "") ==
        "x 100%|██████████| 8/8 [00:01<00:00, 250it/s]");
}

TEST_CASE("progress: a narrow terminal cuts between characters", "[demos]") {
  CHECK(progress_line("x", 8, 8, 1, 8, "", 9) == "x 100%|██");
}

TEST_CASE("progress: an empty loop is done", "[demos]") {
  CHECK(progress_line("x", 0, 0, 0, 0, "").substr(0, 6) == "x 100%");
}

TEST_CASE("progress: times", "[demos]") {
  CHECK(clock_text(5.9) == "00:05");
  CHECK(clock_text(3599) == "59:59");
  CHECK(clock_text(3605) == "1:00:05");
  CHECK(clock_text(-1) == "00:00");
}

TEST_CASE("progress: a bar is redrawn at most ten times a second", "[demos]") {
  std::ostringstream out;
  Progress bar("x", 1000, ProgressStyle::kBar, out);
  const auto start = Progress::Clock::now();
  for (int i = 1; i <= 1000; ++i) bar.update(i, "", start + i * 1ms);
  const int drawn = count(out.str(), '\r');
  CHECK(drawn >= 9);
  CHECK(drawn <= 11);
  CHECK(out.str().find("1000/1000") != std::string::npos);
  CHECK(count(out.str(), '\n') == 0);
}

TEST_CASE("progress: plain lines are few", "[demos]") {
  std::ostringstream out;
  Progress lines("x", 1000, ProgressStyle::kLines, out);
  const auto start = Progress::Clock::now();
  for (int i = 1; i <= 1000; ++i) lines.update(i, "note", start + i * 100ms);
  const std::string text = out.str();
  CHECK(count(text, '\n') == 10);
  CHECK(count(text, '\r') == 0);
  CHECK(text.find("10.0it/s]  note\n") != std::string::npos);
}

TEST_CASE("progress: a short loop prints no plain line", "[demos]") {
  std::ostringstream out;
  Progress lines("x", 10, ProgressStyle::kLines, out);
  const auto start = Progress::Clock::now();
  for (int i = 1; i <= 10; ++i) lines.update(i, "", start + i * 10ms);
  lines.finish();
  CHECK(out.str().empty());
}

TEST_CASE("progress: the speed follows a change within seconds", "[demos]") {
  std::ostringstream out;
  Progress bar("x", 1000, ProgressStyle::kBar, out);
  auto time = Progress::Clock::now();
  for (int i = 1; i <= 100; ++i) bar.update(i, "", time += 1s);       // 1 it/s
  for (int i = 101; i <= 400; ++i) bar.update(i, "", time += 100ms);  // 10 it/s
  const std::string text = out.str();
  const std::string last = text.substr(text.rfind('\r'));
  CHECK(last.find("10.0it/s") != std::string::npos);
}

TEST_CASE("progress: the silent style is silent", "[demos]") {
  std::ostringstream out;
  Progress silent("x", 1, ProgressStyle::kSilent, out);
  silent.update(1, "");
  silent.finish();
  CHECK(out.str().empty());
}

}  // namespace
