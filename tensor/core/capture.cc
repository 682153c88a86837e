#include "cresset/tensor/core/capture.h"

namespace cresset::internal {
namespace {

bool never(Device) { return false; }

}  // namespace

constinit CapturingKernel capturing_kernel{"capture", never};

}  // namespace cresset::internal
