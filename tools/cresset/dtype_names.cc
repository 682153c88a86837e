#include "cresset/tools/cresset/dtype_names.h"

#include <utility>
#include <vector>

#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/cresset/names.h"
#include "cresset/tools/cresset/numbers.h"
#include "cresset/tools/cresset/text_table.h"

namespace cresset::cli {

Dtype dtype_named(const std::string& name) {
  static constexpr std::pair<const char*, Dtype> kAliases[] = {
      {"half", float16},    {"fp16", float16},   {"float", float32},
      {"fp32", float32},    {"double", float64}, {"fp64", float64},
      {"f8", float8_e4m3fn}};
  for (const auto& [alias, dtype] : kAliases) {
    if (name == alias) return dtype;
  }
  std::vector<std::string> names;
  for (int i = 0; i < kNumDtypes; ++i) {
    const auto dtype = static_cast<Dtype>(i);
    const std::string full = to_string(dtype);
    if (name == full || name == short_dtype(full)) return dtype;
    names.push_back(full);
  }
  throw CliError(kExitUsage, "there is no dtype '" + name + "'" +
                                 did_you_mean(name, names));
}

Cast cast_floating(const Tensor& tensor, Dtype dtype) {
  Cast result{tensor};
  if (!tensor.is_floating_point() || tensor.dtype() == dtype ||
      tensor.device().is_meta()) {
    return result;
  }
  const NoGradGuard no_grad;
  result.tensor = tensor.detach().to(dtype);
  result.overflows =
      statistics(result.tensor).infinities - statistics(tensor).infinities;
  if (tensor.requires_grad() && is_floating(dtype)) {
    result.tensor.requires_grad_(true);
  }
  return result;
}

}  // namespace cresset::cli
