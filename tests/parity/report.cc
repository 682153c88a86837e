#include "cresset/tests/parity/report.h"

#include <algorithm>
#include <cstdio>

namespace cresset::parity {
namespace {

constexpr size_t kMaxDetails = 2;

const char* word(Status status) {
  switch (status) {
    case Status::kPassed:
      return "passed";
    case Status::kFailed:
      return "failed";
    case Status::kSkipped:
      break;
  }
  return "skipped";
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

}  // namespace

std::string json_string(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", c);
      out += escaped;
    } else {
      out += c;
    }
  }
  return out + '"';
}

void Report::Counts::count(Status status) {
  passed += status == Status::kPassed;
  failed += status == Status::kFailed;
  skipped += status == Status::kSkipped;
}

void Report::add(const std::string& name, int64_t index,
                 const Outcome& outcome) {
  total_.count(outcome.status);
  if (json_) {
    out_ << "{\"name\": " << json_string(name) << ", \"index\": " << index
         << ", \"status\": \"" << word(outcome.status)
         << "\", \"detail\": " << json_string(outcome.detail) << "}\n";
    return;
  }
  const auto [place, is_first] = by_name_.try_emplace(name);
  if (is_first) order_.push_back(name);
  Counts& counts = place->second;
  counts.count(outcome.status);
  if (outcome.status == Status::kPassed) return;
  std::string detail = one_line(outcome.detail);
  if (outcome.status == Status::kFailed) {
    detail = "case " + std::to_string(index) + ": " + detail;
  }
  auto& details = counts.details;
  if (std::find(details.begin(), details.end(), detail) == details.end() &&
      (details.size() < kMaxDetails || outcome.status == Status::kFailed)) {
    // Failures go first: they are what a reader looks for.
    details.insert(outcome.status == Status::kFailed && counts.failed == 1
                       ? details.begin()
                       : details.end(),
                   detail);
    if (details.size() > kMaxDetails) details.resize(kMaxDetails);
  }
}

void Report::finish() {
  if (json_) return;
  for (const std::string& name : order_) {
    const Counts& counts = by_name_[name];
    out_ << name << ": " << counts.passed << " passed, " << counts.failed
         << " failed, " << counts.skipped << " skipped";
    for (const std::string& detail : counts.details) out_ << "; " << detail;
    out_ << '\n';
  }
  out_ << total_.passed << " passed, " << total_.failed << " failed, "
       << total_.skipped << " skipped\n";
}

}  // namespace cresset::parity
