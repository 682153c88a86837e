#include "cresset/tests/cuda_sim/execute.h"

#include <exception>

#include "cresset/tests/cuda_sim/device.h"
#include "cresset/tests/cuda_sim/fault.h"
#include "cresset/tests/cuda_sim/settings.h"
#include "cresset/tests/cuda_sim/symbols.h"
#include "cresset/tests/cuda_sim/world.h"

namespace cuda_sim {
namespace {

int depth = 0;
int open_device = -1;  // the one whose memory may be touched
thread_local bool host_function = false;

void open_only(int index) {
  if (open_device == index) return;
  if (open_device >= 0) {
    arena(open_device).close();
    for (int i = 0; i < device_count(); ++i) {
      if (device(open_device).peers[i]) arena(i).close();
    }
  }
  if (index >= 0) {
    arena(index).open();
    for (int i = 0; i < device_count(); ++i) {
      if (device(index).peers[i]) arena(i).open();
    }
  }
  open_device = index;
}

void run(int index, const Operation& operation) {
  if (operation.graph) {
    for (const Operation& node : *operation.graph) run(index, node);
    return;
  }
  if (!operation.work) return;
  switch (operation.touches) {
    case Touches::kAlias:
      operation.work();
      break;
    case Touches::kDevice:
      open_only(index);
      operation.work();
      break;
    case Touches::kHost:
      open_only(-1);
      host_function = true;
      operation.work();
      host_function = false;
      break;
  }
}

std::string name_of(const Operation& operation) {
  return operation.kernel == nullptr
             ? operation.what
             : "kernel " + function_name(operation.kernel);
}

void fail(int index, cudaError_t error, const std::string& text) {
  complain(text);
  fail_device(index, error);
}

}  // namespace

DeviceWork::DeviceWork() { ++depth; }

DeviceWork::~DeviceWork() {
  if (--depth == 0) open_only(-1);
}

void execute(int index, const Operation& operation) {
  try {
    run(index, operation);
  } catch (const Fault& fault) {
    fail(index, fault.error, fault.text);
  } catch (const std::exception& error) {
    fail(index, cudaErrorLaunchFailure,
         name_of(operation) + ": " + error.what());
  }
  if (operation.record) {
    operation.record->done = true;
    operation.record->time = std::chrono::steady_clock::now();
  }
  if (settings().check_each) {
    const std::string damage = arena(index).overrun();
    if (!damage.empty()) {
      fail(index, cudaErrorIllegalAddress,
           damage + ", by " + name_of(operation));
    }
  }
}

void check_memory(int index, Arena::Look look) {
  std::string damage = arena(index).overrun();
  if (damage.empty()) damage = arena(index).late_write(look);
  if (!damage.empty()) fail(index, cudaErrorIllegalAddress, damage);
}

bool in_host_function() { return host_function; }

}  // namespace cuda_sim
