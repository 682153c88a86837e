#include "cresset/tensor/base/shape.h"

#include <algorithm>

#include "cresset/tensor/base/error.h"

namespace cresset {

void Shape::grow(size_t n) {
  auto* bigger = new int64_t[n];
  if (size_ != 0) std::memcpy(bigger, data_, size_ * sizeof(int64_t));
  release();
  data_ = bigger;
  capacity_ = n;
}

Shape Ints::expanded(size_t n, IntSpan fallback, const char* op,
                     const char* argument) const {
  if (empty() && fallback.size() == n) return fallback.shape();
  if (size() == n) return *this;
  CRESSET_CHECK(size() == 1, kValue, op, ": ", argument,
                " must be one integer or a list of ", n, "; got ",
                IntSpan(*this));
  return Shape(n, front());
}

std::string to_string(IntSpan dims) {
  std::string text = "[";
  for (size_t i = 0; i < dims.size(); ++i) {
    if (i != 0) text += ", ";
    internal::append_int(text, dims[i]);
  }
  return text + "]";
}

int64_t numel_of(IntSpan sizes) {
  int64_t product = 1;
  bool overflow = false, zero = false;
  for (const int64_t size : sizes) {
    CRESSET_CHECK(size >= 0, kShape, "shape: sizes must be >= 0; got ", sizes);
    zero |= size == 0;
    overflow |= __builtin_mul_overflow(product, size, &product);
  }
  if (zero) return 0;
  CRESSET_CHECK(!overflow, kShape,
                "shape: the number of elements overflows int64; got ", sizes);
  return product;
}

Shape contiguous_strides(IntSpan sizes) {
  Shape strides(sizes.size());
  int64_t step = 1;
  for (size_t i = sizes.size(); i-- > 0;) {
    strides[i] = step;
    step *= std::max<int64_t>(sizes[i], 1);
  }
  return strides;
}

Shape broadcast_shapes(IntSpan a, IntSpan b, const char* op) {
  const size_t rank = std::max(a.size(), b.size());
  Shape out(rank);
  for (size_t i = 0; i < rank; ++i) {
    const int64_t x = i < a.size() ? a[a.size() - 1 - i] : 1;
    const int64_t y = i < b.size() ? b[b.size() - 1 - i] : 1;
    CRESSET_CHECK(x == y || x == 1 || y == 1, kShape,
                  op,
                  ": sizes must match or be 1 at every dimension, counted "
                  "from the last; got ",
                  a, " and ", b, " (", x, " and ", y, " at dimension ",
                  static_cast<int64_t>(rank - 1 - i), ")");
    out[rank - 1 - i] = x == 1 ? y : x;
  }
  return out;
}

int64_t wrap_dim(int64_t dim, int64_t rank, const char* op) {
  const int64_t range = std::max<int64_t>(rank, 1);
  CRESSET_CHECK(dim >= -range && dim < range, kIndex, op,
                ": Dimension out of range (expected to be in range of [",
                -range, ", ", range - 1, "], but got ", dim, ")");
  return dim < 0 ? dim + range : dim;
}

}  // namespace cresset
