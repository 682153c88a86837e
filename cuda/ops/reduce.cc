#include "cresset/cuda/ops/reduce.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

#include "cresset/cuda/runtime/launch.cuh"
#include "cresset/cuda/runtime/scratch.h"
#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/ops/reduce_run.h"

namespace cresset::internal::cuda {
namespace {

constexpr int64_t kBatch = 8;          // elements worth one thread
constexpr int64_t kManyBlocks = 1024;  // that fill any device
constexpr int64_t kShortest = 4;       // batches of a thread in a segment
constexpr int64_t kSide = 32;          // results side by side in memory

int log2_up(int64_t n) {
  return std::bit_width(static_cast<uint64_t>(n > 1 ? n - 1 : 0));
}

// A list of dimensions as a piece with one operand; `inner` is the last one.
StridedPiece piece_of(const DimList& dims, int64_t inner, int64_t stride) {
  StridedPiece y;
  y.sizes = dims.sizes;
  y.strides[0] = dims.strides;
  if (inner != 1 || y.sizes.empty()) {
    y.sizes.push_back(inner);
    y.strides[0].push_back(inner == 1 ? 0 : stride);
  }
  return y;
}

class Run {
 public:
  Run(const ReduceCall& call, const ReduceTableRow& row)
      : call_(call),
        row_(row),
        column_(column_of(call.compute)),
        plan_(call.x, call.mask) {
    CRESSET_ASSERT(row.functions[column_] != nullptr);
  }

  Reduced run() {
    Reduced y = make_results();
    std::memcpy(args_.op, call_.op, row_.op_bytes);
    args_.first = y.first.raw_data();
    args_.second = y.second.defined() ? y.second.raw_data() : nullptr;
    set_layout();
    launch_all();
    y.first = plan_.in_order(y.first);
    if (y.second.defined()) y.second = plan_.in_order(y.second);
    return y;
  }

 private:
  Reduced make_results() const {
    const Device device = call_.x.device();
    Reduced y;
    y.first = make_empty(plan_.result_sizes, call_.compute, device);
    if (call_.has_state && call_.index != StateReduceOps::index<LogSumExp>()) {
      const bool moments = call_.index == StateReduceOps::index<Moments>();
      y.second = make_empty(plan_.result_sizes, moments ? call_.compute : int64,
                            device);
    }
    return y;
  }

  void set_layout() {
    const bool rows = plan_.inner_is_reduced;
    const StridedPiece results = piece_of(plan_.kept, rows ? 1 : plan_.inner,
                                          rows ? 0 : plan_.inner_stride);
    StridedPiece elements = piece_of(plan_.reduced, rows ? plan_.inner : 1,
                                     rows ? plan_.inner_stride : 0);
    constexpr int64_t kMost = int64_t{1} << 31;
    CRESSET_CHECK(
        results.sizes.size() <= kMaxRank && elements.sizes.size() <= kMaxRank &&
            (elements.numel() < kMost || elements.sizes.size() == 1),
        kUnsupported,
        "reduction on cuda: at most 2^31 scattered elements of one result, and "
        "16 dimensions that memory order cannot merge; got ",
        call_.x.sizes(), " with strides ", call_.x.strides());
    args_.results = results.space<1>();
    args_.elements = elements.space<1>();
    args_.x = static_cast<const char*>(call_.x.raw_data());
    args_.dtype = call_.x.dtype();
    args_.neighbours_are_results = !rows;
    args_.each = plan_.elements_per_result();
    args_.vectors = rows && can_read_vectors(results, elements);
  }

  bool can_read_vectors(const StridedPiece& results,
                        StridedPiece& elements) const {
    const Dtype dtype = args_.dtype;
    if (call_.compute != float32 || elements.sizes.back() % 4 != 0 ||
        (dtype != float32 && dtype != float16 && dtype != bfloat16)) {
      return false;
    }
    const auto item = static_cast<int64_t>(itemsize(dtype));
    elements.bases[0] = static_cast<char*>(call_.x.raw_data());
    if (elements.inner_stride(0) != item || !elements.has_vectors(0, item, 4)) {
      return false;
    }
    for (const int64_t stride : results.strides[0]) {
      if (stride % (4 * item) != 0) return false;
    }
    return true;
  }

  void launch_all() {
    const int64_t results = args_.results.numel;
    // As many threads a result as find a batch each, but as many results side
    // by side as memory is read at once.
    const int log_block = log2_up(kReduceBlock);
    const int log_threads =
        std::min(log2_up((args_.each + kBatch - 1) / kBatch), log_block);
    int log_outputs = log_block - log_threads;
    if (args_.neighbours_are_results) {
      log_outputs = std::max(log_outputs, log2_up(std::min(results, kSide)));
    }
    args_.log_outputs = log_outputs;
    const int64_t blocks = blocks_for(results, log_outputs);
    const int64_t threads = kReduceBlock >> log_outputs;
    const int64_t least = threads * kBatch * kShortest;
    const int64_t segments = std::clamp<int64_t>(
        kManyBlocks / blocks, 1, std::max<int64_t>(1, args_.each / least));
    if (segments == 1) {
      args_.segment = args_.each;
      start(blocks, 1);
      return;
    }
    // Whole vectors.
    args_.segment = ((args_.each + segments - 1) / segments + 15) / 16 * 16;
    const int64_t count = (args_.each + args_.segment - 1) / args_.segment;
    const Scratch states(
        call_.x.device(),
        row_.state_bytes[column_] * static_cast<size_t>(count * results));
    args_.states = states.as<void>();
    start(blocks, count);
    args_.from_states = true;
    args_.each = args_.segment = count;
    args_.log_outputs = log2_up(std::min(results, kSide));
    start(blocks_for(results, args_.log_outputs), 1);
  }

  static int64_t blocks_for(int64_t results, int log_outputs) {
    return (results + (int64_t{1} << log_outputs) - 1) >> log_outputs;
  }

  void start(int64_t blocks, int64_t segments) const {
    launch(
        call_.x.device(),
        {dim3(static_cast<unsigned>(blocks), static_cast<unsigned>(segments)),
         dim3(kReduceBlock)},
        row_.functions[column_], args_);
  }

  const ReduceCall& call_;
  const ReduceTableRow& row_;
  const int column_;
  const ReducePlan plan_;
  ReduceArgs args_ = {};
};

Tensor part_of(const Tensor& x, size_t dim, int64_t first, int64_t count) {
  Shape sizes = x.shape();
  sizes[dim] = count;
  return alias(x, sizes, x.strides(),
               x.storage_offset() + first * x.strides()[dim]);
}

Reduced reduce_cuda(const ReduceCall& call);

// Results that a launch cannot number: parts along the longest kept dimension.
Reduced in_parts(const ReduceCall& call, int64_t results) {
  const Tensor& x = call.x;
  size_t longest = 0;
  int64_t n = 0;
  for (size_t d = 0; d < call.mask.size(); ++d) {
    if (call.mask[d] || x.sizes()[d] <= n) continue;
    longest = d;
    n = x.sizes()[d];
  }
  const int64_t parts = results / most_reduce_results + 1;
  const int64_t step = std::max<int64_t>(1, n / parts);
  Reduced all;
  const auto put = [&](const Tensor& y, int64_t first, Tensor& whole) {
    if (!y.defined()) return;
    if (!whole.defined()) {
      whole = make_empty(reduced_sizes(x.sizes(), call.mask, true), y.dtype(),
                         y.device());
    }
    copy_elements(y, part_of(whole, longest, first, y.sizes()[longest]));
  };
  for (int64_t first = 0; first < n; first += step) {
    const Tensor part = part_of(x, longest, first, std::min(step, n - first));
    const Reduced y = reduce_cuda(
        {call.has_state, call.index, call.op, call.compute, part, call.mask});
    put(y.first, first, all.first);
    put(y.second, first, all.second);
  }
  return all;
}

Reduced reduce_cuda(const ReduceCall& call) {
  int64_t results = 1;
  for (size_t d = 0; d < call.mask.size(); ++d) {
    if (!call.mask[d]) results *= call.x.sizes()[d];
  }
  if (results > most_reduce_results) return in_parts(call, results);
  const ReduceTableRow* rows =
      call.has_state ? state_reduce_table() : reduce_table();
  return Run(call, rows[call.index]).run();
}

}  // namespace

constinit int64_t most_reduce_results = (int64_t{1} << 31) - 1;

namespace {

const ReduceKernel::Entry on_cuda{reduce_kernel, DeviceType::kCuda,
                                  reduce_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
