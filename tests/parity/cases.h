// The kinds of case. Each function runs one case and returns if Cresset's
// answer is PyTorch's; it throws Mismatch, Skip, or what Cresset threw.

#ifndef CRESSET_TESTS_PARITY_CASES_H_
#define CRESSET_TESTS_PARITY_CASES_H_

#include <string>

#include "cresset/serialize/value.h"
#include "cresset/tests/parity/outcome.h"
#include "cresset/tests/parity/outputs.h"

namespace cresset::parity {

void run_op_case(const Value& c);
void run_module_case(const Value& c);
void run_optimizer_case(const Value& c);
void run_scheduler_case(const Value& c);
void run_random_case(const Value& c);

/// "add", "Linear", "SGD": the value of the first key.
std::string case_name(const Value& c);

/// Runs a case of any kind.
Outcome run_case(const Value& c);

/// Compares the outputs of a call with those of the case, runs backward with
/// the case's grad_outputs, and compares the gradients of its inputs.
void check_outputs_and_grads(const Value& c, const Outputs& outputs);

}  // namespace cresset::parity

#endif  // CRESSET_TESTS_PARITY_CASES_H_
