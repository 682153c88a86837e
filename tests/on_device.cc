// Linked into every test of a build with a CUDA backend: CRESSET_TEST_DEVICE
// names the device that tensors are made on, so that the tests written for the
// CPU run on another device as they are. Random numbers are then the CPU's,
// too, since tests compare them with PyTorch's; tests/cuda has those of the
// device.
//
// Test cases with the tag [cpu] stay on the CPU: what they are about exists
// there only (threads, the host's memory, what is written at an address).

#define CATCH_CONFIG_EXTERNAL_INTERFACES
#include <algorithm>
#include <cstdlib>

#include "cresset/tensor/core/backend.h"
#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/ops/dropout.h"
#include "cresset/tensor/ops/random.h"
#include "cresset/tests/catch.h"

namespace cresset {
namespace {

void random_on_host(const internal::RandomCall& call, const Tensor& y) {
  internal::RandomCall host_call = call;
  if (call.chances.defined()) host_call.chances = call.chances.cpu();
  const Tensor host = internal::make_empty(y.sizes(), y.dtype(), Device());
  internal::random_cpu(host_call, host);
  internal::copy_elements(host, y);
}

void mask_on_host(double keep, const Tensor& mask) {
  const Tensor host =
      internal::make_empty(mask.sizes(), mask.dtype(), Device());
  internal::bernoulli_mask_kernel(Device(), keep, host);
  internal::copy_elements(host, mask);
}

Tensor multinomial_on_host(const Tensor& weights, int64_t count,
                           bool replacement, Generator* generator) {
  return internal::multinomial_kernel(Device(), weights.cpu(), count,
                                      replacement, generator)
      .to(weights.device());
}

void draw_on_host(DeviceType type) {
  // Entries act when they are made.
  internal::RandomKernel::Entry(internal::random_kernel, type, random_on_host);
  internal::BernoulliKernel::Entry(internal::bernoulli_mask_kernel, type,
                                   mask_on_host);
  internal::MultinomialKernel::Entry(internal::multinomial_kernel, type,
                                     multinomial_on_host);
  internal::DropoutKernel::Entry(internal::dropout_kernel, type, nullptr);
}

// When main() has begun: the backend registers itself before.
class OnDevice : public Catch::TestEventListenerBase {
 public:
  using TestEventListenerBase::TestEventListenerBase;

  void testRunStarting(const Catch::TestRunInfo& info) override {
    TestEventListenerBase::testRunStarting(info);
    const char* const name = std::getenv("CRESSET_TEST_DEVICE");
    if (name == nullptr || *name == '\0') return;
    device_ = Device(name);
    set_default_device(device_);
    if (!device_.is_cpu()) draw_on_host(device_.type);
  }

  void testCaseStarting(const Catch::TestCaseInfo& info) override {
    TestEventListenerBase::testCaseStarting(info);
    if (device_.is_cpu()) return;
    const auto& tags = info.tags;
    const bool stays = std::find(tags.begin(), tags.end(), "cpu") != tags.end();
    set_default_device(stays ? Device() : device_);
  }

 private:
  Device device_;
};

CATCH_REGISTER_LISTENER(OnDevice)

}  // namespace
}  // namespace cresset
