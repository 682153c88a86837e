#include "cresset/tensor/ops/linalg.h"

#include <Eigen/SVD>
#include <array>

#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/matmul.h"
#include "cresset/tensor/ops/rearrange.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/triangle.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace internal {
namespace {

using Matrix =
    Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

void svd_cpu(const Tensor& x, const Tensor& u, const Tensor& s,
             const Tensor& vh) {
  const int64_t m = x.size(1), n = x.size(2), k = s.size(1);
  parallel_for(0, x.size(0), 1, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      const Eigen::Map<const Matrix> a(x.data<double>() + i * m * n, m, n);
      const Eigen::JacobiSVD<Eigen::MatrixXd> parts(
          a, Eigen::ComputeThinU | Eigen::ComputeThinV);
      Eigen::Map<Matrix>(u.data<double>() + i * m * k, m, k) = parts.matrixU();
      Eigen::Map<Eigen::VectorXd>(s.data<double>() + i * k, k) =
          parts.singularValues();
      Eigen::Map<Matrix>(vh.data<double>() + i * k * n, k, n) =
          parts.matrixV().transpose();
    }
  });
}

Tensor minus_transposed(const Tensor& a) { return sub(a, mT(a)); }

// From the gradients of the parts to that of x. With u and v the parts of the
// gradient that turn the bases are skew; what lies outside of the bases' range
// is added for the longer side.
Tensor svd_grad(const Tensor& u, const Tensor& s, const Tensor& vh,
                const Tensor& gu, const Tensor& gs, const Tensor& gvh) {
  const int64_t m = u.size(-2), n = vh.size(-1), k = s.size(-1);
  Tensor inner;
  const auto plus = [](const Tensor& a, const Tensor& b) {
    return a.defined() ? add(a, b) : b;
  };
  if (gu.defined() || gvh.defined()) {
    const Tensor squares = mul(s, s);
    const Tensor eye = diag_embed(add(mul(s.detach(), 0), 1));
    const Tensor gaps =
        add(sub(unsqueeze(squares, -2), unsqueeze(squares, -1)), eye);
    if (gu.defined()) {
      const Tensor turn = div(minus_transposed(matmul(mT(u), gu)), gaps);
      inner = plus(inner, mul(turn, unsqueeze(s, -2)));
    }
    if (gvh.defined()) {
      const Tensor turn = div(minus_transposed(matmul(vh, mT(gvh))), gaps);
      inner = plus(inner, mul(unsqueeze(s, -1), turn));
    }
  }
  if (gs.defined()) inner = plus(inner, diag_embed(gs));
  if (m > k && gu.defined()) {
    const Tensor scaled = div(gu, unsqueeze(s, -2));
    const Tensor outside = sub(scaled, matmul(u, matmul(mT(u), scaled)));
    return matmul(add(matmul(u, inner), outside), vh);
  }
  if (n > k && gvh.defined()) {
    const Tensor scaled = div(gvh, unsqueeze(s, -1));
    const Tensor outside = sub(scaled, matmul(matmul(scaled, mT(vh)), vh));
    return matmul(u, add(matmul(inner, vh), outside));
  }
  return matmul(matmul(u, inner), vh);
}

int64_t cross_dim(const Shape& sizes, std::optional<int64_t> dim) {
  const auto rank = static_cast<int64_t>(sizes.size());
  if (dim) return wrap_dim(*dim, rank, "cross");
  int64_t d = 0;
  while (d < rank && sizes[static_cast<size_t>(d)] != 3) ++d;
  CRESSET_CHECK(d < rank, kShape,
                "cross: no dimension of size 3 in input; got ", IntSpan(sizes));
  return d;
}

}  // namespace

constinit SvdKernel svd_kernel{"svd", svd_cpu};

}  // namespace internal

Tensor cross(const Tensor& a, const Tensor& b, std::optional<int64_t> dim) {
  const Shape sizes = broadcast_shapes(a.sizes(), b.sizes(), "cross");
  const int64_t d = internal::cross_dim(sizes, dim);
  CRESSET_CHECK(sizes[static_cast<size_t>(d)] == 3, kShape,
                "cross: inputs dimension ", d, " must have length 3; got ",
                a.sizes(), " and ", b.sizes());
  const Tensor x = broadcast_to(a, sizes), y = broadcast_to(b, sizes);
  return sub(mul(roll(x, -1, d), roll(y, -2, d)),
             mul(roll(x, -2, d), roll(y, -1, d)));
}

Svd svd(const Tensor& x) {
  CRESSET_CHECK(x.dim() >= 2, kShape,
                "svd: The input tensor must have at least 2 dimensions; got ",
                x.sizes());
  CRESSET_CHECK(is_floating(x.dtype()), kDtype,
                "svd: a floating input is needed; got ", x.dtype());
  const int64_t m = x.size(-2), n = x.size(-1), k = std::min(m, n);
  Shape batch(x.sizes().begin(), x.sizes().end() - 2);
  const int64_t count = numel_of(batch);
  using internal::make_empty;
  const Tensor u = make_empty({count, m, k}, float64, x.device());
  const Tensor s = make_empty({count, k}, float64, x.device());
  const Tensor vh = make_empty({count, k, n}, float64, x.device());
  const Tensor matrices =
      reshape(x.detach().to(float64).contiguous(), {count, m, n});
  if (count * k != 0) internal::svd_kernel(x.device(), matrices, u, s, vh);
  const auto shaped = [&](const Tensor& part, IntSpan last) {
    Shape sizes = batch;
    for (const int64_t size : last) sizes.push_back(size);
    return reshape(part, sizes).to(x.dtype());
  };
  const std::array<Tensor, 3> y = {shaped(u, {m, k}), shaped(s, {k}),
                                   shaped(vh, {k, n})};
  internal::with_grads(
      "LinalgSvdBackward", y, {x},
      [u = internal::keep_output(y[0], 0), s = internal::keep_output(y[1], 1),
       vh = internal::keep_output(y[2], 2)](std::span<const Tensor> g,
                                            internal::Grads& grads) {
        if (grads.needs(0)) {
          grads[0] = internal::svd_grad(u(), s(), vh(), g[0], g[1], g[2]);
        }
      });
  return {y[0], y[1], y[2]};
}

Tensor nuclear_norm(const Tensor& x, bool keepdim) {
  CRESSET_CHECK(x.dim() == 2, kShape,
                "nuclear_norm: Expected a tensor with 2 dimensions; got ",
                x.sizes());
  return nuclear_norm(x, {0, 1}, keepdim);
}

Tensor nuclear_norm(const Tensor& x, IntSpan dims, bool keepdim) {
  CRESSET_CHECK(dims.size() == 2, kShape,
                "nuclear_norm: expected 2 dimensions; got ", dims);
  const int64_t a = wrap_dim(dims[0], x.dim(), "nuclear_norm");
  const int64_t b = wrap_dim(dims[1], x.dim(), "nuclear_norm");
  CRESSET_CHECK(a != b, kValue, "nuclear_norm: the dimensions are one; got ",
                dims);
  const Tensor y = sum(svd(movedim(x, {a, b}, {-2, -1})).s, -1);
  if (!keepdim) return y;
  return unsqueeze(unsqueeze(y, std::min(a, b)), std::max(a, b));
}

}  // namespace cresset
