// Binds arguments to parameters by Python's rules.
//
//   Signature s("input, dim=None, *, keepdim=False");
//   s.bind(args, kwargs)   // the values of input, dim, keepdim
//
// A parameter `*dims` takes all positional arguments that are left as a list,
// or a single list in their place, as permute(0, 1) and permute((0, 1)) do.

#ifndef CRESSET_TESTS_PARITY_SIGNATURE_H_
#define CRESSET_TESTS_PARITY_SIGNATURE_H_

#include <string>
#include <string_view>
#include <vector>

#include "cresset/serialize/value.h"

namespace cresset::parity {

struct Parameter {
  std::string name;
  bool has_default = false;
  bool keyword_only = false;
  bool takes_rest = false;
  Value default_value;
};

class Signature {
 public:
  /// Errors: std::invalid_argument if `text` is not a parameter list.
  explicit Signature(std::string_view text);

  size_t size() const { return parameters_.size(); }
  const std::vector<Parameter>& parameters() const { return parameters_; }

  /// The value of each parameter, in order. Throws Skip, naming the argument,
  /// if there are too many, one is unknown or one is missing.
  std::vector<Value> bind(const Value& args, const Value& kwargs) const;

 private:
  std::vector<Parameter> parameters_;
};

/// A Python literal: None, True, 3, -1, 0.5, 'mean', (1, 2), ().
Value parse_literal(std::string_view text);

}  // namespace cresset::parity

#endif  // CRESSET_TESTS_PARITY_SIGNATURE_H_
