#include "cresset/tensor/ops/check_all.h"

#include "cresset/tensor/ops/reduce.h"

namespace cresset::internal {
namespace {

void check_all_cpu(const Tensor& x, const char* op, const char* rule) {
  CRESSET_CHECK(all(x).item<bool>(), kValue, op, rule);
}

}  // namespace

constinit CheckAllKernel check_all_kernel{"check_all", check_all_cpu};

void check_all(const Tensor& x, const char* op, const char* rule) {
  if (x.numel() == 0 || x.device().is_meta()) return;
  check_all_kernel(x.device(), x.detach(), op, rule);
}

}  // namespace cresset::internal
