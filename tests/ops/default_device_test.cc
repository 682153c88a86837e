#include "cresset/tensor/core/backend.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/random.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

// Puts the default back when a test ends.
struct Restore {
  const Device device = default_device();
  ~Restore() { set_default_device(device); }
};

TEST_CASE("default device: new tensors go there unless they are told",
          "[ops][device]") {
  const Restore restore;
  set_default_device("meta");
  CHECK(default_device() == Device("meta"));
  CHECK(empty({2}).device().is_meta());
  CHECK(zeros({2}, {.dtype = int64}).device().is_meta());
  CHECK(rand({2}).device().is_meta());
  CHECK(zeros({2}, {.device = "cpu"}).device().is_cpu());
  float numbers[2] = {1, 2};
  CHECK(from_blob(numbers, {2}, float32).device().is_cpu());
  set_default_device("cpu");
  CHECK(empty({2}).device().is_cpu());
}

TEST_CASE("default device: one that is not there is refused",
          "[ops][device][error]") {
  const Restore restore;
  const int count = device_count(DeviceType::kCuda);
  CHECK_ERROR(set_default_device(Device(DeviceType::kCuda, count)), kDevice,
              "cuda");
  CHECK(default_device() == restore.device);
}

}  // namespace
}  // namespace cresset
