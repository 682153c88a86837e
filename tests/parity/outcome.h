// How one case ended.

#ifndef CRESSET_TESTS_PARITY_OUTCOME_H_
#define CRESSET_TESTS_PARITY_OUTCOME_H_

#include <stdexcept>
#include <string>

namespace cresset::parity {

enum class Status { kPassed, kFailed, kSkipped };

/// `detail` says what differed or what Cresset lacks; empty if passed.
struct Outcome {
  Status status = Status::kPassed;
  std::string detail;
};

/// Thrown where a case asks for something that Cresset does not have.
class Skip : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Thrown where Cresset's answer is not PyTorch's.
class Mismatch : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace cresset::parity

#endif  // CRESSET_TESTS_PARITY_OUTCOME_H_
