#include "cresset/tensor/ops/reduce_run.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/cpu/convert.h"
#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/ops/cpu/reduce_row.h"

namespace cresset::internal {
namespace {

constexpr int64_t kGrain = 1 << 15;    // elements worth a thread
constexpr int64_t kSegment = 1 << 16;  // elements of one result in one piece
constexpr int64_t kChunk = 2048;       // elements converted at a time

// Joins states of equal width pairwise: those of 2^k pieces meet those of the
// next 2^k, so rounding errors grow with the logarithm of the pieces.
class Cascade {
 public:
  Cascade(const ReduceFunctions& functions, const void* op, int64_t width,
          char* memory)
      : functions_(functions),
        op_(op),
        width_(width),
        step_(bytes(functions, width)),
        memory_(memory) {}

  // Bytes of the states of one piece, and memory for `pieces` of them.
  static int64_t bytes(const ReduceFunctions& functions, int64_t width) {
    return (functions.state_bytes * width + 63) / 64 * 64;
  }
  static int64_t memory(const ReduceFunctions& functions, int64_t width,
                        int64_t pieces) {
    return bytes(functions, width) *
           (std::bit_width(static_cast<uint64_t>(pieces)) + 1);
  }

  // Where the states of the next piece go; then call push().
  void* next() { return memory_ + depth_ * step_; }
  void push() {
    ++depth_;
    for (int64_t n = ++count_; n % 2 == 0; n /= 2) join_last();
  }
  const void* total() {
    while (depth_ > 1) join_last();
    return memory_;
  }

 private:
  void join_last() {
    --depth_;
    functions_.combine(op_, memory_ + (depth_ - 1) * step_,
                       memory_ + depth_ * step_, width_);
  }

  const ReduceFunctions& functions_;
  const void* op_;
  int64_t width_;
  int64_t step_;
  char* memory_;
  int64_t depth_ = 0;
  int64_t count_ = 0;
};

// Memory of one piece of work, on the stack if it is small.
class Scratch {
 public:
  explicit Scratch(int64_t bytes) {
    if (bytes > static_cast<int64_t>(sizeof few_)) {
      more_.reset(new char[static_cast<size_t>(bytes)]);
    }
  }
  char* data() { return more_ ? more_.get() : few_; }

 private:
  alignas(64) char few_[2048];
  std::unique_ptr<char[]> more_;
};

class Run {
 public:
  Run(const ReduceCall& call, const ReduceFunctions& functions)
      : call_(call),
        f_(functions),
        plan_(call.x, call.mask),
        item_(static_cast<int64_t>(itemsize(call.compute))),
        x_(static_cast<const char*>(call.x.raw_data())),
        direct_(call.x.dtype() == call.compute &&
                (plan_.inner_stride == item_ || plan_.inner == 1)) {
    CRESSET_ASSERT(f_.rows != nullptr);
  }

  Reduced run() {
    Reduced y;
    const Device device = call_.x.device();
    y.first = make_empty(plan_.result_sizes, call_.compute, device);
    first_ = static_cast<char*>(y.first.raw_data());
    if (call_.has_state && call_.index != StateReduceOps::index<LogSumExp>()) {
      const bool moments = call_.index == StateReduceOps::index<Moments>();
      y.second = make_empty(plan_.result_sizes, moments ? call_.compute : int64,
                            device);
      second_ = static_cast<char*>(y.second.raw_data());
    }
    if (plan_.inner_is_reduced) {
      run_rows();
    } else {
      run_columns();
    }
    y.first = plan_.in_order(y.first);
    if (y.second.defined()) y.second = plan_.in_order(y.second);
    return y;
  }

 private:
  void finish(const void* states, int64_t result, int64_t n) const {
    f_.finish(call_.op, states, n, first_ + result * item_,
              second_ == nullptr ? nullptr : second_ + result * second_item());
  }
  int64_t second_item() const {
    return call_.index == StateReduceOps::index<Moments>() ? item_ : 8;
  }

  // Work whose innermost dimension is reduced.

  void run_rows() {
    const int64_t each = plan_.elements_per_result();
    const int64_t segments = (each + kSegment - 1) / kSegment;
    if (segments > 1) {
      run_segments(segments, 1, plan_.kept.numel, kSegment,
                   [&](int64_t group, int64_t segment, void* states) {
                     reduce_range(
                         plan_.kept.offset_of(group), segment * kSegment,
                         std::min(each, (segment + 1) * kSegment), states);
                   });
      return;
    }
    const bool whole_rows = direct_ && plan_.reduced.numel == 1;
    parallel_for(0, plan_.kept.numel, std::max<int64_t>(1, kGrain / each),
                 [&](int64_t first, int64_t last) {
                   if (whole_rows) {
                     reduce_rows_of(first, last);
                   } else {
                     reduce_one_by_one(first, last, each);
                   }
                 });
  }

  // Results whose elements are one dense row each.
  void reduce_rows_of(int64_t first, int64_t last) const {
    constexpr int64_t kTogether = 64;
    alignas(64) char states[kTogether * 32];
    const DimList& kept = plan_.kept;
    const int64_t run = kept.sizes.empty() ? 1 : kept.sizes.back();
    const int64_t stride = kept.sizes.empty() ? 0 : kept.strides.back();
    while (first < last) {
      const int64_t n = std::min({kTogether, last - first, run - first % run});
      f_.rows(call_.op, x_ + kept.offset_of(first), stride / item_, n,
              plan_.inner, 0, states);
      finish(states, first, n);
      first += n;
    }
  }

  void reduce_one_by_one(int64_t first, int64_t last, int64_t each) const {
    alignas(64) char states[64];
    for (; first < last; ++first) {
      reduce_range(plan_.kept.offset_of(first), 0, each, states);
      finish(states, first, 1);
    }
  }

  // Elements [first, last) of the one result whose elements start at `base`.
  void reduce_range(int64_t base, int64_t first, int64_t last,
                    void* states) const {
    constexpr int64_t kWorthwhile = 256;
    const int64_t inner = plan_.inner;
    const bool direct =
        direct_ && (inner >= kWorthwhile || plan_.reduced.numel == 1);
    const int64_t piece = direct ? std::min(inner, kSegment) : kChunk;
    Scratch memory(
        Cascade::memory(f_, 1, (last - first) / std::min(piece, kChunk) + 2));
    Cascade cascade(f_, call_.op, 1, memory.data());
    alignas(64) char chunk[kChunk * 8];
    while (first < last) {
      int64_t n;
      const char* from;
      if (direct) {
        n = std::min(last - first, inner - first % inner);
        from = x_ + base + plan_.reduced.offset_of(first / inner) +
               first % inner * plan_.inner_stride;
      } else {
        n = fill_chunk(base, first, std::min(last, first + kChunk), chunk);
        from = chunk;
      }
      f_.rows(call_.op, from, 0, 1, n, first, cascade.next());
      cascade.push();
      first += n;
    }
    std::memcpy(states, cascade.total(), static_cast<size_t>(f_.state_bytes));
  }

  int64_t fill_chunk(int64_t base, int64_t first, int64_t last,
                     char* chunk) const {
    const int64_t inner = plan_.inner;
    const int64_t count = last - first;
    while (first < last) {
      const int64_t n = std::min(last - first, inner - first % inner);
      convert_row(call_.x.dtype(),
                  x_ + base + plan_.reduced.offset_of(first / inner) +
                      first % inner * plan_.inner_stride,
                  plan_.inner_stride, call_.compute, chunk, item_, n);
      chunk += n * item_;
      first += n;
    }
    return count;
  }

  // Work whose innermost dimension is kept: columns side by side.

  void run_columns() {
    const int64_t widest = item_ == 4 ? 1024 : 512;
    const int64_t width = std::min(plan_.inner, widest);
    const int64_t tiles = (plan_.inner + width - 1) / width;
    const int64_t rows = plan_.reduced.numel;
    const int64_t piece = std::max<int64_t>(256, (int64_t{1} << 18) / width);
    const int64_t segments = (rows + piece - 1) / piece;
    run_segments(
        segments, width, plan_.kept.numel * tiles, std::min(rows, piece),
        [&](int64_t group, int64_t segment, void* states) {
          const int64_t column = group % tiles * width;
          reduce_columns(
              plan_.kept.offset_of(group / tiles) + column * plan_.inner_stride,
              std::min(width, plan_.inner - column), segment * piece,
              std::min(rows, (segment + 1) * piece), states);
        });
  }

  // Rows [first, last) of `width` columns that start at `base`.
  void reduce_columns(int64_t base, int64_t width, int64_t first, int64_t last,
                      void* states) const {
    const int64_t together = std::clamp<int64_t>(
        (direct_ ? 8192 : kChunk) / width, direct_ ? 64 : 1, 1024);
    const DimList& rows = plan_.reduced;
    const int64_t run = rows.sizes.empty() ? 1 : rows.sizes.back();
    const int64_t stride = rows.sizes.empty() ? 0 : rows.strides.back();
    const int64_t shortest = std::min(together, run);
    Scratch memory(
        Cascade::memory(f_, width, 2 * ((last - first) / shortest + 2)));
    Cascade cascade(f_, call_.op, width, memory.data());
    alignas(64) char chunk[kChunk * 8];
    while (first < last) {
      const int64_t n = std::min({together, last - first, run - first % run});
      const char* from = x_ + base + rows.offset_of(first);
      int64_t row_stride = stride / item_;
      if (!direct_) {
        for (int64_t r = 0; r < n; ++r) {
          convert_row(call_.x.dtype(), from + r * stride, plan_.inner_stride,
                      call_.compute, chunk + r * width * item_, item_, width);
        }
        from = chunk;
        row_stride = width;
      }
      f_.columns(call_.op, from, row_stride, n, width, first, cascade.next());
      cascade.push();
      first += n;
    }
    std::memcpy(states, cascade.total(),
                static_cast<size_t>(f_.state_bytes * width));
  }

  // Calls reduce(group, segment, states) for all segments of all groups of at
  // most `width` results, each of `length` elements, and joins the segments.
  template <class Reduce>
  void run_segments(int64_t segments, int64_t width, int64_t groups,
                    int64_t length, Reduce&& reduce) {
    const int64_t bytes = Cascade::bytes(f_, width);
    Scratch all(segments > 1 ? segments * groups * bytes : 0);
    const int64_t tiles =
        plan_.inner_is_reduced ? 1 : (plan_.inner + width - 1) / width;
    const auto width_of = [&](int64_t group) {
      return plan_.inner_is_reduced
                 ? int64_t{1}
                 : std::min(width, plan_.inner - group % tiles * width);
    };
    const auto result_of = [&](int64_t group) {
      return plan_.inner_is_reduced
                 ? group
                 : group / tiles * plan_.inner + group % tiles * width;
    };
    const int64_t grain = std::max<int64_t>(1, kGrain / (length * width));
    parallel_for(0, groups * segments, grain, [&](int64_t first, int64_t last) {
      Scratch one(segments > 1 ? 0 : bytes);
      for (int64_t task = first; task < last; ++task) {
        const int64_t group = task / segments;
        char* states = segments > 1 ? all.data() + task * bytes : one.data();
        reduce(group, task % segments, states);
        if (segments == 1) finish(states, result_of(group), width_of(group));
      }
    });
    if (segments == 1) return;
    for (int64_t group = 0; group < groups; ++group) {
      char* states = all.data() + group * segments * bytes;
      for (int64_t step = 1; step < segments; step *= 2) {
        for (int64_t s = 0; s + step < segments; s += 2 * step) {
          f_.combine(call_.op, states + s * bytes, states + (s + step) * bytes,
                     width_of(group));
        }
      }
      finish(states, result_of(group), width_of(group));
    }
  }

  const ReduceCall& call_;
  const ReduceFunctions& f_;
  const ReducePlan plan_;
  const int64_t item_;
  const char* const x_;
  const bool direct_;  // rows are dense and of the compute type
  char* first_ = nullptr;
  char* second_ = nullptr;
};

Reduced reduce_cpu(const ReduceCall& call) {
  const ReduceRow* rows =
      call.has_state ? state_reduce_rows()() : reduce_rows()();
  return Run(call, rows[call.index].columns[column_of(call.compute)]).run();
}

}  // namespace

constinit ReduceKernel reduce_kernel{"reduce", reduce_cpu};

DimMask reduced_dims(IntSpan dims, int64_t rank, const char* op) {
  DimMask mask(static_cast<size_t>(rank), dims.empty());
  for (const int64_t dim : dims) {
    const int64_t d = wrap_dim(dim, rank, op);
    if (rank == 0) continue;
    CRESSET_CHECK(!mask[static_cast<size_t>(d)], kValue, op, ": dim ", d,
                  " appears multiple times in the list of dims");
    mask[static_cast<size_t>(d)] = true;
  }
  return mask;
}

Shape reduced_sizes(IntSpan sizes, const DimMask& mask, bool keepdim) {
  Shape y;
  for (size_t d = 0; d < sizes.size(); ++d) {
    if (!mask[d]) {
      y.push_back(sizes[d]);
    } else if (keepdim) {
      y.push_back(1);
    }
  }
  return y;
}

Tensor with_sizes(const Tensor& y, IntSpan sizes) {
  if (y.sizes() == sizes) return y;
  return alias(y, sizes, contiguous_strides(sizes), y.storage_offset());
}

}  // namespace cresset::internal
