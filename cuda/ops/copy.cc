// The core's three kernels. Copies between devices move dense memory only:
// what is strided, or to be converted, is made so on the side where it lies,
// and the dtype that travels is the smaller one.

#include "cresset/tensor/core/copy.h"

#include <cstring>

#include "cresset/cuda/ops/copy_kernels.h"
#include "cresset/cuda/runtime/capture.h"
#include "cresset/cuda/runtime/check.h"
#include "cresset/cuda/runtime/device.h"
#include "cresset/cuda/runtime/pinned.h"
#include "cresset/cuda/runtime/stream.h"
#include "cresset/tensor/ops/binary_defs.h"
#include "cresset/tensor/ops/elementwise.h"

namespace cresset::internal::cuda {
namespace {

// Whether the elements of both lie in the same order without gaps.
bool same_dense_layout(const Tensor& a, const Tensor& b) {
  if (!is_dense(a.sizes(), a.strides())) return false;
  for (size_t d = 0; d < a.sizes().size(); ++d) {
    if (a.sizes()[d] != 1 && a.strides()[d] != b.strides()[d]) return false;
  }
  return true;
}

bool same_bytes(const Tensor& from, const Tensor& to) {
  return from.dtype() == to.dtype() && same_dense_layout(from, to);
}

// An empty tensor in the memory order of `like`, without its gaps.
Tensor make_dense(const Tensor& like, Dtype dtype, Device device) {
  if (!is_dense(like.sizes(), like.strides())) {
    return make_empty(like.sizes(), dtype, device);
  }
  return empty_strided(like.sizes(), like.strides(),
                       {.dtype = dtype, .device = device});
}

// The dtype that travels between devices.
Dtype travelling(const Tensor& from, const Tensor& to) {
  return from.itemsize() <= to.itemsize() ? from.dtype() : to.dtype();
}

void copy_on_device(const Tensor& from, const Tensor& to) {
  const Device device = to.device();
  const bool raw = from.dtype() == to.dtype() && from.dtype() != bool_;
  if (raw && same_dense_layout(from, to)) {
    use_device(device);
    CRESSET_CUDA_CHECK(
        cudaMemcpyAsync(to.raw_data(), from.raw_data(), to.nbytes(),
                        cudaMemcpyDeviceToDevice, current_stream(device)),
        "bytes = ", to.nbytes());
    return;
  }
  const Tensor operands[] = {to, from};
  for_pieces(StridedLoop(operands), 2, [&](const StridedPiece& piece) {
    if (raw) {
      copy_piece(device, piece, static_cast<int64_t>(to.itemsize()));
    } else {
      convert_piece(device, piece, from.dtype(), to.dtype());
    }
  });
}

// `x` without gaps and in `dtype`: itself, or a copy where it lies.
Tensor prepared(const Tensor& x, Dtype dtype) {
  if (x.dtype() == dtype && is_dense(x.sizes(), x.strides())) return x;
  Tensor y = make_dense(x, dtype, x.device());
  copy_kernel(x.device(), x, y);
  return y;
}

// Copies the same bytes from or to the host. Pageable memory is free for other
// use when this returns; whether pinned memory is, the thread's setting says.
void move_bytes(const Tensor& from, const Tensor& to) {
  const bool up = from.device().is_cpu();
  const Device device = up ? to.device() : from.device();
  const void* const host = (up ? from : to).raw_data();
  const bool pinned = is_pinned(host);
  if (!pinned) check_not_captured(device, "copy from or to pageable memory");
  use_device(device);
  const cudaStream_t stream = current_stream(device);
  CRESSET_CUDA_CHECK(
      cudaMemcpyAsync(to.raw_data(), from.raw_data(), to.nbytes(),
                      up ? cudaMemcpyHostToDevice : cudaMemcpyDeviceToHost,
                      stream),
      "bytes = ", to.nbytes());
  if (pinned) record_host_use(host, device, stream);
  // The driver has taken pageable bytes into its own buffer by now.
  const bool taken = up && !pinned;
  if (!taken && !(pinned && copies_without_waiting())) wait_for_stream(device);
}

void copy_from_host(const Tensor& from, const Tensor& to) {
  const Tensor source = prepared(from, travelling(from, to));
  if (same_bytes(source, to)) {
    move_bytes(source, to);
  } else {
    const Tensor arrived = make_dense(source, source.dtype(), to.device());
    move_bytes(source, arrived);
    copy_on_device(arrived, to);
  }
}

void copy_to_host(const Tensor& from, const Tensor& to) {
  const Tensor source = prepared(from, travelling(from, to));
  if (same_bytes(source, to)) {
    move_bytes(source, to);
  } else {
    const Tensor arrived = make_dense(source, source.dtype(), Device());
    move_bytes(source, arrived);
    copy_cpu(arrived, to);
  }
}

// Makes the current stream of `later` wait for what is now in that of
// `earlier`.
void order_streams(Device earlier, Device later) {
  use_device(earlier);
  cudaEvent_t event;
  CRESSET_CUDA_CHECK(cudaEventCreateWithFlags(&event, cudaEventDisableTiming));
  CRESSET_CUDA_CHECK(cudaEventRecord(event, current_stream(earlier)));
  use_device(later);
  CRESSET_CUDA_CHECK(cudaStreamWaitEvent(current_stream(later), event, 0));
  CRESSET_CUDA_CHECK(cudaEventDestroy(event));
}

void copy_between_devices(const Tensor& from, const Tensor& to) {
  const Device here = from.device(), there = to.device();
  const Tensor source = prepared(from, travelling(from, to));
  const bool direct = same_bytes(source, to);
  const Tensor arrived =
      direct ? to : make_dense(source, source.dtype(), there);
  order_streams(here, there);
  CRESSET_CUDA_CHECK(
      cudaMemcpyPeerAsync(arrived.raw_data(), there.index, source.raw_data(),
                          here.index, arrived.nbytes(), current_stream(there)),
      "bytes = ", arrived.nbytes());
  // The source may be changed or freed as soon as this returns.
  order_streams(there, here);
  if (!direct) copy_on_device(arrived, to);
}

void copy_cuda(const Tensor& from, const Tensor& to) {
  if (from.device() == to.device()) {
    copy_on_device(from, to);
  } else if (from.device().is_cpu()) {
    copy_from_host(from, to);
  } else if (to.device().is_cpu()) {
    copy_to_host(from, to);
  } else {
    copy_between_devices(from, to);
  }
}

void fill_cuda(const Scalar& value, const Tensor& to) {
  unsigned char bytes[16];
  visit_dtype(to.dtype(), [&](auto t) {
    const auto element = value.to<decltype(t)>();
    std::memcpy(bytes, &element, sizeof element);
  });
  bool alike = true;
  for (size_t i = 1; i < to.itemsize(); ++i) alike &= bytes[i] == bytes[0];
  if (alike && is_dense(to.sizes(), to.strides())) {
    use_device(to.device());
    CRESSET_CUDA_CHECK(cudaMemsetAsync(to.raw_data(), bytes[0], to.nbytes(),
                                       current_stream(to.device())),
                       "bytes = ", to.nbytes());
    return;
  }
  for_pieces(StridedLoop({&to, 1}), 1, [&](const StridedPiece& piece) {
    fill_piece(to.device(), piece, bytes, static_cast<int64_t>(to.itemsize()));
  });
}

// A row-major complex tensor as one of its parts, twice as long.
Tensor parts_of(const Tensor& x) {
  const Dtype dtype = x.dtype() == complex64 ? float32 : float64;
  const int64_t sizes[] = {2 * x.numel()}, strides[] = {1};
  return over_storage(x.storage(), dtype, {sizes, 1}, {strides, 1},
                      2 * x.storage_offset());
}

void add_cuda(const Tensor& a, const Tensor& b, const Tensor& y) {
  if (is_complex(y.dtype())) {
    return add_cuda(parts_of(a), parts_of(b), parts_of(y));
  }
  const Operand operands[] = {a, b};
  run_into(Add(), operands, y, y.dtype());
}

const CopyKernel::Entry copy_on_cuda{copy_kernel, DeviceType::kCuda, copy_cuda};
const FillKernel::Entry fill_on_cuda{fill_kernel, DeviceType::kCuda, fill_cuda};
const AddKernel::Entry add_on_cuda{add_kernel, DeviceType::kCuda, add_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
