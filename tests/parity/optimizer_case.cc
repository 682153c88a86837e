// Cases of kind `optimizer`.

#include "cresset/tests/parity/cases.h"

namespace cresset::parity {

void run_optimizer_case(const Value& c) {
  throw Skip("Cresset has no optimizer " + case_name(c));
}

}  // namespace cresset::parity
