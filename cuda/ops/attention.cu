// Attention without the matrix of weights: a block keeps its queries and goes
// over the keys once, with the largest score and the sum so far of each query
// (Dao and others, 2022, after Milakov and Gimelshein, 2018).

#include "cresset/cuda/ops/attention_mma.cuh"
#include "cresset/cuda/runtime/launch.cuh"

namespace cresset::internal::cuda {
namespace {

constexpr int kEach = 4;
constexpr int kRows = 16 * kEach;

// How a block's shared memory is used.
template <class T, int kHead>
struct Layout {
  using P = Products<T, kHead>;
  using Element = typename P::Element;
  static constexpr int kQueries = kRows * P::kLine;
  static constexpr int kOthers = kTileKeys * P::kLine;
  static constexpr int kWeights = kRows * P::kWeightLine;
  static constexpr size_t kBytes =
      sizeof(Element) * (kQueries + kOthers + kWeights) +
      sizeof(float) * P::kScratch(kRows);
};

template <class T, int kHead>
__global__ void attention_rows(const __grid_constant__ AttentionArgs args) {
  using L = Layout<T, kHead>;
  using P = Products<T, kHead>;
  using Element = typename P::Element;
  constexpr int kChunks = kHead / 32;
  Element* const queries = dynamic_shared<Element>();
  Element* const others = queries + L::kQueries;  // keys, then values
  Element* const weights = others + L::kOthers;
  float* const scratch = reinterpret_cast<float*>(weights + L::kWeights);
  const Head head(args, kRows);
  const int tx = static_cast<int>(threadIdx.x) % kLanes;
  const int ty = static_cast<int>(threadIdx.x) / kLanes;
  P::load(args, args.q, head, head.first, args.queries, kRows, args.e, queries);
  float mixed[kEach][kChunks][4] = {}, top[kEach], sum[kEach];
#pragma unroll
  for (int i = 0; i < kEach; ++i) {
    top[i] = lowest<float>();
    sum[i] = 0;
  }
  const int64_t end = keys_seen(args, head.first + kRows);
  for (int64_t first = 0; first < end; first += kTileKeys) {
    __syncthreads();  // the last tile's values may still be read
    P::load(args, args.k, head, first, args.keys, kTileKeys, args.e, others);
    __syncthreads();
    float s[kEach][kMine];
    P::scores(queries, others, args.e, scratch, s);
    make_scores<T>(args, head, head.first, first, s);
#pragma unroll
    for (int i = 0; i < kEach; ++i) {
      float most = top[i];
#pragma unroll
      for (int j = 0; j < kMine; ++j) most = larger(most, s[i][j]);
#pragma unroll
      for (int lane = 1; lane < kLanes; lane *= 2) {
        most = larger(most, __shfl_xor_sync(kAllLanes, most, lane));
      }
      const float from = reference(most), shrink = exp_of(top[i] - from);
      top[i] = most;
      sum[i] *= shrink;
#pragma unroll
      for (int j = 0; j < kMine; ++j) {
        s[i][j] = exp_of(s[i][j] - from);
        sum[i] += s[i][j];
      }
#pragma unroll
      for (int c = 0; c < kChunks; ++c) {
#pragma unroll
        for (int m = 0; m < 4; ++m) mixed[i][c][m] *= shrink;
      }
      float factor[kMine];
      drop_factors(args, head, head.first + ty + 16 * i, first, factor);
#pragma unroll
      for (int j = 0; j < kMine; ++j) s[i][j] *= factor[j];
    }
    P::store(s, weights);
    __syncthreads();  // all have read the keys
    P::load(args, args.v, head, first, args.keys, kTileKeys, args.width,
            others);
    __syncthreads();
    P::mix(weights, others, args.width, scratch, mixed);
  }
  float share[kEach];
#pragma unroll
  for (int i = 0; i < kEach; ++i) {
#pragma unroll
    for (int lane = 1; lane < kLanes; lane *= 2) {
      sum[i] += __shfl_xor_sync(kAllLanes, sum[i], lane);
    }
    share[i] = 1 / sum[i];
    const int64_t query = head.first + ty + 16 * i;
    if (tx == 0 && query < args.queries) {
      args.log_sums[head.number * args.queries + query] =
          reference(top[i]) + log_of(sum[i]);
    }
  }
  // Without any key to see, 0 * infinity makes the NaN that softmax gives.
  store_mixed<T>(args, args.y, head, args.width, share, mixed);
}

// Whether every row starts where four elements can be moved at once.
bool has_vectors(const Tensor& x) {
  const int64_t bytes = 4 * static_cast<int64_t>(x.itemsize());
  return reinterpret_cast<uintptr_t>(x.raw_data()) %
                 static_cast<uintptr_t>(bytes) ==
             0 &&
         (x.stride(0) | x.stride(1) | x.stride(2)) % 4 == 0;
}

template <class T, int kHead>
void start(Device device, const AttentionArgs& args, int64_t blocks) {
  launch(device,
         one_block_each(blocks, kAttentionThreads, Layout<T, kHead>::kBytes),
         attention_rows<T, kHead>, args);
}

void attention_cuda(const AttentionCall& call, bool draws,
                    DrawnNumbers& numbers, const Tensor& y,
                    const Tensor& log_sums) {
  const Device device = call.q.device();
  if (call.keep < 1 && draws) {
    const int64_t tiles = (call.k.size(2) + kTileKeys - 1) / kTileKeys;
    const RandomSlice slice = generator_of(device).take(
        static_cast<uint64_t>(log_sums.numel() * tiles * kTileKeys));
    numbers = {slice.seed, slice.offset, slice.replayed};
  }
  AttentionArgs args = attention_args(call, numbers, {&y});
  args.y = matrices_of(y);
  args.log_sums = log_sums.data<float>();
  args.tiles = (args.queries + kRows - 1) / kRows;
  const int64_t blocks = args.tiles * call.q.size(0) * args.heads;
  const bool wide = args.e > 64 || args.width > 64;
  visit_attention(call.q.dtype(), [&](auto t) {
    using T = decltype(t);
    wide ? start<T, 128>(device, args, blocks)
         : start<T, 64>(device, args, blocks);
  });
}

}  // namespace

AttentionArgs attention_args(const AttentionCall& call,
                             const DrawnNumbers& numbers,
                             std::initializer_list<const Tensor*> others) {
  AttentionArgs args = {};
  args.q = matrices_of(call.q);
  args.k = matrices_of(call.k);
  args.v = matrices_of(call.v);
  args.vectors =
      has_vectors(call.q) && has_vectors(call.k) && has_vectors(call.v);
  for (const Tensor* x : others) args.vectors = args.vectors && has_vectors(*x);
  if (call.mask.defined()) {
    args.mask = call.mask.raw_data();
    for (int d = 0; d < 4; ++d) args.mask_steps[d] = call.mask.stride(d);
    args.mask_is_bool = call.mask.dtype() == bool_;
  }
  args.is_causal = call.is_causal;
  args.heads = call.q.size(1);
  args.queries = call.q.size(2);
  args.keys = call.k.size(2);
  args.e = static_cast<int>(call.q.size(3));
  args.width = static_cast<int>(call.v.size(3));
  args.scale = static_cast<float>(call.scale);
  args.drops = call.keep < 1;
  args.slice = {numbers.seed, numbers.offset, numbers.replayed};
  args.threshold = threshold_of(call.keep);
  args.keep_scale = static_cast<float>(1 / call.keep);
  return args;
}

namespace {

const AttentionKernel::Entry on_cuda{attention_kernel, DeviceType::kCuda,
                                     attention_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
