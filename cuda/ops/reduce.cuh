// The kernel of all reductions, for the .cu files with their tables.
//
// A Reducer says what a reduction keeps of the elements it has seen:
//
//   using Value = float;           // what elements are converted to
//   struct State;                  // trivial
//   State start() const;           // of no elements
//   // Adds those of N elements that are there.
//   void add(State&, const Value (&x)[N], const int64_t (&place)[N],
//            const bool (&there)[N]) const;
//   void join(State&, const State& other) const;
//   void finish(const State&, void* first, void* second, int64_t i) const;
//
// join() may be called in any order of the elements.

#ifndef CRESSET_CUDA_OPS_REDUCE_CUH_
#define CRESSET_CUDA_OPS_REDUCE_CUH_

#include <cuda_runtime.h>

#include <cstdint>
#include <type_traits>

#include "cresset/cuda/ops/convert.cuh"
#include "cresset/cuda/ops/reduce.h"
#include "cresset/cuda/ops/strided.cuh"

namespace cresset::internal::cuda {

// Elements that a thread has in flight.
template <class V>
constexpr int kReduceBatch = sizeof(V) == 4 ? 8 : 4;

// Four neighbours of a dtype that float kernels read as vectors.
__device__ inline void load_four(const char* p, Dtype dtype, float* y) {
  float x[4];
  if (dtype == Dtype::kFloat32) {
    load_elements<float>(p, x);
  } else if (dtype == Dtype::kFloat16) {
    load_elements<Half>(p, x);
  } else {
    load_elements<BFloat16>(p, x);
  }
#pragma unroll
  for (int i = 0; i < 4; ++i) y[i] = x[i];
}

template <class T, int N, class V>
__device__ void load_places(const char* const (&p)[N], const bool (&there)[N],
                            V (&y)[N]) {
#pragma unroll
  for (int i = 0; i < N; ++i) {
    if (!there[i]) continue;
    V one[1];
    load_elements<T>(p[i], one);
    y[i] = one[0];
  }
}

// One batch of a thread's elements; `first` is the number of its first, and
// `threads` how many threads work side by side.
template <class V, int N>
__device__ void load_batch(const ReduceArgs& args, const char* x, int64_t first,
                           int64_t threads, int64_t last, V (&y)[N],
                           int64_t (&place)[N], bool (&there)[N]) {
  if (std::is_same_v<V, float> && args.vectors) {
    if constexpr (std::is_same_v<V, float>) {
#pragma unroll
      for (int i = 0; i < N; ++i) {
        place[i] = first + i / 4 * 4 * threads + i % 4;
        there[i] = place[i] < last;
        y[i] = 0;
      }
#pragma unroll
      for (int i = 0; i < N; i += 4) {
        if (!there[i]) continue;
        int64_t at[1] = {place[i] * args.elements.strides[0][0]};
        if (args.elements.rank > 1) {
          args.elements.offsets(static_cast<uint32_t>(place[i]), at);
        }
        load_four(x + at[0], args.dtype, y + i);
      }
    }
    return;
  }
  const char* p[N];
#pragma unroll
  for (int i = 0; i < N; ++i) {
    place[i] = first + i * threads;
    there[i] = place[i] < last;
    y[i] = 0;
    int64_t at[1] = {place[i] * args.elements.strides[0][0]};
    if (args.elements.rank > 1 && there[i]) {
      args.elements.offsets(static_cast<uint32_t>(place[i]), at);
    }
    p[i] = x + at[0];
  }
  if (args.dtype == dtype_of<V>) {
    load_places<V>(p, there, y);
  } else if (std::is_same_v<V, float> && args.dtype == Dtype::kFloat16) {
    load_places<Half>(p, there, y);
  } else if (std::is_same_v<V, float> && args.dtype == Dtype::kBfloat16) {
    load_places<BFloat16>(p, there, y);
  } else if (std::is_same_v<V, int64_t> && args.dtype == Dtype::kBool) {
    load_places<bool>(p, there, y);
  } else {
#pragma unroll
    for (int i = 0; i < N; ++i) {
      if (there[i]) y[i] = load_any<V>(p[i], args.dtype);
    }
  }
}

template <class Reducer>
__global__ void __launch_bounds__(kReduceBlock)
    reduce_kernel_of(const __grid_constant__ ReduceArgs args) {
  using V = typename Reducer::Value;
  using State = typename Reducer::State;
  constexpr int N = kReduceBatch<V>;
  const Reducer reducer(args.op);
  const int outputs = 1 << args.log_outputs;
  const int threads = kReduceBlock >> args.log_outputs;
  const auto id = static_cast<int>(threadIdx.x);
  const bool across = args.neighbours_are_results || args.from_states;
  const int output = across ? id % outputs : id / threads;
  const int thread = across ? id / outputs : id % threads;
  const int64_t result = (int64_t{blockIdx.x} << args.log_outputs) + output;
  const int64_t results = args.results.numel;

  State state = reducer.start();
  if (result < results) {
    if (args.from_states) {
      const State* states = static_cast<const State*>(args.states);
      for (int64_t s = thread; s < args.each; s += threads) {
        reducer.join(state, states[s * results + result]);
      }
    } else {
      int64_t base[1];
      args.results.offsets(static_cast<uint32_t>(result), base);
      const int64_t begin = blockIdx.y * args.segment;
      const int64_t end = begin + args.segment;
      const int64_t last = end < args.each ? end : args.each;
      const int64_t mine = args.vectors ? thread * 4 : thread;
      for (int64_t first = begin + mine; first < last; first += N * threads) {
        V x[N];
        int64_t place[N];
        bool there[N];
        load_batch(args, args.x + base[0], first, threads, last, x, place,
                   there);
        reducer.add(state, x, place, there);
      }
    }
  }

  __shared__ State all[kReduceBlock];
  all[thread * outputs + output] = state;
  for (int step = kReduceBlock / 2; step >= outputs; step /= 2) {
    __syncthreads();
    if (id < step) reducer.join(all[id], all[id + step]);
  }
  __syncthreads();
  if (id >= outputs) return;
  const int64_t mine = (int64_t{blockIdx.x} << args.log_outputs) + id;
  if (mine >= results) return;
  if (!args.from_states && args.segment < args.each) {
    static_cast<State*>(args.states)[blockIdx.y * results + mine] = all[id];
  } else {
    reducer.finish(all[id], args.first, args.second, mine);
  }
}

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_REDUCE_CUH_
