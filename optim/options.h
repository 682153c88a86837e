// What the constructors of optimizers share.

#ifndef CRESSET_OPTIM_OPTIONS_H_
#define CRESSET_OPTIM_OPTIONS_H_

#include <initializer_list>
#include <utility>

#include "cresset/optim/optimizer.h"

namespace cresset::optim {

/// Errors: kValue with PyTorch's texts.
void check_not_negative(const Scalar& number, const char* what);
void check_betas(const std::pair<Scalar, Scalar>& betas);

/// What Adam and its kin demand of their options.
template <class Options>
void check_adam_options(const Options& o) {
  check_not_negative(o.lr, "learning rate");
  check_not_negative(o.eps, "epsilon value");
  check_betas(o.betas);
  check_not_negative(o.weight_decay, "weight_decay value");
}

/// The Python tuple of two numbers.
Value pair_of(const std::pair<Scalar, Scalar>& pair);

/// Adds the options that a group from an older file lacks.
void add_missing(ParamGroup& group,
                 std::initializer_list<std::pair<const char*, Value>> options);

}  // namespace cresset::optim

#endif  // CRESSET_OPTIM_OPTIONS_H_
