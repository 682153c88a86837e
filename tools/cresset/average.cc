#include "cresset/tools/cresset/average.h"

#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/core/tensor.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/numbers.h"
#include "cresset/tools/cresset/text_table.h"

namespace cresset::cli {

Value weighted_sum(const std::string& name, const std::vector<Value>& tensors,
                   const std::vector<double>& factors) {
  const Value& last = tensors.back();
  if (!last.is_tensor() || last.as_tensor().device().is_meta()) return last;
  const Tensor& model = last.as_tensor();
  const NoGradGuard no_grad;
  for (const Value& value : tensors) {
    if (!value.is_tensor() || !(value.as_tensor().shape() == model.shape())) {
      throw CliError(
          kExitNo, quoted(name) + " has the shape " +
                       (value.is_tensor()
                            ? shape_text(value.as_tensor().sizes())
                            : std::string("of a ") + to_string(value.kind())) +
                       " in one file and " + shape_text(model.sizes()) +
                       " in another");
    }
  }
  const bool complex = is_complex(model.dtype());
  if (!model.is_floating_point() && !complex) return last;
  const Tensor sum =
      empty(model.sizes(), {.dtype = complex ? complex128 : float64});
  auto* out = static_cast<double*>(sum.raw_data());
  const int64_t numbers = model.numel() * (complex ? 2 : 1);
  for (int64_t i = 0; i < numbers; ++i) out[i] = 0;
  for (size_t file = 0; file < tensors.size(); ++file) {
    int64_t at = 0;
    each_number(tensors[file].as_tensor().to(model.dtype()),
                [&](const std::vector<double>& block) {
                  for (const double x : block) out[at++] += factors[file] * x;
                });
  }
  const Tensor mean = sum.to(model.dtype());
  if (model.requires_grad()) mean.requires_grad_(true);
  return last.with_tensor(mean);
}

std::vector<double> ema_factors(size_t count, double decay) {
  // The first file is the start; each next one counts 1 - decay.
  std::vector<double> factors;
  for (size_t i = 0; i < count; ++i) {
    for (double& factor : factors) factor *= decay;
    factors.push_back(i == 0 ? 1.0 : 1.0 - decay);
  }
  return factors;
}

}  // namespace cresset::cli
