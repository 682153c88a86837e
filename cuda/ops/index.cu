// Rows of elements from or to computed places.

#include <cstdint>

#include "cresset/cuda/ops/device.cuh"
#include "cresset/cuda/ops/element.cuh"
#include "cresset/cuda/ops/index_guard.cuh"
#include "cresset/cuda/ops/put_op.cuh"
#include "cresset/cuda/ops/put_sorted.cuh"
#include "cresset/cuda/ops/walk.cuh"
#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/ops/index_places.h"

namespace cresset::internal::cuda {
namespace {

__global__ void add_offsets_kernel(const int64_t* index, int64_t n,
                                   int64_t size, int64_t stride,
                                   int64_t* offsets, IndexGuard guard) {
  const int64_t i = global_index();
  if (i >= n) return;
  int64_t k = index[i];
  if (k < -size || k >= size) {
    guard.report(k, size);
    k = 0;
  }
  offsets[i] += (k < 0 ? k + size : k) * stride;
}

void add_offsets_cuda(const Tensor& index, int64_t size, int64_t stride,
                      int64_t dim, const Tensor& offsets) {
  const int64_t n = index.numel();
  if (n == 0) return;
  const Device device = index.device();
  if (size == 0) {  // no index is right
    int64_t first = 0;
    download(device, index.raw_data(), &first, sizeof(first));
    throw_error(ErrorCode::kIndex, concat("index: index ", first,
                                          " is out of bounds for dimension ",
                                          dim, " with size 0"));
  }
  launch(device, one_thread_each(n), add_offsets_kernel, index.data<int64_t>(),
         n, size, stride, offsets.data<int64_t>(),
         index_guard(device, "index", dim));
}

__global__ void check_range_kernel(const int64_t* index, int64_t n,
                                   int64_t size, IndexGuard guard) {
  const int64_t i = global_index();
  if (i < n) guard.accepts(index[i], size);
}

void check_range_cuda(const Tensor& index, int64_t size, const char* op,
                      int64_t dim) {
  if (index.numel() == 0) return;
  launch(index.device(), one_thread_each(index.numel()), check_range_kernel,
         index.data<int64_t>(), index.numel(), size,
         index_guard(index.device(), op, dim));
}

// Rows (b, j) of `after` elements each, at before(b) + offsets[j].
struct Rows {
  Walk<1> before, after;
  Divider by_after, by_n;
  const int64_t* offsets;
  int shift = 0;  // offsets count elements, places groups of 2^shift

  explicit Rows(const IndexPlan& plan)
      : before(plan.before, {plan.before_strides}),
        after(plan.after, {plan.after_strides}),
        offsets(plan.offsets.data<int64_t>()) {
    finish(plan.offsets.numel());
  }

  void finish(int64_t n) {
    by_after = Divider(after.numel());
    by_n = Divider(n);
  }

  // Groups neighbours up to 16 bytes, where all places allow it; returns the
  // bytes of a group.
  size_t widen(const IndexPlan& plan, const void* x, const void* rows,
               size_t itemsize) {
    const auto address =
        reinterpret_cast<uintptr_t>(x) | reinterpret_cast<uintptr_t>(rows);
    size_t bytes = 16;
    for (; bytes > itemsize; bytes /= 2) {
      const auto v = static_cast<int64_t>(bytes / itemsize);
      if (address % bytes == 0 && plan.unit % v == 0 &&
          before.has_multiples(v) && after.widens(v)) {
        break;
      }
    }
    if (bytes <= itemsize) return itemsize;
    while ((itemsize << shift) < bytes) ++shift;
    before.widen(INT64_C(1) << shift, false);
    after.widen(INT64_C(1) << shift, true);
    finish(plan.offsets.numel());
    return bytes;
  }

  int64_t numel() const {
    return before.numel() * by_n.divisor() * after.numel();
  }
  __device__ int64_t place(int64_t i) const {
    const int64_t c = by_after.split(i);
    const int64_t j = by_n.split(i);
    return before.place(i) + (offsets[j] >> shift) + after.place(c);
  }
};

template <class T>
__global__ void take_rows(const __grid_constant__ Rows r, const T* x, T* rows,
                          int64_t total) {
  const int64_t i = global_index();
  if (i < total) rows[i] = x[r.place(i)];
}

template <class T>
__global__ void assign_rows(const __grid_constant__ Rows r, T* x, const T* rows,
                            int64_t total) {
  const int64_t i = global_index();
  if (i < total) x[r.place(i)] = rows[i];
}

template <class W>
__global__ void combine_rows(const __grid_constant__ Rows r, PutOp op,
                             Elements<W> x, Elements<W> rows, int64_t total) {
  const int64_t i = global_index();
  if (i >= total) return;
  const int64_t at = r.place(i);
  x.store(at, combine(op, x.load(at), rows.load(i)));
}

void take_cuda(const Tensor& x, const IndexPlan& plan, const Tensor& rows) {
  if (rows.numel() == 0) return;
  Rows r(plan);
  const size_t bytes =
      r.widen(plan, x.raw_data(), rows.raw_data(), x.itemsize());
  visit_bytes(bytes, [&](auto t) {
    using T = decltype(t);
    launch(x.device(), one_thread_each(r.numel()), take_rows<T>, r,
           static_cast<const T*>(x.raw_data()),
           static_cast<T*>(rows.raw_data()), r.numel());
  });
}

// No two rows go to one place.
void put_distinct(const Tensor& x, const IndexPlan& plan, const Tensor& rows,
                  PutOp op) {
  Rows r(plan);
  if (op == PutOp::kAssign) {
    const size_t bytes =
        r.widen(plan, x.raw_data(), rows.raw_data(), x.itemsize());
    visit_bytes(bytes, [&](auto t) {
      using T = decltype(t);
      launch(x.device(), one_thread_each(r.numel()), assign_rows<T>, r,
             static_cast<T*>(x.raw_data()),
             static_cast<const T*>(rows.raw_data()), r.numel());
    });
    return;
  }
  check_put_op(x.dtype(), op);
  visit_wide(x.dtype(), "index", [&](auto w) {
    using W = decltype(w);
    launch(x.device(), one_thread_each(r.numel()), combine_rows<W>, r, op,
           Elements<W>{x.raw_data(), x.dtype()},
           Elements<W>{rows.raw_data(), rows.dtype()}, r.numel());
  });
}

void put_cuda(const Tensor& x, const IndexPlan& plan, const Tensor& rows,
              PutOp op) {
  if (rows.numel() == 0) return;
  const int64_t n = plan.offsets.numel();
  if (plan.distinct || n == 1) return put_distinct(x, plan, rows, op);
  SortedPut put{x, rows, op, n, 1, {}, {}, {}, {}};
  for (size_t d = 0; d < x.sizes().size(); ++d) {
    put.limit += (x.sizes()[d] - 1) * x.strides()[d];
  }
  put.before = Walk<1>(plan.before, {plan.before_strides});
  put.after = Walk<1>(plan.after, {plan.after_strides});
  put_sorted(put, plan.offsets.data<int64_t>());
}

const OffsetsKernel::Entry offsets_on_cuda{offsets_kernel, DeviceType::kCuda,
                                           add_offsets_cuda};
const IndexRangeKernel::Entry range_on_cuda{
    index_range_kernel, DeviceType::kCuda, check_range_cuda};
const TakeKernel::Entry take_on_cuda{take_kernel, DeviceType::kCuda, take_cuda};
const PutKernel::Entry put_on_cuda{put_kernel, DeviceType::kCuda, put_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
