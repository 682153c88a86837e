// Linked into every test of a build with a CUDA backend: CRESSET_TEST_DEVICE
// names the device that tensors are made on, so that the tests written for the
// CPU run on another device as they are.

#include <cstdlib>

#include "cresset/tensor/core/backend.h"

namespace cresset {
namespace {

const bool kChosen = [] {
  const char* const name = std::getenv("CRESSET_TEST_DEVICE");
  if (name != nullptr && *name != '\0') set_default_device(Device(name));
  return true;
}();

}  // namespace
}  // namespace cresset
