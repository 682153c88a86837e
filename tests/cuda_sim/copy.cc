#include "cresset/tests/cuda_sim/copy.h"

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "cresset/tests/cuda_sim/api.h"
#include "cresset/tests/cuda_sim/capture.h"
#include "cresset/tests/cuda_sim/fault.h"
#include "cresset/tests/cuda_sim/host_memory.h"
#include "cresset/tests/cuda_sim/world.h"

namespace cuda_sim {
namespace {

size_t extent(size_t pitch, size_t width, size_t height) {
  return (height - 1) * pitch + width;
}

// Empty for pageable memory: what it holds only the host knows.
std::string problem(const void* data, size_t bytes) {
  const int holder = device_holding(data);
  if (holder < 0 && !is_pinned(data)) {
    return data == nullptr ? "it is a null pointer" : "";
  }
  return range_problem(holder < 0 ? 0 : holder, data, bytes);
}

// Where the simulator reads and writes an address.
char* view(const char* data) {
  const int holder = device_holding(data);
  return holder < 0 ? const_cast<char*>(data) : arena(holder).alias(data);
}

std::string problem(const Copy& c) {
  if (c.to_pitch < c.width || c.from_pitch < c.width) {
    return "a pitch is smaller than the width";
  }
  std::string text = problem(c.to, extent(c.to_pitch, c.width, c.height));
  if (!text.empty()) return "the destination: " + text;
  text = problem(c.from, extent(c.from_pitch, c.width, c.height));
  return text.empty() ? "" : "the source: " + text;
}

void copy_now(const Copy& c) {
  // What was right when it was called may have been freed since.
  const std::string wrong = problem(c);
  if (!wrong.empty()) {
    throw Fault{cudaErrorIllegalAddress, std::string(c.call) + ": " + wrong};
  }
  char* to = view(c.to);
  const char* from = view(c.from);
  for (size_t i = 0; i < c.height; ++i) {
    std::memmove(to + i * c.to_pitch, from + i * c.from_pitch, c.width);
  }
}

cudaError_t submit_copy(CUstream_st& stream, const Copy& c) {
  Operation operation;
  operation.what = c.call;
  operation.work = [c] { copy_now(c); };
  return submit(stream, std::move(operation));
}

// With the source as it is now.
cudaError_t submit_snapshot(CUstream_st& stream, const Copy& c) {
  auto bytes = std::make_shared<std::vector<char>>(c.width * c.height);
  for (size_t i = 0; i < c.height; ++i) {
    std::memcpy(bytes->data() + i * c.width, c.from + i * c.from_pitch,
                c.width);
  }
  Operation operation;
  operation.what = c.call;
  operation.work = [c, bytes] {
    Copy staged = c;
    staged.from = bytes->data();
    staged.from_pitch = c.width;
    copy_now(staged);
  };
  return submit(stream, std::move(operation));
}

bool direction_fits(cudaMemcpyKind kind, bool from_device, bool to_device) {
  switch (kind) {
    case cudaMemcpyHostToHost:
      return !from_device && !to_device;
    case cudaMemcpyHostToDevice:
      return !from_device && to_device;
    case cudaMemcpyDeviceToHost:
      return from_device && !to_device;
    case cudaMemcpyDeviceToDevice:
      return from_device && to_device;
    default:
      return true;
  }
}

cudaError_t then_wait(CUstream_st& stream, cudaError_t error) {
  return error != cudaSuccess ? error : drain(stream);
}

}  // namespace

cudaError_t copy(CUstream_st& stream, const Copy& c, cudaMemcpyKind kind,
                 Waits waits) {
  if (c.width == 0 || c.height == 0) return cudaSuccess;
  const std::string name = std::string(c.call) + ": ";
  const bool from_device = device_holding(c.from) >= 0;
  const bool to_device = device_holding(c.to) >= 0;
  if (!direction_fits(kind, from_device, to_device)) {
    return refuse(cudaErrorInvalidValue,
                  name + "the pointers do not fit the direction");
  }
  const std::string wrong = problem(c);
  if (!wrong.empty()) return refuse(cudaErrorInvalidValue, name + wrong);
  // A graph reads and writes the host's memory whenever it runs.
  if (stream.capture) return submit_copy(stream, c);

  const bool from_pageable = !from_device && !is_pinned(c.from);
  const bool to_pageable = !to_device && !is_pinned(c.to);
  if (from_device && to_device) return submit_copy(stream, c);
  if (to_device && from_pageable) {
    // Staged: the source may change at once, the copy itself comes later.
    if (waits == Waits::kSync) {
      const cudaError_t error = drain(stream);
      if (error != cudaSuccess) return error;
    }
    return submit_snapshot(stream, c);
  }
  const bool from_host_to_host = !from_device && !to_device;
  if (waits == Waits::kSync || to_pageable || from_host_to_host) {
    return then_wait(stream, submit_copy(stream, c));
  }
  return submit_copy(stream, c);
}

cudaError_t fill(CUstream_st& stream, const Fill& f) {
  if (f.width == 0 || f.height == 0) return cudaSuccess;
  const size_t bytes = extent(f.pitch, f.width, f.height);
  std::string wrong = problem(f.to, bytes);
  if (wrong.empty() && device_holding(f.to) < 0 && !is_pinned(f.to)) {
    wrong = "it is host memory that is not pinned";
  }
  if (!wrong.empty()) {
    return refuse(cudaErrorInvalidValue, std::string(f.call) + ": " + wrong);
  }
  Operation operation;
  operation.what = f.call;
  operation.work = [f, bytes] {
    const std::string late = problem(f.to, bytes);
    if (!late.empty()) {
      throw Fault{cudaErrorIllegalAddress, std::string(f.call) + ": " + late};
    }
    char* to = view(f.to);
    for (size_t i = 0; i < f.height; ++i) {
      std::memset(to + i * f.pitch, f.value, f.width);
    }
  };
  return submit(stream, std::move(operation));
}

}  // namespace cuda_sim
