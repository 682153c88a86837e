#include <sys/times.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>

#include "cresset/tests/bench/bench.h"

namespace cresset::bench {
namespace {

double now() {
  const auto t = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(t).count();
}

// CPU seconds that everybody else on the machine has used so far.
double used_by_others() {
  std::ifstream stat("/proc/stat");
  std::string cpu;
  double field[8] = {};
  stat >> cpu;
  for (double& f : field) stat >> f;
  const double idle = field[3] + field[4];
  double all = 0;
  for (double f : field) all += f;
  tms own{};
  times(&own);
  const double ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  return (all - idle - static_cast<double>(own.tms_utime + own.tms_stime)) /
         ticks;
}

std::string format(const char* pattern, double value) {
  char text[64];
  std::snprintf(text, sizeof text, pattern, value);
  return text;
}

}  // namespace

Timing measure(const Case& c, const Sampling& sampling) {
  double start = now();
  c.body();
  const double first = now() - start;
  if (first < 1.0) {
    for (int i = 0; i < 3; ++i) c.body();
  }
  start = now();
  c.body();
  const double once = std::max(now() - start, 1e-8);
  const int inner = std::max(1, static_cast<int>(0.005 / once));

  std::vector<double> times;
  double busy = 0;
  for (int attempt = 0; attempt < sampling.attempts; ++attempt) {
    times.clear();
    const double others = used_by_others();
    const double begin = now();
    while (static_cast<int>(times.size()) < sampling.samples ||
           (now() - begin < 0.25 && times.size() < 41)) {
      start = now();
      for (int i = 0; i < inner; ++i) c.body();
      times.push_back((now() - start) / inner);
      if (times.size() >= 3 && now() - begin > sampling.budget * 3) break;
    }
    const double wall = now() - begin;
    busy = std::max(0.0, (used_by_others() - others) / wall);
    if (busy < sampling.busy || wall > 4) break;
    if (attempt + 1 < sampling.attempts) {
      std::this_thread::sleep_for(std::chrono::seconds(1 + attempt));
    }
  }

  std::sort(times.begin(), times.end());
  Timing result;
  const size_t half = times.size() / 2;
  result.median =
      times.size() % 2 ? times[half] : (times[half - 1] + times[half]) / 2;
  result.minimum = times.front();
  result.note =
      "n=" + std::to_string(times.size()) + "x" + std::to_string(inner);
  result.note += " min=" + format("%.6g", result.minimum);
  if (busy >= sampling.busy) result.note += " BUSY=" + format("%.2f", busy);
  if (c.work > 0) {
    result.note += " " + format("%.2f", c.work / result.median / 1e9) + " ";
    result.note += c.unit;
  }
  if (!c.note.empty()) result.note += " " + c.note;
  return result;
}

std::string join(const std::vector<int64_t>& sizes) {
  std::string text;
  for (int64_t size : sizes) {
    if (!text.empty()) text += "x";
    text += std::to_string(size);
  }
  return text;
}

}  // namespace cresset::bench
