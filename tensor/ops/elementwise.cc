#include "cresset/tensor/ops/elementwise.h"

#include <algorithm>
#include <utility>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/cpu/convert.h"
#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/core/strided_loop.h"
#include "cresset/tensor/ops/reduce.h"

namespace cresset::internal {
namespace {

constexpr int64_t kGrain = 1 << 15;
constexpr int64_t kChunk = 1024;
constexpr size_t kMaxInputs = StridedLoop::kMaxOperands - 1;

// Room for one chunk of any compute type.
struct alignas(64) Buffer {
  char bytes[kChunk * 8];
};

void fill_chunk(const Scalar& value, Dtype compute, Buffer& buffer, int64_t n) {
  visit_dtype(compute, [&](auto t) {
    using T = decltype(t);
    if constexpr (sizeof(T) <= 8) {
      std::fill_n(reinterpret_cast<T*>(buffer.bytes), n, value.to<T>());
    }
  });
}

// A number is the same for the whole loop, so its chunk is filled once.
class NumberChunks {
 public:
  NumberChunks(const ElementwiseCall& call, int64_t n) {
    for (size_t k = 0; k < call.x.size(); ++k) {
      if (call.x[k].is_tensor()) continue;
      CRESSET_ASSERT(used_ < 2);
      fill_chunk(call.x[k].scalar(), call.compute, buffers_[used_],
                 std::min(n, kChunk));
      chunks_[k] = buffers_[used_++].bytes;
    }
  }
  // Null if input k is a tensor.
  const void* operator[](size_t k) const { return chunks_[k]; }
  bool any() const { return used_ != 0; }

 private:
  size_t used_ = 0;
  const void* chunks_[kMaxInputs] = {};
  Buffer buffers_[2];
};

bool is_direct(const ElementwiseCall& call) {
  if (call.y.dtype() != call.result || !call.y.is_contiguous()) return false;
  for (const Operand& x : call.x) {
    if (x.is_tensor() &&
        (x.tensor().dtype() != call.compute || !x.tensor().is_contiguous() ||
         x.tensor().sizes() != call.y.sizes())) {
      return false;
    }
  }
  return true;
}

// All operands are dense and of the function's own types: no buffers.
void run_direct(ChunkFunction function, const ElementwiseCall& call) {
  const size_t count = call.x.size();
  const auto y_size = static_cast<int64_t>(itemsize(call.result));
  const auto x_size = static_cast<int64_t>(itemsize(call.compute));
  char* y = static_cast<char*>(call.y.raw_data());
  const char* base[kMaxInputs] = {};
  bool numbers = false;
  for (size_t k = 0; k < count; ++k) {
    if (call.x[k].is_tensor()) {
      base[k] = static_cast<const char*>(call.x[k].tensor().raw_data());
    } else {
      numbers = true;
    }
  }
  const auto body = [&](int64_t first, int64_t last) {
    const void* x[kMaxInputs];
    if (!numbers) {
      for (size_t k = 0; k < count; ++k) x[k] = base[k] + first * x_size;
      function(call.op, last - first, y + first * y_size, x);
      return;
    }
    const NumberChunks chunks(call, last - first);
    for (; first < last; first += kChunk) {
      for (size_t k = 0; k < count; ++k) {
        x[k] = base[k] != nullptr ? base[k] + first * x_size : chunks[k];
      }
      function(call.op, std::min(kChunk, last - first), y + first * y_size, x);
    }
  };
  parallel_for(0, call.y.numel(), kGrain, body);
}

// The general path: rows are brought into the compute type chunk by chunk.
class ConvertingRun {
 public:
  ConvertingRun(ChunkFunction function, const ElementwiseCall& call)
      : function_(function), call_(call) {
    operands_.push_back(call.y);
    for (const Operand& x : call.x) {
      // A number's place is held by y itself and never read.
      operands_.push_back(
          x.is_tensor()
              ? broadcast_alias(x.tensor(), call.y.sizes(), "elementwise")
              : call.y);
    }
  }

  void run() {
    const StridedLoop loop(operands_);
    parallel_for(0, loop.numel(), kGrain, [&](int64_t first, int64_t last) {
      const NumberChunks numbers(call_, kChunk);
      Buffer buffers[kMaxInputs + 1];
      loop.for_range(first, last, [&](char* const* p, int64_t n) {
        run_row(loop, p, n, numbers, buffers);
      });
    });
  }

 private:
  void run_row(const StridedLoop& loop, char* const* p, int64_t n,
               const NumberChunks& numbers, Buffer* buffers) const {
    const size_t count = call_.x.size();
    const auto x_size = static_cast<int64_t>(itemsize(call_.compute));
    const auto y_size = static_cast<int64_t>(itemsize(call_.result));
    const Dtype y_dtype = operands_[0].dtype();
    const int64_t y_stride = loop.inner_stride(0);
    const bool y_direct = y_dtype == call_.result && y_stride == y_size;
    for (int64_t at = 0; at < n; at += kChunk) {
      const int64_t m = std::min(kChunk, n - at);
      const void* x[kMaxInputs];
      for (size_t k = 0; k < count; ++k) {
        if (numbers[k] != nullptr) {
          x[k] = numbers[k];
          continue;
        }
        const Dtype dtype = operands_[k + 1].dtype();
        const int64_t stride = loop.inner_stride(k + 1);
        const char* from = p[k + 1] + at * stride;
        if (dtype == call_.compute && stride == x_size) {
          x[k] = from;
          continue;
        }
        x[k] = buffers[k].bytes;
        if (stride == 0 && at != 0) continue;  // filled by the first chunk
        const int64_t wanted = stride == 0 ? std::min(kChunk, n) : m;
        convert_row(dtype, from, stride, call_.compute, buffers[k].bytes,
                    x_size, wanted);
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
  std::vector<Tensor> operands_;
};

enum class Class { kBool, kInteger, kFloat, kComplex };

Class class_of(Dtype dtype) {
  if (dtype == bool_) return Class::kBool;
  if (is_integral(dtype)) return Class::kInteger;
  return is_complex(dtype) ? Class::kComplex : Class::kFloat;
}

}  // namespace

void run_chunks(ChunkFunction function, const ElementwiseCall& call) {
  CRESSET_ASSERT(function != nullptr && call.x.size() <= kMaxInputs);
  if (call.y.numel() == 0) return;
  if (is_direct(call)) {
    run_direct(function, call);
  } else {
    ConvertingRun(function, call).run();
  }
}

Dtype result_type(std::span<const Operand> operands) {
  // One promoted dtype for each kind of operand, absent at first.
  struct {
    bool present = false;
    Dtype dtype = bool_;
    void add(Dtype other) {
      dtype = present ? promote_types(dtype, other) : other;
      present = true;
    }
  } dimensioned, zero_dim, number;
  for (const Operand& operand : operands) {
    if (!operand.is_tensor()) {
      number.add(operand.scalar().dtype());
    } else if (operand.tensor().dim() == 0) {
      zero_dim.add(operand.tensor().dtype());
    } else {
      dimensioned.add(operand.tensor().dtype());
    }
  }
  const auto combine = [](const auto& high, const auto& low) {
    if (!high.present) return low;
    if (!low.present || class_of(low.dtype) <= class_of(high.dtype)) {
      return high;
    }
    auto both = high;
    both.dtype = promote_types(high.dtype, low.dtype);
    return both;
  };
  return combine(combine(dimensioned, zero_dim), number).dtype;
}

Shape broadcast_sizes(std::span<const Operand> operands) {
  Shape sizes;
  bool first = true;
  for (const Operand& operand : operands) {
    if (!operand.is_tensor()) continue;
    const IntSpan own = operand.tensor().sizes();
    if (first) {
      sizes = own.shape();
    } else if (IntSpan(sizes) != own) {
      sizes = broadcast_shapes(sizes, own);
    }
    first = false;
  }
  return sizes;
}

Device common_device(std::span<const Operand> operands, const char* op) {
  const Tensor* chosen = nullptr;
  for (const Operand& operand : operands) {
    if (!operand.is_tensor()) continue;
    const Tensor& x = operand.tensor();
    if (chosen == nullptr || chosen->device() == x.device()) {
      chosen = chosen == nullptr ? &x : chosen;
    } else if (chosen->dim() == 0 && chosen->device().is_cpu()) {
      chosen = &x;
    } else {
      CRESSET_CHECK(x.dim() == 0 && x.device().is_cpu(), kDevice, op,
                    ": expected all tensors to be on the same device; got ",
                    chosen->device(), " and ", x.device());
    }
  }
  return chosen == nullptr ? Device() : chosen->device();
}

Dtype compute_type(Dtype dtype, const char* op) {
  switch (dtype) {
    case Dtype::kFloat32:
    case Dtype::kFloat16:
    case Dtype::kBfloat16:
      return float32;
    case Dtype::kFloat64:
      return float64;
    case Dtype::kBool:
    case Dtype::kUint8:
    case Dtype::kInt8:
    case Dtype::kInt16:
    case Dtype::kInt32:
    case Dtype::kInt64:
      return int64;
    default:
      break;
  }
  throw_error(ErrorCode::kDtype,
              concat(op, ": ", dtype,
                     " is a storage type without arithmetic; convert with "
                     "to(dtype) first"));
}

Dtype to_floating(Dtype dtype) {
  return is_floating(dtype) || is_complex(dtype) ? dtype : get_default_dtype();
}

void check_result_fits(Dtype from, Dtype to, const char* op) {
  CRESSET_CHECK(class_of(from) <= class_of(to), kDtype, op, ": result type ",
                from, " can't be cast to the desired output type ", to);
}

Tensor reduce_grad(const Tensor& g, const Shape& shape, Dtype dtype) {
  const Tensor summed = g.shape() == shape ? g : sum_to_size(g, shape);
  return summed.dtype() == dtype ? summed : summed.to(dtype);
}

}  // namespace cresset::internal
