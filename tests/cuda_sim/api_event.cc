// Events.

#include <set>

#include "cresset/tests/cuda_sim/api.h"
#include "cresset/tests/cuda_sim/capture.h"
#include "cresset/tests/cuda_sim/event.h"
#include "cresset/tests/cuda_sim/events.h"
#include "cresset/tests/cuda_sim/execute.h"
#include "cresset/tests/cuda_sim/stream.h"
#include "cresset/tests/cuda_sim/world.h"

namespace cuda_sim {
namespace {

std::set<cudaEvent_t>& events() {
  static auto* all = new std::set<cudaEvent_t>;
  return *all;
}

template <class Body>
cudaError_t event_call(cudaEvent_t event, Body body) {
  return device_call([&] {
    return is_event(event) ? body() : cudaErrorInvalidResourceHandle;
  });
}

cudaError_t record(CUevent_st& event, CUstream_st& stream) {
  if (event.device != stream.device) return cudaErrorInvalidResourceHandle;
  if (stream.capture) {
    record_in_capture(stream, event);
    return cudaSuccess;
  }
  event.capture.reset();
  event.record = std::make_shared<Record>();
  Operation operation;
  operation.what = "cudaEventRecord";
  operation.record = event.record;
  return submit(stream, std::move(operation));
}

bool is_done(const CUevent_st& event) {
  return !event.record || event.record->done;
}

}  // namespace

bool is_event(cudaEvent_t event) { return events().contains(event); }

}  // namespace cuda_sim

using namespace cuda_sim;  // NOLINT: a file of the simulator

extern "C" {

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags) {
  return device_call([&] {
    *event = new CUevent_st;
    (*event)->device = current_index();
    (*event)->timing = (flags & cudaEventDisableTiming) == 0;
    events().insert(*event);
    return cudaSuccess;
  });
}

cudaError_t cudaEventCreate(cudaEvent_t* event) {
  return cudaEventCreateWithFlags(event, cudaEventDefault);
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  return call([&] {
    if (events().erase(event) == 0) return cudaErrorInvalidResourceHandle;
    delete event;
    return cudaSuccess;
  });
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t handle) {
  return event_call(event, [&] {
    CUstream_st* stream = find_stream(handle);
    return stream == nullptr ? cudaErrorInvalidResourceHandle
                             : record(*event, *stream);
  });
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  return event_call(event, [&] {
    if (event->capture) return cudaErrorCapturedEvent;
    if (!is_done(*event)) {
      DeviceWork work;
      run_until(*event->record->stream, event->record->number);
    }
    note_wait();
    check_memory(event->device);
    return device(event->device).error;
  });
}

// What was not done when it was asked about is "not ready", but goes on, so
// that asking again and again comes to an end.
cudaError_t cudaEventQuery(cudaEvent_t event) {
  return event_call(event, [&] {
    if (event->capture) return cudaErrorCapturedEvent;
    if (is_done(*event)) return cudaSuccess;
    advance(*event->record->stream);
    const cudaError_t error = device(event->device).error;
    return error != cudaSuccess ? error : cudaErrorNotReady;
  });
}

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start,
                                 cudaEvent_t end) {
  return event_call(start, [&] {
    if (!is_event(end)) return cudaErrorInvalidResourceHandle;
    if (!start->timing || !end->timing || !start->record || !end->record) {
      return cudaErrorInvalidResourceHandle;
    }
    if (!is_done(*start) || !is_done(*end)) return cudaErrorNotReady;
    *milliseconds = std::chrono::duration<float, std::milli>(
                        end->record->time - start->record->time)
                        .count();
    return cudaSuccess;
  });
}

}  // extern "C"
