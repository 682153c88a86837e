// cudaMemcpy, cudaMemset and their variants.

#include "cresset/tests/cuda_sim/api.h"
#include "cresset/tests/cuda_sim/capture.h"
#include "cresset/tests/cuda_sim/copy.h"
#include "cresset/tests/cuda_sim/world.h"

namespace cuda_sim {
namespace {

Copy piece(const char* call, void* to, const void* from, size_t bytes) {
  return {call,  static_cast<char*>(to),
          bytes, static_cast<const char*>(from),
          bytes, bytes,
          1};
}

cudaError_t copy_in(cudaStream_t handle, const Copy& rows,
                    cudaMemcpyKind kind) {
  return device_call([&] {
    CUstream_st* stream = find_stream(handle);
    if (stream == nullptr) return cudaErrorInvalidResourceHandle;
    return copy(*stream, rows, kind, Waits::kAsync);
  });
}

cudaError_t copy_now(const Copy& rows, cudaMemcpyKind kind) {
  return device_call([&] {
    const cudaError_t error = check_capture_allows_unsafe_calls();
    if (error != cudaSuccess) return error;
    return copy(*find_stream(nullptr), rows, kind, Waits::kSync);
  });
}

cudaError_t fill_in(cudaStream_t handle, const Fill& rows) {
  return device_call([&] {
    CUstream_st* stream = find_stream(handle);
    if (stream == nullptr) return cudaErrorInvalidResourceHandle;
    return fill(*stream, rows);
  });
}

bool held_by(const void* data, int index) {
  return device_holding(data) == index;
}

}  // namespace
}  // namespace cuda_sim

using namespace cuda_sim;  // NOLINT: a file of the simulator

extern "C" {

cudaError_t cudaMemcpy(void* to, const void* from, size_t bytes,
                       cudaMemcpyKind kind) {
  return copy_now(piece("cudaMemcpy", to, from, bytes), kind);
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes,
                            cudaMemcpyKind kind, cudaStream_t stream) {
  return copy_in(stream, piece("cudaMemcpyAsync", to, from, bytes), kind);
}

cudaError_t cudaMemcpy2D(void* to, size_t to_pitch, const void* from,
                         size_t from_pitch, size_t width, size_t height,
                         cudaMemcpyKind kind) {
  return copy_now({"cudaMemcpy2D", static_cast<char*>(to), to_pitch,
                   static_cast<const char*>(from), from_pitch, width, height},
                  kind);
}

cudaError_t cudaMemcpy2DAsync(void* to, size_t to_pitch, const void* from,
                              size_t from_pitch, size_t width, size_t height,
                              cudaMemcpyKind kind, cudaStream_t stream) {
  return copy_in(stream,
                 {"cudaMemcpy2DAsync", static_cast<char*>(to), to_pitch,
                  static_cast<const char*>(from), from_pitch, width, height},
                 kind);
}

cudaError_t cudaMemcpyPeerAsync(void* to, int to_device, const void* from,
                                int from_device, size_t bytes,
                                cudaStream_t stream) {
  if (bytes > 0 && (!held_by(to, to_device) || !held_by(from, from_device))) {
    return remember(refuse(cudaErrorInvalidValue,
                           "cudaMemcpyPeerAsync: a pointer is not of the "
                           "device that the call names"));
  }
  return copy_in(stream, piece("cudaMemcpyPeerAsync", to, from, bytes),
                 cudaMemcpyDeviceToDevice);
}

cudaError_t cudaMemcpyPeer(void* to, int to_device, const void* from,
                           int from_device, size_t bytes) {
  return cudaMemcpyPeerAsync(to, to_device, from, from_device, bytes, nullptr);
}

cudaError_t cudaMemset(void* to, int value, size_t bytes) {
  return fill_in(
      nullptr, {"cudaMemset", static_cast<char*>(to), bytes, bytes, 1, value});
}

cudaError_t cudaMemsetAsync(void* to, int value, size_t bytes,
                            cudaStream_t stream) {
  return fill_in(stream, {"cudaMemsetAsync", static_cast<char*>(to), bytes,
                          bytes, 1, value});
}

cudaError_t cudaMemset2DAsync(void* to, size_t pitch, int value, size_t width,
                              size_t height, cudaStream_t stream) {
  return fill_in(stream, {"cudaMemset2DAsync", static_cast<char*>(to), pitch,
                          width, height, value});
}

}  // extern "C"
