#include "cresset/tensor/ops/triangle.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "cresset/tensor/core/inplace.h"
#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/data_kernels.h"
#include "cresset/tensor/ops/part_view.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace internal {
namespace {

// Zeros what lies above or below a diagonal of the row-major matrices y.
void clear_triangle_cpu(const Tensor& y, bool keep_lower, int64_t diagonal) {
  const int64_t rows = y.size(-2), columns = y.size(-1);
  const auto item = static_cast<int64_t>(y.itemsize());
  char* data = static_cast<char*>(y.raw_data());
  const int64_t grain = std::max<int64_t>(1, (1 << 15) / columns);
  parallel_for(0, y.numel() / columns, grain, [&](int64_t first, int64_t last) {
    for (int64_t r = first; r < last; ++r) {
      // The columns up to `cut` belong to the lower triangle and, for the
      // upper one, do not.
      const int64_t edge = r % rows + (keep_lower ? 1 : 0);
      const int64_t cut = diagonal > columns - edge ? columns
                          : diagonal < -edge        ? 0
                                                    : edge + diagonal;
      char* row = data + r * columns * item;
      const int64_t begin = keep_lower ? cut : 0;
      const int64_t end = keep_lower ? columns : cut;
      std::memset(row + begin * item, 0,
                  static_cast<size_t>((end - begin) * item));
    }
  });
}

}  // namespace

constinit TriangleKernel triangle_kernel{"tril", clear_triangle_cpu};

}  // namespace internal

namespace {

Tensor triangle(const Tensor& x, int64_t diagonal, bool lower) {
  const char* op = lower ? "tril" : "triu";
  CRESSET_CHECK(x.dim() >= 2, kShape, op,
                ": input tensor must have at least 2 dimensions; got ",
                x.sizes());
  const Tensor y = internal::dense_copy(x);
  if (y.numel() != 0 && !y.device().is_meta()) {
    internal::triangle_kernel(y.device(), y, lower, diagonal);
  }
  return internal::with_grad(lower ? "TrilBackward" : "TriuBackward", y, {x},
                             [diagonal, lower](const Tensor& g) {
                               return triangle(g, diagonal, lower);
                             });
}

}  // namespace

Tensor diag_embed(const Tensor& x, int64_t offset, int64_t dim1, int64_t dim2) {
  CRESSET_CHECK(x.dim() >= 1, kShape,
                "diag_embed: the tensor must have a dimension; got rank 0");
  dim1 = wrap_dim(dim1, x.dim() + 1, "diag_embed");
  dim2 = wrap_dim(dim2, x.dim() + 1, "diag_embed");
  CRESSET_CHECK(dim1 != dim2, kValue,
                "diag_embed: diagonal dimensions cannot be identical ", dim1,
                ", ", dim2);
  Shape sizes = x.shape();
  const int64_t n = sizes.back() + std::abs(offset);
  sizes.pop_back();
  sizes.insert(static_cast<size_t>(std::min(dim1, dim2)), n);
  sizes.insert(static_cast<size_t>(std::max(dim1, dim2)), n);
  return internal::in_zeros("DiagonalBackwardBackward", x, sizes,
                            [offset, dim1, dim2](const Tensor& whole) {
                              return diagonal(whole, offset, dim1, dim2);
                            });
}

Tensor diag(const Tensor& x, int64_t offset) {
  CRESSET_CHECK(x.dim() == 1 || x.dim() == 2, kShape,
                "diag: matrix or a vector expected; got ", x.sizes());
  return x.dim() == 1 ? diag_embed(x, offset)
                      : diagonal(x, offset).contiguous();
}
Tensor diagflat(const Tensor& x, int64_t offset) {
  return diag_embed(reshape(x, {-1}), offset);
}

Tensor tril(const Tensor& x, int64_t diagonal) {
  return triangle(x, diagonal, true);
}
Tensor triu(const Tensor& x, int64_t diagonal) {
  return triangle(x, diagonal, false);
}
const Tensor& tril_(const Tensor& x, int64_t diagonal) {
  internal::check_inplace(x, "tril_");
  return internal::assign(x, tril(x, diagonal), "tril_");
}
const Tensor& triu_(const Tensor& x, int64_t diagonal) {
  internal::check_inplace(x, "triu_");
  return internal::assign(x, triu(x, diagonal), "triu_");
}

Tensor trace(const Tensor& x) {
  CRESSET_CHECK(x.dim() == 2, kShape, "trace: expected a matrix; got ",
                x.sizes());
  const Tensor line = diagonal(x);
  const bool counts = is_integral(x.dtype(), true);
  return reshape(sum_to_size(counts ? line.to(int64) : line, {1}), {});
}

Tensor kron(const Tensor& a, const Tensor& b) {
  const int64_t rank = std::max(a.dim(), b.dim());
  Shape a_sizes, b_sizes, sizes;
  for (int64_t i = 0; i < rank; ++i) {
    const int64_t ia = i - (rank - a.dim()), ib = i - (rank - b.dim());
    const int64_t sa = ia < 0 ? 1 : a.size(ia), sb = ib < 0 ? 1 : b.size(ib);
    a_sizes.push_back(sa);
    a_sizes.push_back(1);
    b_sizes.push_back(1);
    b_sizes.push_back(sb);
    sizes.push_back(sa * sb);
  }
  return reshape(mul(reshape(a, a_sizes), reshape(b, b_sizes)), sizes);
}

}  // namespace cresset
