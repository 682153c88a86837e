#include "cresset/tensor/core/kernel.h"

#include "cresset/tensor/base/error.h"

namespace cresset::internal {

void throw_missing_kernel(const char* op, DeviceType type) {
  switch (type) {
    case DeviceType::kCuda:
      throw_error(ErrorCode::kDevice,
                  concat(op,
                         ": no CUDA kernel is linked; build with "
                         "--config=cuda and depend on "
                         "@cresset//:cresset_cuda"));
    case DeviceType::kMeta:
      throw_error(ErrorCode::kDevice,
                  concat(op, ": tensors on the meta device have no data"));
    case DeviceType::kCpu:
      break;
  }
  throw_error(ErrorCode::kDevice, concat(op,
                                         ": no CPU kernel is linked; depend on "
                                         "@cresset//tensor"));
}

}  // namespace cresset::internal
