// The gradients of attention. The weights are computed again, tile by tile,
// twice: for the gradients of keys and values by blocks that keep 32 keys, for
// those of the queries by blocks that keep 64 queries. So each block writes
// what is its own, and the order of all sums is fixed.

#include "cresset/cuda/ops/attention_mma.cuh"
#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/cuda/runtime/scratch.h"

namespace cresset::internal::cuda {
namespace {

// deltas = the sum of g * y of each query; a warp each.
template <class T>
__global__ void attention_deltas(const __grid_constant__ AttentionArgs args,
                                 int64_t rows) {
  const int64_t row = global_index() / kWarp;
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  if (row >= rows) return;
  const int64_t number = row / args.queries, query = row % args.queries;
  const int64_t batch = number / args.heads, head = number % args.heads;
  const auto at = [&](const HeadMatrices& x) {
    return batch * x.batch + head * x.head + query * x.row;
  };
  float sum = 0;
  for (int c = lane * 4; c < args.width; c += kWarp * 4) {
    float y[4], g[4];
    load_quad(static_cast<const T*>(args.y.data) + at(args.y) + c,
              args.width - c, args.vectors, y);
    load_quad(static_cast<const T*>(args.g.data) + at(args.g) + c,
              args.width - c, args.vectors, g);
#pragma unroll
    for (int m = 0; m < 4; ++m) sum += y[m] * g[m];
  }
  sum = warp_reduce(sum, Plus{});
  if (lane == 0) args.deltas[row] = sum;
}

// From scores and the products of g with values: the gradients of the scores
// in place of the products, the weights that mixed the values in place of the
// scores. Queries that do not exist have none.
template <int kEach>
__device__ void score_grads(const AttentionArgs& args, const Head& head,
                            int64_t first_query, int64_t first_key,
                            float (&s)[kEach][kMine],
                            float (&products)[kEach][kMine]) {
  const int ty = static_cast<int>(threadIdx.x) / kLanes;
#pragma unroll
  for (int i = 0; i < kEach; ++i) {
    const int64_t query = first_query + ty + 16 * i;
    const bool exists = query < args.queries;
    const int64_t row = head.number * args.queries + (exists ? query : 0);
    const float log_sum = args.log_sums[row], delta = args.deltas[row];
    float factor[kMine];
    drop_factors(args, head, exists ? query : 0, first_key, factor);
#pragma unroll
    for (int j = 0; j < kMine; ++j) {
      const float weight = exists ? exp_of(s[i][j] - log_sum) : 0.0f;
      products[i][j] = weight * (products[i][j] * factor[j] - delta);
      s[i][j] = weight * factor[j];
    }
  }
}

// How a block's shared memory is used: tiles of queries and of their gradients,
// tiles of keys, weights, scratch.
template <class T, int kHead, int kRowsOfTile, int kKeyTiles, int kWeightTiles>
struct Layout {
  using P = Products<T, kHead>;
  using Element = typename P::Element;
  static constexpr int kRows = kRowsOfTile;
  static constexpr int kQueries = kRows * P::kLine;
  static constexpr int kKeys = kTileKeys * P::kLine;
  static constexpr int kWeights = kRows * P::kWeightLine;
  static constexpr size_t kBytes =
      sizeof(Element) *
          (2 * kQueries + kKeyTiles * kKeys + kWeightTiles * kWeights) +
      sizeof(float) * P::kScratch(kRows);
};
template <class T, int kHead>
using QueryLayout = Layout<T, kHead, 64, 1, 1>;
template <class T, int kHead>
using KeyLayout = Layout<T, kHead, 32, 2, 2>;

template <class T, int kHead>
__global__ void attention_grad_queries(
    const __grid_constant__ AttentionArgs args) {
  using L = QueryLayout<T, kHead>;
  using P = Products<T, kHead>;
  using Element = typename P::Element;
  constexpr int kEach = L::kRows / 16, kChunks = kHead / 32;
  Element* const queries = dynamic_shared<Element>();
  Element* const grads = queries + L::kQueries;
  Element* const others = grads + L::kQueries;  // values, then keys
  Element* const weights = others + L::kKeys;
  float* const scratch = reinterpret_cast<float*>(weights + L::kWeights);
  const Head head(args, L::kRows);
  P::load(args, args.q, head, head.first, args.queries, L::kRows, args.e,
          queries);
  P::load(args, args.g, head, head.first, args.queries, L::kRows, args.width,
          grads);
  float sum[kEach][kChunks][4] = {};
  const int64_t end = keys_seen(args, head.first + L::kRows);
  for (int64_t first = 0; first < end; first += kTileKeys) {
    float s[kEach][kMine], products[kEach][kMine];
    __syncthreads();
    P::load(args, args.v, head, first, args.keys, kTileKeys, args.width,
            others);
    __syncthreads();
    P::scores(grads, others, args.width, scratch, products);
    __syncthreads();
    P::load(args, args.k, head, first, args.keys, kTileKeys, args.e, others);
    __syncthreads();
    P::scores(queries, others, args.e, scratch, s);
    make_scores<T>(args, head, head.first, first, s);
    score_grads(args, head, head.first, first, s, products);
    P::store(products, weights);
    __syncthreads();
    P::mix(weights, others, args.e, scratch, sum);
  }
  float scale[kEach];
#pragma unroll
  for (int i = 0; i < kEach; ++i) scale[i] = args.scale;
  store_mixed<T>(args, args.gq, head, args.e, scale, sum);
}

// Columns (t % 16) * 4 + 64 c of keys t / 16 * 4 + i (Products::mix_back).
template <class T, int kChunks>
__device__ void store_back(const AttentionArgs& args, const HeadMatrices& to,
                           const Head& head, int width, float scale,
                           const float (&sum)[4][kChunks][4]) {
  const int cx = static_cast<int>(threadIdx.x) % 16;
  const int ky = static_cast<int>(threadIdx.x) / 16;
#pragma unroll
  for (int i = 0; i < 4; ++i) {
    const int64_t key = head.first + ky * 4 + i;
    if (key >= args.keys) continue;
#pragma unroll
    for (int c = 0; c < kChunks; ++c) {
      const int column = c * 64 + cx * 4;
      if (column >= width) continue;
      float v[4];
#pragma unroll
      for (int m = 0; m < 4; ++m) v[m] = sum[i][c][m] * scale;
      store_quad(
          static_cast<T*>(to.data) + head.offset_in(to) + key * to.row + column,
          width - column, args.vectors, v);
    }
  }
}

template <class T, int kHead>
__global__ void attention_grad_keys(
    const __grid_constant__ AttentionArgs args) {
  using L = KeyLayout<T, kHead>;
  using P = Products<T, kHead>;
  using Element = typename P::Element;
  constexpr int kEach = L::kRows / 16, kChunks = kHead / 64;
  Element* const queries = dynamic_shared<Element>();
  Element* const grads = queries + L::kQueries;
  Element* const keys = grads + L::kQueries;
  Element* const values = keys + L::kKeys;
  Element* const weights = values + L::kKeys;
  Element* const scores = weights + L::kWeights;
  float* const scratch = reinterpret_cast<float*>(scores + L::kWeights);
  const Head head(args, kTileKeys);
  P::load(args, args.k, head, head.first, args.keys, kTileKeys, args.e, keys);
  P::load(args, args.v, head, head.first, args.keys, kTileKeys, args.width,
          values);
  float gk[4][kChunks][4] = {}, gv[4][kChunks][4] = {};
  // Queries before the first key do not see it.
  for (int64_t first = args.is_causal ? head.first : 0; first < args.queries;
       first += L::kRows) {
    __syncthreads();
    P::load(args, args.q, head, first, args.queries, L::kRows, args.e, queries);
    P::load(args, args.g, head, first, args.queries, L::kRows, args.width,
            grads);
    __syncthreads();
    float s[kEach][kMine], products[kEach][kMine];
    P::scores(queries, keys, args.e, scratch, s);
    P::scores(grads, values, args.width, scratch, products);
    make_scores<T>(args, head, first, head.first, s);
    score_grads(args, head, first, head.first, s, products);
    P::store(s, weights);
    P::store(products, scores);
    __syncthreads();
    P::template mix_back<L::kRows>(weights, grads, args.width, scratch, gv);
    P::template mix_back<L::kRows>(scores, queries, args.e, scratch, gk);
  }
  store_back<T>(args, args.gk, head, args.e, args.scale, gk);
  store_back<T>(args, args.gv, head, args.width, 1, gv);
}

template <class T, int kHead>
void start(Device device, AttentionArgs args, int64_t heads) {
  const int64_t rows = heads * args.queries;
  launch(device, one_thread_each(rows * kWarp, kAttentionThreads),
         attention_deltas<T>, args, rows);
  args.tiles = (args.keys + kTileKeys - 1) / kTileKeys;
  launch(device,
         one_block_each(args.tiles * heads, kAttentionThreads,
                        KeyLayout<T, kHead>::kBytes),
         attention_grad_keys<T, kHead>, args);
  using L = QueryLayout<T, kHead>;
  args.tiles = (args.queries + L::kRows - 1) / L::kRows;
  launch(device,
         one_block_each(args.tiles * heads, kAttentionThreads, L::kBytes),
         attention_grad_queries<T, kHead>, args);
}

void attention_grad_cuda(const AttentionCall& call, const DrawnNumbers& numbers,
                         const Tensor& y, const Tensor& log_sums,
                         const Tensor& g, const AttentionGrads& grads) {
  const Device device = call.q.device();
  AttentionArgs args =
      attention_args(call, numbers, {&y, &g, &grads.q, &grads.k, &grads.v});
  args.y = matrices_of(y);
  args.g = matrices_of(g);
  args.gq = matrices_of(grads.q);
  args.gk = matrices_of(grads.k);
  args.gv = matrices_of(grads.v);
  args.log_sums = log_sums.data<float>();
  const Scratch deltas(device, log_sums.nbytes());
  args.deltas = deltas.as<float>();
  const int64_t heads = call.q.size(0) * args.heads;
  const bool wide = args.e > 64 || args.width > 64;
  visit_attention(call.q.dtype(), [&](auto t) {
    using T = decltype(t);
    wide ? start<T, 128>(device, args, heads)
         : start<T, 64>(device, args, heads);
  });
}

const AttentionGradKernel::Entry on_cuda{
    attention_grad_kernel, DeviceType::kCuda, attention_grad_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
