#include "cresset/tensor/ops/elementwise.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "cresset/tensor/core/cpu/convert.h"
#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/core/strided_loop.h"

namespace cresset::internal {
namespace {

constexpr int64_t kGrain = 1 << 15;
constexpr int64_t kChunk = 1024;
constexpr size_t kMaxInputs = 3;

int64_t size_of(Dtype dtype) { return static_cast<int64_t>(itemsize(dtype)); }

// Room for one chunk of any compute type.
struct alignas(64) Buffer {
  char bytes[kChunk * 8];
};

// Doubles what is filled until all is: whole copies are faster than a loop.
template <class T>
void fill_with(T value, Buffer& buffer, int64_t n) {
  T* const p = reinterpret_cast<T*>(buffer.bytes);
  int64_t filled = std::min<int64_t>(n, 16);
  std::fill_n(p, filled, value);
  while (filled < n) {
    const int64_t more = std::min(filled, n - filled);
    std::memcpy(p + filled, p, static_cast<size_t>(more) * sizeof(T));
    filled += more;
  }
}

void fill_chunk(const Scalar& value, Dtype dtype, Buffer& buffer, int64_t n) {
  switch (dtype) {
    case Dtype::kFloat32:
      return fill_with(value.to<float>(), buffer, n);
    case Dtype::kFloat64:
      return fill_with(value.to<double>(), buffer, n);
    case Dtype::kInt64:
      return fill_with(value.to<int64_t>(), buffer, n);
    default:
      return fill_with(value.to<bool>(), buffer, n);
  }
}

// The call with tensors of one element turned into numbers, which saves them
// their broadcast, and what follows from it.
class Run {
 public:
  Run(ChunkFunction function, const ElementwiseCall& call)
      : function_(function), call_(call), count_(call.x.size()) {
    CRESSET_ASSERT(function != nullptr && count_ <= kMaxInputs);
    const bool many = call.y.numel() > 1;
    direct_ = call.y.dtype() == call.result;
    const bool rows = call.y.is_contiguous();
    direct_ &= rows || is_dense(call.y.sizes(), call.y.strides());
    for (size_t k = 0; k < count_; ++k) {
      const Operand& x = call.x[k];
      if (!x.is_tensor()) {
        numbers_[k] = &x.scalar();
      } else if (many && x.tensor().numel() == 1) {
        own_[k] = x.tensor().item();
        numbers_[k] = &own_[k];
      } else {
        const Tensor& t = x.tensor();
        direct_ &= t.dtype() == call.input(k) && t.sizes() == call.y.sizes() &&
                   (rows ? t.is_contiguous() : t.strides() == call.y.strides());
        continue;
      }
      any_number_ = true;
    }
  }

  void run() const {
    if (direct_) {
      run_direct();
    } else {
      run_converting();
    }
  }

 private:
  // A number is the same for the whole loop, so its chunk is filled once a
  // thread.
  class NumberChunks {
   public:
    NumberChunks(const Run& run, int64_t n) {
      for (size_t k = 0; k < run.count_; ++k) {
        if (run.numbers_[k] == nullptr) continue;
        fill_chunk(*run.numbers_[k], run.call_.input(k), buffers_[k],
                   std::min(n, kChunk));
        chunks_[k] = buffers_[k].bytes;
      }
    }
    // Null if input k is a tensor.
    const void* operator[](size_t k) const { return chunks_[k]; }

   private:
    const void* chunks_[kMaxInputs] = {};
    Buffer buffers_[kMaxInputs];
  };

  // All operands are dense and of the function's own types: no buffers.
  void run_direct() const {
    const int64_t y_size = size_of(call_.result);
    char* y = static_cast<char*>(call_.y.raw_data());
    const char* base[kMaxInputs] = {};
    int64_t step[kMaxInputs];
    for (size_t k = 0; k < count_; ++k) {
      step[k] = size_of(call_.input(k));
      if (numbers_[k] != nullptr) continue;
      base[k] = static_cast<const char*>(call_.x[k].tensor().raw_data());
    }
    parallel_for(0, call_.y.numel(), kGrain, [&](int64_t first, int64_t last) {
      const void* x[kMaxInputs];
      if (!any_number_) {
        for (size_t k = 0; k < count_; ++k) x[k] = base[k] + first * step[k];
        function_(call_.op, last - first, y + first * y_size, x);
        return;
      }
      const NumberChunks chunks(*this, last - first);
      for (; first < last; first += kChunk) {
        for (size_t k = 0; k < count_; ++k) {
          x[k] = base[k] != nullptr ? base[k] + first * step[k] : chunks[k];
        }
        function_(call_.op, std::min(kChunk, last - first), y + first * y_size,
                  x);
      }
    });
  }

  // The general path: rows are brought into the compute type chunk by chunk.
  void run_converting() const {
    StridedOperand places[kMaxInputs + 1];
    places[0] = StridedOperand(call_.y);
    for (size_t k = 0; k < count_; ++k) {
      // A number's place is held by y itself and never read.
      places[k + 1] = numbers_[k] != nullptr
                          ? places[0]
                          : StridedOperand(call_.x[k].tensor());
    }
    const StridedLoop loop(call_.y.sizes(), {places, count_ + 1});
    parallel_for(0, loop.numel(), kGrain, [&](int64_t first, int64_t last) {
      const NumberChunks numbers(*this, last - first);
      Buffer buffers[kMaxInputs + 1];
      loop.for_range(first, last, [&](char* const* p, int64_t n) {
        run_row(loop, p, n, numbers, buffers);
      });
    });
  }

  void run_row(const StridedLoop& loop, char* const* p, int64_t n,
               const NumberChunks& numbers, Buffer* buffers) const {
    const int64_t y_size = size_of(call_.result);
    const Dtype y_dtype = call_.y.dtype();
    const int64_t y_stride = loop.inner_stride(0);
    const bool y_direct =
        y_dtype == call_.result && (y_stride == y_size || n == 1);
    for (int64_t at = 0; at < n; at += kChunk) {
      const int64_t m = std::min(kChunk, n - at);
      const void* x[kMaxInputs];
      for (size_t k = 0; k < count_; ++k) {
        if (numbers[k] != nullptr) {
          x[k] = numbers[k];
          continue;
        }
        const Dtype dtype = call_.x[k].tensor().dtype();
        const Dtype wanted = call_.input(k);
        const int64_t stride = loop.inner_stride(k + 1);
        const char* from = p[k + 1] + at * stride;
        if (dtype == wanted && (stride == size_of(wanted) || n == 1)) {
          x[k] = from;
          continue;
        }
        x[k] = buffers[k].bytes;
        if (stride == 0 && at != 0) continue;  // filled by the first chunk
        convert_row(dtype, from, stride, wanted, buffers[k].bytes,
                    size_of(wanted), m);
      }
      char* to = p[0] + at * y_stride;
      if (y_direct) {
        function_(call_.op, m, to, x);
        continue;
      }
      char* chunk = buffers[kMaxInputs].bytes;
      function_(call_.op, m, chunk, x);
      convert_row(call_.result, chunk, y_size, y_dtype, to, y_stride, m);
    }
  }

  ChunkFunction function_;
  const ElementwiseCall& call_;
  size_t count_;
  bool direct_;
  bool any_number_ = false;
  const Scalar* numbers_[kMaxInputs] = {};
  Scalar own_[kMaxInputs];
};

}  // namespace

void run_rows(const ChunkRow* rows, const ElementwiseCall& call) {
  if (call.y.numel() == 0) return;
  const ChunkRow& row = rows[call.index];
  const int column = call.compute == float32   ? 0
                     : call.compute == float64 ? 1
                                               : 2;
  Run(call.is_grad ? row.grad[column] : row.value[column], call).run();
}

}  // namespace cresset::internal
