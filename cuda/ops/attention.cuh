// Attention in tiles: what its kernels share.
//
// A block of 128 threads works on 16 * kEach queries and 32 keys at a time. Of
// their scores thread (ty, tx) = (t / 8, t % 8) holds queries ty + 16 i and
// keys tx + 8 j, so that the eight lanes of a query are neighbours in a warp.
// How tiles lie in shared memory and are multiplied is another matter:
// attention_products.cuh for float32, attention_mma.cuh for 16-bit types.

#ifndef CRESSET_CUDA_OPS_ATTENTION_CUH_
#define CRESSET_CUDA_OPS_ATTENTION_CUH_

#include <initializer_list>

#include "cresset/cuda/ops/draw.cuh"
#include "cresset/cuda/ops/pack.cuh"
#include "cresset/cuda/ops/softmax.cuh"
#include "cresset/tensor/ops/attention.h"

namespace cresset::internal::cuda {

constexpr int kAttentionThreads = 128;
constexpr int kTileKeys = 32;
constexpr int kLanes = 8;                  // threads of one query
constexpr int kMine = kTileKeys / kLanes;  // keys of one thread

// The matrices of all heads; steps count elements.
struct HeadMatrices {
  void* data;
  int64_t batch, head, row;
};

struct AttentionArgs {
  HeadMatrices q, k, v;
  HeadMatrices y, g;        // the result and its gradient
  HeadMatrices gq, gk, gv;  // gradients
  const void* mask;         // null: none
  int64_t mask_steps[4];
  bool mask_is_bool;
  bool is_causal;
  bool vectors;  // four elements can be moved at once
  int64_t heads, queries, keys;
  int64_t tiles;  // blocks of one head
  int e, width;   // elements of a key, of a value
  float scale;
  bool drops;
  RandomSlice slice;
  uint64_t threshold;  // of what is kept
  float keep_scale;
  float* log_sums;  // [batch, heads, queries]
  float* deltas;    // likewise: the sum of g * y
};

// One head's part of the work of a block.
struct Head {
  int64_t number, batch, head, first;  // `first` row of the block's tile

  __device__ Head(const AttentionArgs& args, int rows)
      : number(blockIdx.x / args.tiles),
        batch(number / args.heads),
        head(number % args.heads),
        first(blockIdx.x % args.tiles * rows) {}
  __device__ int64_t offset_in(const HeadMatrices& x) const {
    return batch * x.batch + head * x.head;
  }
};

// N elements at `from`, of which `count` exist; the others are 0. vectors says
// that four can be moved at once.
template <class V, class T>
__device__ void load_quad(const T* from, int count, bool vectors, V (&v)[4]) {
  if (vectors && count >= 4) {
    load_elements<T>(from, v);
    return;
  }
#pragma unroll
  for (int j = 0; j < 4; ++j) {
    v[j] = converted<V>(j < count ? from[j] : T{});
  }
}

template <class T>
__device__ void store_quad(T* to, int count, bool vectors,
                           const float (&v)[4]) {
  if (vectors && count >= 4) {
    store_elements<T>(to, v);
    return;
  }
#pragma unroll
  for (int j = 0; j < 4; ++j) {
    if (j < count) to[j] = converted<T>(v[j]);
  }
}

// Rows [first, first + rows) of a head's matrix of n rows of T into shared
// memory as V, in lines of `padded` elements, a multiple of four, that lie
// kLine apart; zeros where there are none.
template <class T, int kLine, class V>
__device__ void load_tile(const AttentionArgs& args, const HeadMatrices& x,
                          const Head& head, int64_t first, int64_t n, int rows,
                          int width, int padded, V* to) {
  const int quads = padded / 4;
  const T* const from = static_cast<const T*>(x.data) + head.offset_in(x);
  for (int i = static_cast<int>(threadIdx.x); i < rows * quads;
       i += kAttentionThreads) {
    const int row = i / quads, column = i % quads * 4;
    V v[4] = {};
    if (first + row < n && column < width) {
      load_quad(from + (first + row) * x.row + column, width - column,
                args.vectors, v);
    }
    store_elements<V>(to + row * kLine + column, v);
  }
}

// What is added to the score of a query and a key that exist.
template <class T>
__device__ float mask_at(const AttentionArgs& args, const Head& head,
                         int64_t query, int64_t key) {
  const int64_t at = head.batch * args.mask_steps[0] +
                     head.head * args.mask_steps[1] +
                     query * args.mask_steps[2] + key * args.mask_steps[3];
  if (args.mask_is_bool) {
    const bool seen = static_cast<const uint8_t*>(args.mask)[at] != 0;
    return seen ? 0.0f : lowest<float>();
  }
  return converted<float>(static_cast<const T*>(args.mask)[at]);
}

// Products to scores: scaled and masked; -infinity for keys that do not exist.
template <class T, int kEach>
__device__ void make_scores(const AttentionArgs& args, const Head& head,
                            int64_t first_query, int64_t first_key,
                            float (&s)[kEach][kMine]) {
  const int tx = static_cast<int>(threadIdx.x) % kLanes;
  const int ty = static_cast<int>(threadIdx.x) / kLanes;
#pragma unroll
  for (int i = 0; i < kEach; ++i) {
    const int64_t query = first_query + ty + 16 * i;
#pragma unroll
    for (int j = 0; j < kMine; ++j) {
      const int64_t key = first_key + tx + kLanes * j;
      s[i][j] *= args.scale;
      if (key >= args.keys || (args.is_causal && key > query)) {
        s[i][j] = lowest<float>();
      } else if (args.mask != nullptr && query < args.queries) {
        s[i][j] += mask_at<T>(args, head, query, key);
      }
    }
  }
}

// The factors of a query's keys tx + 8 j of the tile at first_key: 0 where
// dropout drops the weight. Both passes draw the same numbers.
__device__ inline void drop_factors(const AttentionArgs& args, const Head& head,
                                    int64_t query, int64_t first_key,
                                    float (&factor)[kMine]) {
  if (!args.drops) {
#pragma unroll
    for (int j = 0; j < kMine; ++j) factor[j] = 1;
    return;
  }
  const int64_t tiles = (args.keys + kTileKeys - 1) / kTileKeys;
  const int64_t row = head.number * args.queries + query;
  const PhiloxNumbers r =
      draw(args.slice, (row * tiles + first_key / kTileKeys) * kLanes +
                           threadIdx.x % kLanes);
#pragma unroll
  for (int j = 0; j < kMine; ++j) {
    factor[j] = r.at[j] < args.threshold ? args.keep_scale : 0.0f;
  }
}

// The keys that queries before `end` see.
__device__ inline int64_t keys_seen(const AttentionArgs& args, int64_t end) {
  return args.is_causal && end < args.keys ? end : args.keys;
}

// Columns tx * 4 + 32 c of queries (Products::mix), times a factor for each
// query.
template <class T, int kEach, int kChunks>
__device__ void store_mixed(const AttentionArgs& args, const HeadMatrices& to,
                            const Head& head, int width,
                            const float (&factor)[kEach],
                            const float (&sum)[kEach][kChunks][4]) {
  const int tx = static_cast<int>(threadIdx.x) % kLanes;
  const int ty = static_cast<int>(threadIdx.x) / kLanes;
#pragma unroll
  for (int i = 0; i < kEach; ++i) {
    const int64_t query = head.first + ty + 16 * i;
    if (query >= args.queries) continue;
#pragma unroll
    for (int c = 0; c < kChunks; ++c) {
      const int column = c * 32 + tx * 4;
      if (column >= width) continue;
      float v[4];
#pragma unroll
      for (int m = 0; m < 4; ++m) v[m] = sum[i][c][m] * factor[i];
      store_quad(static_cast<T*>(to.data) + head.offset_in(to) +
                     query * to.row + column,
                 width - column, args.vectors, v);
    }
  }
}

// Calls f with the element type of a dtype that attention takes.
template <class F>
void visit_attention(Dtype dtype, F&& f) {
  dtype == float16 ? f(Half{}) : dtype == bfloat16 ? f(BFloat16{}) : f(float{});
}

inline HeadMatrices matrices_of(const Tensor& x) {
  return {x.raw_data(), x.stride(0), x.stride(1), x.stride(2)};
}

// What all kernels need; `others` are the tensors that a kernel also reads or
// writes (attention.cu).
AttentionArgs attention_args(const AttentionCall& call,
                             const DrawnNumbers& numbers,
                             std::initializer_list<const Tensor*> others);

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_ATTENTION_CUH_
