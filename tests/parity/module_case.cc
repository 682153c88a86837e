// Cases of kind `module`.

#include "cresset/tests/parity/cases.h"

namespace cresset::parity {

void run_module_case(const Value& c) {
  throw Skip("Cresset has no module " + case_name(c));
}

}  // namespace cresset::parity
