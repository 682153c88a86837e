#include "cresset/tests/cuda_sim/world.h"

#include <mutex>

#include "cresset/tests/cuda_sim/device.h"
#include "cresset/tests/cuda_sim/fault.h"
#include "cresset/tests/cuda_sim/host_memory.h"
#include "cresset/tests/cuda_sim/settings.h"

namespace cuda_sim {
namespace {

constexpr int kMostDevices = 16;

// Never destroyed: tensors of static storage outlive everything here.
std::unique_ptr<DeviceState>* devices() {
  static auto* all = new std::unique_ptr<DeviceState>[kMostDevices];
  return all;
}

}  // namespace

std::recursive_mutex& lock() {
  static auto* one = new std::recursive_mutex;
  return *one;
}

DeviceState::DeviceState(int i)
    : index(i), memory(i, settings().memory), peers(kMostDevices) {
  default_stream.device = i;
  default_stream.is_default = true;
  watch_accesses();
}

int device_count() {
  return settings().driver == Driver::kThere
             ? std::min(settings().devices, kMostDevices)
             : 0;
}

DeviceState& device(int index) {
  std::unique_ptr<DeviceState>& state = devices()[index];
  if (!state) state = std::make_unique<DeviceState>(index);
  return *state;
}

Arena& arena(int index) { return device(index).memory; }

int device_holding(const void* address) {
  for (int i = 0; i < kMostDevices; ++i) {
    const DeviceState* state = devices()[i].get();
    if (state != nullptr && state->memory.holds(address)) return i;
  }
  return -1;
}

int& current_index() {
  static thread_local int index = 0;
  return index;
}

int current_device() { return current_index(); }

std::string range_problem(int index, const void* data, size_t bytes) {
  std::lock_guard<std::recursive_mutex> guard(lock());
  if (bytes == 0) return "";
  if (data == nullptr) return "it is a null pointer";
  const int holder = device_holding(data);
  if (holder < 0) return pinned_problem(data, bytes);
  if (holder != index && !device(index).peers[holder]) {
    return "it is " + arena(holder).describe(data) +
           ", memory of another device";
  }
  const char* begin = nullptr;
  const Arena::Block* block = arena(holder).find(data, &begin);
  if (block == nullptr) return "it is " + arena(holder).describe(data);
  const char* end = static_cast<const char*>(data) + bytes;
  if (end <= begin + block->bytes) return "";
  return "its " + std::to_string(bytes) + " bytes run to " +
         arena(holder).describe(end - 1);
}

size_t bytes_in_use(int index) {
  std::lock_guard<std::recursive_mutex> guard(lock());
  return arena(index).used();
}

}  // namespace cuda_sim
