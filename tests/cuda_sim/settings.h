// What the environment asks of the simulator. Read once.

#ifndef CRESSET_TESTS_CUDA_SIM_SETTINGS_H_
#define CRESSET_TESTS_CUDA_SIM_SETTINGS_H_

#include <cstddef>
#include <cstdint>

namespace cuda_sim {

enum class Driver { kThere, kNone, kOld };
enum class Order { kForward, kReverse, kShuffle };

struct Settings {
  int devices = 2;                  // CRESSET_SIM_DEVICES
  Driver driver = Driver::kThere;   // CRESSET_SIM_DRIVER=none|old
  size_t memory = size_t{8} << 30;  // CRESSET_SIM_MEMORY, bytes a device
  Order order = Order::kForward;    // CRESSET_SIM_ORDER=reverse|shuffle
  uint64_t seed = 1;                // CRESSET_SIM_SEED, of shuffle
  bool check_each = false;          // CRESSET_SIM_CHECK=each: overruns are
                                    // looked for after every operation
};

// The memory is fixed once a device has been used; tests may change the rest.
Settings& settings();

}  // namespace cuda_sim

#endif  // CRESSET_TESTS_CUDA_SIM_SETTINGS_H_
