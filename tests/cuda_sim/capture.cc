#include "cresset/tests/cuda_sim/capture.h"

#include <algorithm>

#include "cresset/tests/cuda_sim/device.h"

namespace cuda_sim {
namespace {

// Those that are going on.
std::vector<std::shared_ptr<Capture>>& captures() {
  static std::vector<std::shared_ptr<Capture>> all;
  return all;
}

void add_unique(std::vector<int>& to, const std::vector<int>& from) {
  for (const int i : from) {
    if (std::find(to.begin(), to.end(), i) == to.end()) to.push_back(i);
  }
}

cudaError_t spoil(Capture& capture, cudaError_t error, const char* why) {
  capture.invalid = true;
  complain(std::string("a capture is spoiled: ") + why);
  return error;
}

// Whether everything captured comes before the end of the origin.
bool is_joined(const Capture& capture) {
  const std::vector<int>& end = capture.origin->frontier;
  for (size_t i = 0; i < capture.operations.size(); ++i) {
    if (!capture.has_next[i] &&
        std::find(end.begin(), end.end(), static_cast<int>(i)) == end.end()) {
      return false;
    }
  }
  return true;
}

bool forbids_unsafe_calls(const Capture& capture) {
  if (capture.mode == cudaStreamCaptureModeRelaxed) return false;
  const cudaStreamCaptureMode here = interaction_mode();
  if (here == cudaStreamCaptureModeRelaxed) return false;
  if (capture.thread == std::this_thread::get_id()) return true;
  return capture.mode == cudaStreamCaptureModeGlobal &&
         here == cudaStreamCaptureModeGlobal;
}

}  // namespace

cudaStreamCaptureMode& interaction_mode() {
  static thread_local cudaStreamCaptureMode mode = cudaStreamCaptureModeGlobal;
  return mode;
}

cudaError_t begin_capture(CUstream_st& stream, cudaStreamCaptureMode mode) {
  if (stream.is_default) return cudaErrorStreamCaptureUnsupported;
  if (stream.capture) return cudaErrorIllegalState;
  auto capture = std::make_shared<Capture>();
  capture->origin = &stream;
  capture->mode = mode;
  capture->thread = std::this_thread::get_id();
  capture->members.push_back(&stream);
  stream.capture = capture;
  stream.frontier.clear();
  captures().push_back(capture);
  return cudaSuccess;
}

cudaError_t end_capture(CUstream_st& stream, CUgraph_st** graph) {
  *graph = nullptr;
  const std::shared_ptr<Capture> capture = stream.capture;
  if (!capture) return cudaErrorIllegalState;
  if (capture->origin != &stream) return cudaErrorStreamCaptureUnmatched;
  if (capture->mode != cudaStreamCaptureModeRelaxed &&
      capture->thread != std::this_thread::get_id()) {
    return cudaErrorStreamCaptureWrongThread;
  }
  const bool joined = is_joined(*capture);
  for (CUstream_st* member : capture->members) {
    member->capture.reset();
    member->frontier.clear();
  }
  std::erase(captures(), capture);
  if (capture->invalid) return cudaErrorStreamCaptureInvalidated;
  if (!joined) return cudaErrorStreamCaptureUnjoined;
  *graph = new CUgraph_st{std::make_shared<const std::vector<Operation>>(
      std::move(capture->operations))};
  return cudaSuccess;
}

cudaError_t add_to_capture(CUstream_st& stream, Operation operation) {
  Capture& capture = *stream.capture;
  if (capture.invalid) return cudaErrorStreamCaptureInvalidated;
  for (const int before : stream.frontier) {
    capture.has_next[static_cast<size_t>(before)] = true;
  }
  stream.frontier = {static_cast<int>(capture.operations.size())};
  capture.operations.push_back(std::move(operation));
  capture.has_next.push_back(false);
  return cudaSuccess;
}

void record_in_capture(CUstream_st& stream, CUevent_st& event) {
  event.record.reset();
  event.capture = stream.capture;
  event.frontier = stream.frontier;
}

cudaError_t wait_in_capture(CUstream_st& stream, const CUevent_st& event) {
  if (!event.capture) {
    return spoil(*stream.capture, cudaErrorStreamCaptureIsolation,
                 "its stream waits for an event from outside");
  }
  if (!stream.capture) {
    if (stream.is_default) {
      return spoil(*event.capture, cudaErrorStreamCaptureImplicit,
                   "the default stream waits for one of its events");
    }
    stream.capture = event.capture;
    stream.frontier.clear();
    event.capture->members.push_back(&stream);
  } else if (stream.capture != event.capture) {
    return spoil(*stream.capture, cudaErrorStreamCaptureMerge,
                 "its stream waits for an event of another capture");
  }
  add_unique(stream.frontier, event.frontier);
  return cudaSuccess;
}

cudaError_t check_no_implicit_capture(const CUstream_st& stream) {
  if (!stream.is_default) return cudaSuccess;
  for (const auto& capture : captures()) {
    for (const CUstream_st* member : capture->members) {
      if (member->blocking && member->device == stream.device) {
        return spoil(*capture, cudaErrorStreamCaptureImplicit,
                     "the default stream is used, which its stream would "
                     "wait for");
      }
    }
  }
  return cudaSuccess;
}

cudaError_t check_capture_allows_unsafe_calls() {
  for (const auto& capture : captures()) {
    if (forbids_unsafe_calls(*capture)) {
      return spoil(*capture, cudaErrorStreamCaptureUnsupported,
                   "it forbids calls such as cudaMalloc");
    }
  }
  return cudaSuccess;
}

cudaError_t check_not_captured(CUstream_st& stream) {
  if (!stream.capture) return cudaSuccess;
  return spoil(*stream.capture, cudaErrorStreamCaptureUnsupported,
               "its stream is waited for or queried");
}

cudaError_t check_device_not_captured(int device) {
  for (const auto& capture : captures()) {
    for (const CUstream_st* member : capture->members) {
      if (member->device == device) {
        return spoil(*capture, cudaErrorStreamCaptureUnsupported,
                     "its device is waited for");
      }
    }
  }
  return cudaSuccess;
}

}  // namespace cuda_sim
