#include "cresset/tests/cuda_sim/stream.h"

#include <algorithm>
#include <limits>
#include <map>
#include <thread>

#include "cresset/tests/cuda_sim/capture.h"
#include "cresset/tests/cuda_sim/device.h"
#include "cresset/tests/cuda_sim/execute.h"
#include "cresset/tests/cuda_sim/world.h"

namespace cuda_sim {
namespace {

constexpr uint64_t kAll = std::numeric_limits<uint64_t>::max();
// A stream that is this far behind runs its oldest operation first.
constexpr size_t kLongest = 1024;

uint64_t last_number = 0;
int64_t waits = 0;

// Runs what must come before the operation by the rules of the default
// stream: it waits for all blocking streams, and they wait for it.
void run_before(CUstream_st& stream, const Operation& operation) {
  if (operation.wait && !operation.wait->done) {
    run_until(*operation.wait->stream, operation.wait->number);
  }
  DeviceState& home = device(stream.device);
  if (stream.is_default) {
    for (size_t i = 0; i < home.streams.size(); ++i) {
      CUstream_st& other = *home.streams[i];
      if (other.blocking) run_until(other, operation.number);
    }
  } else if (stream.blocking) {
    run_until(home.default_stream, operation.number);
  }
}

// Streams that were destroyed with work to do are gone once it is done.
void bury_destroyed(DeviceState& home) {
  std::erase_if(home.streams, [](const std::unique_ptr<CUstream_st>& stream) {
    return stream->destroyed && stream->queue.empty();
  });
}

CUstream_st* stream_of_thread() {
  static thread_local std::map<int, CUstream_st*> own;
  CUstream_st*& stream = own[current_index()];
  if (stream == nullptr) {
    DeviceState& home = device(current_index());
    home.streams.push_back(std::make_unique<CUstream_st>());
    stream = home.streams.back().get();
    stream->device = home.index;
  }
  return stream;
}

}  // namespace

CUstream_st* find_stream(cudaStream_t handle) {
  if (handle == nullptr || handle == cudaStreamLegacy) {
    return &device(current_index()).default_stream;
  }
  if (handle == cudaStreamPerThread) return stream_of_thread();
  for (int i = 0; i < device_count(); ++i) {
    for (const auto& stream : device(i).streams) {
      if (stream.get() == handle && !stream->destroyed) return handle;
    }
  }
  return nullptr;
}

int device_of(cudaStream_t handle) {
  std::lock_guard<std::recursive_mutex> guard(lock());
  const CUstream_st* stream = find_stream(handle);
  return stream == nullptr ? -1 : stream->device;
}

cudaError_t submit(CUstream_st& stream, Operation operation) {
  if (stream.capture) return add_to_capture(stream, std::move(operation));
  const cudaError_t implicit = check_no_implicit_capture(stream);
  if (implicit != cudaSuccess) return implicit;
  DeviceState& home = device(stream.device);
  if (home.error != cudaSuccess) return home.error;
  operation.number = ++last_number;
  if (operation.record) {
    operation.record->stream = &stream;
    operation.record->number = operation.number;
  }
  stream.queue.push_back(std::move(operation));
  if (stream.queue.size() > kLongest) {
    DeviceWork work;
    advance(stream);
  }
  return home.error;
}

void run_until(CUstream_st& stream, uint64_t number) {
  while (!stream.queue.empty() && stream.queue.front().number <= number) {
    run_before(stream, stream.queue.front());
    if (stream.queue.empty()) return;  // a fault has dropped everything
    const Operation operation = std::move(stream.queue.front());
    stream.queue.pop_front();
    execute(stream.device, operation);
  }
}

void advance(CUstream_st& stream) {
  if (!stream.queue.empty()) {
    DeviceWork work;
    run_until(stream, stream.queue.front().number);
  }
}

cudaError_t drain(CUstream_st& stream) {
  ++waits;
  {
    DeviceWork work;
    run_until(stream, kAll);
  }
  DeviceState& home = device(stream.device);
  check_memory(home.index);
  bury_destroyed(home);
  return home.error;
}

cudaError_t drain_device(int index, Arena::Look look) {
  ++waits;
  DeviceState& home = device(index);
  {
    DeviceWork work;
    run_until(home.default_stream, kAll);
    for (size_t i = 0; i < home.streams.size(); ++i) {
      run_until(*home.streams[i], kAll);
    }
  }
  check_memory(index, look);
  bury_destroyed(home);
  return home.error;
}

void note_wait() { ++waits; }

void fail_device(int index, cudaError_t error) {
  DeviceState& home = device(index);
  home.error = error;
  const auto drop = [](CUstream_st& stream) {
    for (Operation& operation : stream.queue) {
      if (operation.record) operation.record->done = true;
    }
    stream.queue.clear();
  };
  drop(home.default_stream);
  for (const auto& stream : home.streams) drop(*stream);
}

int64_t wait_count() {
  std::lock_guard<std::recursive_mutex> guard(lock());
  return waits;
}

void forget_faults() {
  std::lock_guard<std::recursive_mutex> guard(lock());
  for (int i = 0; i < device_count(); ++i) {
    fail_device(i, cudaSuccess);
  }
}

cudaError_t enqueue(cudaStream_t handle, std::string what,
                    std::function<void()> work) {
  std::lock_guard<std::recursive_mutex> guard(lock());
  CUstream_st* stream = find_stream(handle);
  if (stream == nullptr) return cudaErrorInvalidResourceHandle;
  Operation operation;
  operation.what = std::move(what);
  operation.touches = Touches::kDevice;
  operation.work = std::move(work);
  return submit(*stream, std::move(operation));
}

}  // namespace cuda_sim
