// Cases of kind `scheduler`.

#include "cresset/tests/parity/cases.h"

namespace cresset::parity {

void run_scheduler_case(const Value& c) {
  throw Skip("Cresset has no scheduler " + case_name(c));
}

}  // namespace cresset::parity
