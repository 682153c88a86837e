#include "cresset/tests/parity/cases.h"

#include <exception>

namespace cresset::parity {
namespace {

std::string kind_of(const Value& c) {
  if (!c.is_dict() || c.items().empty() || !c.items().front().key.is_str()) {
    throw Skip("not a case: " + repr(c, 80));
  }
  return c.items().front().key.as_str();
}

void run_any(const Value& c) {
  const std::string kind = kind_of(c);
  if (kind == "op") return run_op_case(c);
  if (kind == "module") return run_module_case(c);
  if (kind == "optimizer") return run_optimizer_case(c);
  if (kind == "scheduler") return run_scheduler_case(c);
  if (kind == "random") return run_random_case(c);
  throw Skip("unknown kind of case: " + kind);
}

}  // namespace

std::string case_name(const Value& c) {
  if (!c.is_dict() || c.items().empty()) return "?";
  const Value& name = c.items().front().value;
  return name.is_str() ? name.as_str() : repr(name, 80);
}

Outcome run_case(const Value& c) {
  try {
    run_any(c);
    return {Status::kPassed, ""};
  } catch (const Skip& skip) {
    return {Status::kSkipped, skip.what()};
  } catch (const std::exception& error) {
    return {Status::kFailed, error.what()};
  }
}

}  // namespace cresset::parity
