// The core's three kernels on the CPU.

#include <algorithm>
#include <cstring>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/cpu/convert.h"
#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/core/strided_loop.h"

namespace cresset::internal {
namespace {

constexpr int64_t kGrain = 1 << 15;

// Copies the transpose of a block of elements of one size. A tile of 16x16
// stays in the first-level cache on both sides.
template <class T>
void copy_transposed(const char* from, int64_t from_row, int64_t from_column,
                     char* to, int64_t to_row, int64_t to_column, int64_t rows,
                     int64_t columns) {
  constexpr int64_t kTile = 16;
  for (int64_t r = 0; r < rows; r += kTile) {
    const int64_t r_end = std::min(rows, r + kTile);
    for (int64_t c = 0; c < columns; c += kTile) {
      const int64_t c_end = std::min(columns, c + kTile);
      for (int64_t i = r; i < r_end; ++i) {
        for (int64_t j = c; j < c_end; ++j) {
          T value;
          std::memcpy(&value, from + i * from_row + j * from_column, sizeof(T));
          std::memcpy(to + i * to_row + j * to_column, &value, sizeof(T));
        }
      }
    }
  }
}

using TransposeFunction = void (*)(const char*, int64_t, int64_t, char*,
                                   int64_t, int64_t, int64_t, int64_t);

TransposeFunction transpose_function(size_t item) {
  switch (item) {
    case 1:
      return copy_transposed<uint8_t>;
    case 2:
      return copy_transposed<uint16_t>;
    case 4:
      return copy_transposed<uint32_t>;
    case 8:
      return copy_transposed<uint64_t>;
    default:
      return nullptr;
  }
}

// Same dtype, and the two sides disagree on which dimension is dense: walk
// tiles instead of rows. Returns false if that is not the case.
bool try_transposed(const StridedLoop& loop, size_t item) {
  const TransposeFunction function = transpose_function(item);
  const auto step = static_cast<int64_t>(item);
  const size_t inner = loop.rank() - 1;
  if (function == nullptr || inner == 0) return false;
  if (loop.stride(0, inner) != step || loop.stride(1, inner) == step) {
    return false;
  }
  size_t other = inner;
  for (size_t d = 0; d < inner; ++d) {
    if (loop.stride(1, d) == step) other = d;
  }
  if (other == inner || loop.size(other) < 4 || loop.size(inner) < 4) {
    return false;
  }
  int64_t outer = 1;
  for (size_t d = 0; d < inner; ++d) {
    if (d != other) outer *= loop.size(d);
  }
  // One work item is a strip of 64 rows of one outer index.
  constexpr int64_t kStrip = 64;
  const int64_t strips = (loop.size(other) + kStrip - 1) / kStrip;
  const int64_t work = kStrip * loop.size(inner);
  const int64_t grain = std::max<int64_t>(1, kGrain / work);
  parallel_for(0, outer * strips, grain, [&](int64_t first, int64_t last) {
    for (int64_t item_index = first; item_index < last; ++item_index) {
      const int64_t strip = item_index % strips;
      int64_t rest = item_index / strips;
      char* to = loop.base(0);
      const char* from = loop.base(1);
      for (size_t d = inner; d-- > 0;) {
        if (d == other) continue;
        to += rest % loop.size(d) * loop.stride(0, d);
        from += rest % loop.size(d) * loop.stride(1, d);
        rest /= loop.size(d);
      }
      const int64_t row = strip * kStrip;
      function(from + row * step, step, loop.stride(1, inner),
               to + row * loop.stride(0, other), loop.stride(0, other), step,
               std::min(kStrip, loop.size(other) - row), loop.size(inner));
    }
  });
  return true;
}

template <class T, class Wide>
void add_rows(const void* a, const void* b, void* y, int64_t first,
              int64_t last) {
  const auto* pa = static_cast<const T*>(a);
  const auto* pb = static_cast<const T*>(b);
  auto* py = static_cast<T*>(y);
  for (int64_t i = first; i < last; ++i) {
    py[i] = static_cast<T>(static_cast<Wide>(pa[i]) + static_cast<Wide>(pb[i]));
  }
}

}  // namespace

void copy_cpu(const Tensor& from, const Tensor& to) {
  const Dtype source = from.dtype(), target = to.dtype();
  const Tensor operands[] = {to, from};
  const StridedLoop loop(operands);
  if (source == target && try_transposed(loop, to.itemsize())) return;
  const auto item = static_cast<int64_t>(to.itemsize());
  const bool bytes = source == target && loop.inner_stride(0) == item &&
                     loop.inner_stride(1) == item;
  parallel_for(0, loop.numel(), kGrain, [&](int64_t first, int64_t last) {
    if (bytes) {
      loop.for_range(first, last, [&](char* const* p, int64_t n) {
        std::memcpy(p[0], p[1], static_cast<size_t>(n * item));
      });
      return;
    }
    loop.for_range(first, last, [&](char* const* p, int64_t n) {
      convert_row(source, p[1], loop.inner_stride(1), target, p[0],
                  loop.inner_stride(0), n);
    });
  });
}

void fill_cpu(const Scalar& value, const Tensor& to) {
  const size_t item = to.itemsize();
  unsigned char bytes[16];
  visit_dtype(to.dtype(), [&](auto t) {
    const auto element = value.to<decltype(t)>();
    std::memcpy(bytes, &element, sizeof element);
  });
  const StridedLoop loop({&to, 1});
  const bool zero =
      std::all_of(bytes, bytes + item, [](unsigned char b) { return b == 0; });
  parallel_for(0, loop.numel(), kGrain, [&](int64_t first, int64_t last) {
    loop.for_range(first, last, [&](char* const* p, int64_t n) {
      const int64_t stride = loop.inner_stride(0);
      if (stride == static_cast<int64_t>(item)) {
        if (zero) {
          std::memset(p[0], 0, static_cast<size_t>(n) * item);
          return;
        }
        if (item == 4) {
          uint32_t word;
          std::memcpy(&word, bytes, 4);
          std::fill_n(reinterpret_cast<uint32_t*>(p[0]), n, word);
          return;
        }
      }
      for (int64_t i = 0; i < n; ++i) {
        std::memcpy(p[0] + i * stride, bytes, item);
      }
    });
  });
}

void add_cpu(const Tensor& a, const Tensor& b, const Tensor& y) {
  const void *pa = a.raw_data(), *pb = b.raw_data();
  void* py = y.raw_data();
  parallel_for(0, y.numel(), kGrain, [&](int64_t first, int64_t last) {
    switch (y.dtype()) {
      case Dtype::kFloat32:
        add_float32()(static_cast<const float*>(pa) + first,
                      static_cast<const float*>(pb) + first,
                      static_cast<float*>(py) + first, last - first);
        return;
      case Dtype::kFloat64:
        add_float64()(static_cast<const double*>(pa) + first,
                      static_cast<const double*>(pb) + first,
                      static_cast<double*>(py) + first, last - first);
        return;
      case Dtype::kFloat16:
        return add_rows<Half, float>(pa, pb, py, first, last);
      case Dtype::kBfloat16:
        return add_rows<BFloat16, float>(pa, pb, py, first, last);
      case Dtype::kComplex64:
        return add_rows<std::complex<float>, std::complex<float>>(pa, pb, py,
                                                                  first, last);
      case Dtype::kComplex128:
        return add_rows<std::complex<double>, std::complex<double>>(
            pa, pb, py, first, last);
      default:
        throw_error(ErrorCode::kDtype,
                    concat("backward: gradients are floating or complex; got ",
                           y.dtype()));
    }
  });
}

}  // namespace cresset::internal
