// Counts outcomes and prints them: a line per op, or a JSON object per case.

#ifndef CRESSET_TESTS_PARITY_REPORT_H_
#define CRESSET_TESTS_PARITY_REPORT_H_

#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "cresset/tests/parity/outcome.h"

namespace cresset::parity {

class Report {
 public:
  Report(std::ostream& out, bool json) : out_(out), json_(json) {}

  /// Takes the outcome of case number `index` of its file.
  void add(const std::string& name, int64_t index, const Outcome& outcome);

  /// Prints the lines of all ops, in the order in which they came, and
  /// "N passed, N failed, N skipped". With JSON there is nothing left to say.
  void finish();

  int64_t failed() const { return total_.failed; }

 private:
  struct Counts {
    int64_t passed = 0;
    int64_t failed = 0;
    int64_t skipped = 0;
    std::vector<std::string> details;  // distinct, of cases that did not pass

    void count(Status status);
  };

  std::ostream& out_;
  bool json_;
  Counts total_;
  std::vector<std::string> order_;
  std::map<std::string, Counts> by_name_;
};

/// `text` as a JSON string, in double quotes.
std::string json_string(const std::string& text);

}  // namespace cresset::parity

#endif  // CRESSET_TESTS_PARITY_REPORT_H_
