#include "cresset/optim/options.h"

namespace cresset::optim {

void check_not_negative(const Scalar& number, const char* what) {
  CRESSET_CHECK(number.to<double>() >= 0, kValue, "Invalid ", what, ": ",
                number);
}

void check_betas(const std::pair<Scalar, Scalar>& betas) {
  const auto in_range = [](const Scalar& beta) {
    return beta.to<double>() >= 0 && beta.to<double>() < 1;
  };
  CRESSET_CHECK(in_range(betas.first), kValue,
                "Invalid beta parameter at index 0: ", betas.first);
  CRESSET_CHECK(in_range(betas.second), kValue,
                "Invalid beta parameter at index 1: ", betas.second);
}

Value pair_of(const std::pair<Scalar, Scalar>& pair) {
  return Value::tuple({to_value(pair.first), to_value(pair.second)});
}

void add_missing(ParamGroup& group,
                 std::initializer_list<std::pair<const char*, Value>> options) {
  for (const auto& [key, value] : options) {
    if (!group.options.contains(key)) group.options[key] = value;
  }
}

}  // namespace cresset::optim
