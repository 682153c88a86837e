// Streams.

#include "cresset/tests/cuda_sim/api.h"
#include "cresset/tests/cuda_sim/capture.h"
#include "cresset/tests/cuda_sim/event.h"
#include "cresset/tests/cuda_sim/events.h"
#include "cresset/tests/cuda_sim/stream.h"
#include "cresset/tests/cuda_sim/world.h"

namespace cuda_sim {
namespace {

template <class Body>
cudaError_t stream_call(cudaStream_t handle, Body body) {
  return device_call([&] {
    CUstream_st* stream = find_stream(handle);
    return stream == nullptr ? cudaErrorInvalidResourceHandle : body(*stream);
  });
}

}  // namespace
}  // namespace cuda_sim

using namespace cuda_sim;  // NOLINT: a file of the simulator

extern "C" {

cudaError_t cudaStreamCreateWithPriority(cudaStream_t* stream, unsigned flags,
                                         int priority) {
  return device_call([&] {
    if ((flags & ~unsigned{cudaStreamNonBlocking}) != 0) {
      return cudaErrorInvalidValue;
    }
    DeviceState& home = device(current_index());
    home.streams.push_back(std::make_unique<CUstream_st>());
    *stream = home.streams.back().get();
    (*stream)->device = home.index;
    (*stream)->blocking = flags != cudaStreamNonBlocking;
    (*stream)->priority = priority > 0 ? 0 : priority < -5 ? -5 : priority;
    return cudaSuccess;
  });
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
  return cudaStreamCreateWithPriority(stream, flags, 0);
}

cudaError_t cudaStreamCreate(cudaStream_t* stream) {
  return cudaStreamCreateWithPriority(stream, cudaStreamDefault, 0);
}

cudaError_t cudaStreamDestroy(cudaStream_t handle) {
  return stream_call(handle, [](CUstream_st& stream) {
    if (stream.is_default) return cudaErrorInvalidResourceHandle;
    const cudaError_t error = check_not_captured(stream);
    if (error != cudaSuccess) return error;
    stream.destroyed = true;  // what it holds still runs
    return cudaSuccess;
  });
}

cudaError_t cudaStreamSynchronize(cudaStream_t handle) {
  return stream_call(handle, [](CUstream_st& stream) {
    cudaError_t error = check_not_captured(stream);
    if (error == cudaSuccess) error = check_no_implicit_capture(stream);
    return error != cudaSuccess ? error : drain(stream);
  });
}

cudaError_t cudaStreamQuery(cudaStream_t handle) {
  return stream_call(handle, [](CUstream_st& stream) {
    const cudaError_t error = check_not_captured(stream);
    if (error != cudaSuccess) return error;
    if (stream.queue.empty()) return cudaSuccess;
    advance(stream);
    const cudaError_t found = device(stream.device).error;
    return found != cudaSuccess ? found : cudaErrorNotReady;
  });
}

cudaError_t cudaStreamWaitEvent(cudaStream_t handle, cudaEvent_t event,
                                unsigned) {
  return stream_call(handle, [&](CUstream_st& stream) {
    if (!is_event(event)) return cudaErrorInvalidResourceHandle;
    if (stream.capture || event->capture) {
      return wait_in_capture(stream, *event);
    }
    if (!event->record || event->record->done) return cudaSuccess;
    Operation operation;
    operation.what = "cudaStreamWaitEvent";
    operation.wait = event->record;
    return submit(stream, std::move(operation));
  });
}

cudaError_t cudaStreamGetPriority(cudaStream_t handle, int* priority) {
  return stream_call(handle, [&](CUstream_st& stream) {
    *priority = stream.priority;
    return cudaSuccess;
  });
}

cudaError_t cudaStreamGetFlags(cudaStream_t handle, unsigned* flags) {
  return stream_call(handle, [&](CUstream_st& stream) {
    *flags = stream.blocking ? cudaStreamDefault : cudaStreamNonBlocking;
    return cudaSuccess;
  });
}

cudaError_t cudaLaunchHostFunc(cudaStream_t handle, cudaHostFn_t function,
                               void* data) {
  return stream_call(handle, [&](CUstream_st& stream) {
    Operation operation;
    operation.what = "cudaLaunchHostFunc";
    operation.touches = Touches::kHost;
    operation.work = [function, data] { function(data); };
    return submit(stream, std::move(operation));
  });
}

}  // extern "C"
