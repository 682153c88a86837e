// The kernels of all scans; scan.cu says how they work together.
//
// A Scanner says what is known of the elements so far:
//
//   using Value = float;
//   struct State;
//   static State start();                       // of no elements
//   static State of(Value x, int64_t place);    // of one
//   static State join(const State& earlier, const State& later);
//   static State from_below(const State&, int lanes);  // of another lane
//   static void write(const State&, const ScanArgs&, int64_t at);

#ifndef CRESSET_CUDA_OPS_SCAN_CUH_
#define CRESSET_CUDA_OPS_SCAN_CUH_

#include <cuda_runtime.h>

#include <cstdint>

#include "cresset/cuda/ops/convert.cuh"
#include "cresset/cuda/ops/device.cuh"
#include "cresset/tensor/ops/scan_defs.h"

namespace cresset::internal::cuda {

constexpr int kScanBlock = 256;
constexpr int kScanEach = 8;  // elements of a thread in a tile
constexpr int64_t kScanTile = kScanBlock * kScanEach;

struct ScanArgs {
  const void* x;
  void* y;
  int64_t* index;
  int64_t n;
  int64_t inner;
  int64_t lines;     // rows or columns: outer * inner
  int64_t segment;   // elements of a segment of a line
  int64_t segments;  // for scan_carries
  void* states;      // [segment][line]; null if there is one segment
  int group;         // threads of a row: a warp or the block
  bool reverse;
  bool vectors;      // rows can be accessed by 16 bytes
  bool totals_only;  // write what the segments come to and nothing else
};

template <class Op, class T>
struct Accumulation {
  using Value = T;
  using State = typename ScanState<T>::Type;

  __device__ static State start() { return Op::template identity<State>(); }
  __device__ static State of(T x, int64_t) { return static_cast<State>(x); }
  __device__ static State join(const State& a, const State& b) {
    return Op()(a, b);
  }
  __device__ static State from_below(const State& a, int lanes) {
    return __shfl_up_sync(kAllLanes, a, lanes);
  }
  __device__ static T value(const State& a) { return static_cast<T>(a); }
  __device__ static int64_t place(const State&) { return 0; }
};

// The last of equal elements counts, and a NaN once it has come.
template <class Order, class T>
struct Extremes {
  using Value = T;
  struct State {
    T value;
    int64_t place;  // negative if there is no element yet
  };

  __device__ static State start() { return {T{0}, -1}; }
  __device__ static State of(T x, int64_t place) { return {x, place}; }
  __device__ static State join(const State& a, const State& b) {
    if (b.place < 0) return a;
    if (a.place < 0 || b.value != b.value) return b;
    return a.value == a.value && Order::holds(b.value, a.value) ? b : a;
  }
  __device__ static State from_below(const State& a, int lanes) {
    return {__shfl_up_sync(kAllLanes, a.value, lanes),
            __shfl_up_sync(kAllLanes, a.place, lanes)};
  }
  __device__ static T value(const State& a) { return a.value; }
  __device__ static int64_t place(const State& a) { return a.place; }
};

template <class Scanner>
__device__ void write_scanned(const typename Scanner::State& state,
                              const ScanArgs& args, int64_t at) {
  static_cast<typename Scanner::Value*>(args.y)[at] = Scanner::value(state);
  if (args.index != nullptr) args.index[at] = Scanner::place(state);
}

// A thread for each segment of each column.
template <class Scanner>
__global__ void __launch_bounds__(kScanBlock)
    scan_columns(const __grid_constant__ ScanArgs args) {
  using State = typename Scanner::State;
  const int64_t unit = global_index();
  const int64_t line = unit % args.lines;
  const int64_t begin = unit / args.lines * args.segment;
  if (begin >= args.n) return;
  const int64_t end = begin + args.segment;
  const int64_t last = end < args.n ? end : args.n;
  const int64_t base =
      line / args.inner * args.n * args.inner + line % args.inner;
  const auto* x = static_cast<const typename Scanner::Value*>(args.x);
  State* const states = static_cast<State*>(args.states);
  State state =
      states == nullptr || args.totals_only ? Scanner::start() : states[unit];
  const int64_t step = args.reverse ? -args.inner : args.inner;
  int64_t at = base + (args.reverse ? args.n - 1 - begin : begin) * args.inner;
#pragma unroll 4
  for (int64_t i = begin; i < last; ++i, at += step) {
    state = Scanner::join(state, Scanner::of(x[at], i));
    if (!args.totals_only) write_scanned<Scanner>(state, args, at);
  }
  if (args.totals_only) states[unit] = state;
}

// A thread for each line: every segment's total becomes what comes before it.
template <class Scanner>
__global__ void __launch_bounds__(kScanBlock)
    scan_carries(const __grid_constant__ ScanArgs args) {
  using State = typename Scanner::State;
  const int64_t line = global_index();
  if (line >= args.lines) return;
  State* const states = static_cast<State*>(args.states) + line;
  State carry = Scanner::start();
  constexpr int kTogether = 8;
  for (int64_t s = 0; s < args.segments; s += kTogether) {
    State totals[kTogether];
#pragma unroll
    for (int i = 0; i < kTogether; ++i) {
      if (s + i < args.segments) totals[i] = states[(s + i) * args.lines];
    }
#pragma unroll
    for (int i = 0; i < kTogether; ++i) {
      if (s + i >= args.segments) break;
      states[(s + i) * args.lines] = carry;
      carry = Scanner::join(carry, totals[i]);
    }
  }
}

// Elements [first, first + kScanEach) of a row in scan order; those at `last`
// and beyond are left alone.
template <class T>
__device__ void load_row_part(const ScanArgs& args, const T* row, int64_t first,
                              int64_t last, T (&x)[kScanEach]) {
  constexpr int kVector = 16 / sizeof(T);
  if (args.vectors && first + kScanEach <= last) {
#pragma unroll
    for (int i = 0; i < kScanEach; i += kVector) {
      T v[kVector];
      const int64_t at = first + i;
      load_elements<T>(row + (args.reverse ? args.n - at - kVector : at), v);
#pragma unroll
      for (int k = 0; k < kVector; ++k) {
        x[i + k] = args.reverse ? v[kVector - 1 - k] : v[k];
      }
    }
    return;
  }
#pragma unroll
  for (int i = 0; i < kScanEach; ++i) {
    const int64_t at = first + i;
    if (at < last) x[i] = row[args.reverse ? args.n - 1 - at : at];
  }
}

template <class Scanner>
__device__ void store_row_part(
    const ScanArgs& args, int64_t row, int64_t first, int64_t last,
    const typename Scanner::State (&states)[kScanEach]) {
  using T = typename Scanner::Value;
  constexpr int kVector = 16 / sizeof(T);
  const bool vectors = args.vectors && first + kScanEach <= last;
  if (vectors) {
#pragma unroll
    for (int i = 0; i < kScanEach; i += kVector) {
      T v[kVector];
#pragma unroll
      for (int k = 0; k < kVector; ++k) {
        v[args.reverse ? kVector - 1 - k : k] = Scanner::value(states[i + k]);
      }
      const int64_t at = first + i;
      store_elements<T>(static_cast<T*>(args.y) + row +
                            (args.reverse ? args.n - at - kVector : at),
                        v);
    }
  }
#pragma unroll
  for (int i = 0; i < kScanEach; ++i) {
    const int64_t at = first + i;
    if (at >= last) break;
    const int64_t to = row + (args.reverse ? args.n - 1 - at : at);
    if (!vectors) static_cast<T*>(args.y)[to] = Scanner::value(states[i]);
    if (args.index != nullptr) args.index[to] = Scanner::place(states[i]);
  }
}

// A warp or a block for each segment of each row (inner is 1).
template <class Scanner>
__global__ void __launch_bounds__(kScanBlock)
    scan_rows(const __grid_constant__ ScanArgs args) {
  using T = typename Scanner::Value;
  using State = typename Scanner::State;
  constexpr int kWarps = kScanBlock / kWarp;
  __shared__ State warp_totals[kWarps];
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  const int warp = static_cast<int>(threadIdx.x) / kWarp;
  const bool by_warps = args.group == kWarp;
  const int64_t unit =
      by_warps ? int64_t{blockIdx.x} * kWarps + warp : int64_t{blockIdx.x};
  const int64_t line = unit % args.lines;
  const int64_t begin = unit / args.lines * args.segment;
  const int64_t end = begin + args.segment;
  const int64_t last = end < args.n ? end : args.n;
  const int64_t row = line * args.n;
  const int thread = by_warps ? lane : static_cast<int>(threadIdx.x);
  State* const states = static_cast<State*>(args.states);
  State carry =
      states == nullptr || args.totals_only ? Scanner::start() : states[unit];
  for (int64_t tile = begin; tile < last; tile += args.group * kScanEach) {
    const int64_t first = tile + thread * kScanEach;
    T x[kScanEach];
    load_row_part(args, static_cast<const T*>(args.x) + row, first, last, x);
    State own[kScanEach];
    State sum = Scanner::start();
#pragma unroll
    for (int i = 0; i < kScanEach; ++i) {
      if (first + i < last) {
        sum = Scanner::join(sum, Scanner::of(x[i], first + i));
      }
      own[i] = sum;
    }
    // What the lanes below and, with them, this one come to.
    State upto = sum;
#pragma unroll
    for (int step = 1; step < kWarp; step *= 2) {
      const State below = Scanner::from_below(upto, step);
      if (lane >= step) upto = Scanner::join(below, upto);
    }
    State before = Scanner::from_below(upto, 1);
    if (lane == 0) before = Scanner::start();
    State total;
    if (by_warps) {
      if (lane == kWarp - 1) warp_totals[warp] = upto;
      __syncwarp();
      total = warp_totals[warp];
      __syncwarp();
    } else {
      __syncthreads();  // the last tile's totals have been read
      if (lane == kWarp - 1) warp_totals[warp] = upto;
      __syncthreads();
      total = Scanner::start();
      State warps_below = total;
#pragma unroll
      for (int w = 0; w < kWarps; ++w) {
        if (w == warp) warps_below = total;
        total = Scanner::join(total, warp_totals[w]);
      }
      before = Scanner::join(warps_below, before);
    }
    before = Scanner::join(carry, before);
    if (!args.totals_only) {
#pragma unroll
      for (int i = 0; i < kScanEach; ++i) {
        own[i] = Scanner::join(before, own[i]);
      }
      store_row_part<Scanner>(args, row, first, last, own);
    }
    carry = Scanner::join(carry, total);
  }
  if (args.totals_only && thread == 0) states[unit] = carry;
}

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_SCAN_CUH_
