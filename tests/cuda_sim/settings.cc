#include "cresset/tests/cuda_sim/settings.h"

#include <cstdlib>
#include <string>

namespace cuda_sim {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Settings read() {
  Settings s;
  const std::string devices = variable("CRESSET_SIM_DEVICES");
  if (!devices.empty()) s.devices = std::stoi(devices);
  const std::string driver = variable("CRESSET_SIM_DRIVER");
  if (driver == "none") s.driver = Driver::kNone;
  if (driver == "old") s.driver = Driver::kOld;
  const std::string memory = variable("CRESSET_SIM_MEMORY");
  if (!memory.empty()) s.memory = std::stoull(memory);
  const std::string order = variable("CRESSET_SIM_ORDER");
  if (order == "reverse") s.order = Order::kReverse;
  if (order == "shuffle") s.order = Order::kShuffle;
  const std::string seed = variable("CRESSET_SIM_SEED");
  if (!seed.empty()) s.seed = std::stoull(seed);
  s.check_each = variable("CRESSET_SIM_CHECK") == "each";
  return s;
}

}  // namespace

Settings& settings() {
  static Settings s = read();
  return s;
}

}  // namespace cuda_sim
