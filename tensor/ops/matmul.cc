#include "cresset/tensor/ops/matmul.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "cresset/tensor/core/autocast.h"
#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/elementwise.h"
#include "cresset/tensor/ops/matmul_cpu.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace internal {

namespace {

void linear_cpu(const Tensor& x, const Tensor& w, const Tensor& bias,
                const Tensor& y) {
  copy_elements(broadcast_alias(bias, y.sizes(), "linear"), y);
  matmul_cpu(x, w, y, 1);
}

}  // namespace

constinit MatmulKernel matmul_kernel{"matmul", matmul_cpu};
constinit LinearKernel linear_kernel{"linear", linear_cpu};

namespace {

void check_operands(const Tensor& a, const Tensor& b, const char* op) {
  CRESSET_CHECK(a.dtype() == b.dtype(), kDtype, op,
                ": both operands must have one dtype; got ", a.dtype(), " and ",
                b.dtype());
  CRESSET_CHECK(a.device() == b.device(), kDevice, op,
                ": both operands must be on one device; got ", a.device(),
                " and ", b.device());
}

void check_ranks(const Tensor& a, int64_t rank_a, const Tensor& b,
                 int64_t rank_b, const char* op) {
  CRESSET_CHECK(a.dim() == rank_a && b.dim() == rank_b, kShape, op, ": a ",
                rank_a, "-d and a ", rank_b, "-d tensor are needed; got ",
                a.sizes(), " x ", b.sizes());
}

void check_inner(int64_t a, int64_t b, const Tensor& x, const Tensor& y,
                 const char* op) {
  CRESSET_CHECK(a == b, kShape, op, ": inner sizes must agree; got ", x.sizes(),
                " x ", y.sizes());
}

// A matrix as a batch of one; a vector as a row or column is made by callers.
Tensor as_batch(const Tensor& x) {
  if (x.dim() == 3) return x;
  return alias(x, {1, x.size(0), x.size(1)},
               {x.size(0) * x.stride(0), x.stride(0), x.stride(1)},
               x.storage_offset());
}

// The product of two matrices or two batches, not recorded.
Tensor product(const Tensor& a, const Tensor& b) {
  const bool batched = a.dim() == 3;
  Tensor y =
      batched
          ? make_empty({a.size(0), a.size(1), b.size(2)}, a.dtype(), a.device())
          : make_empty({a.size(0), b.size(1)}, a.dtype(), a.device());
  if (y.numel() != 0 && !y.device().is_meta()) {
    matmul_kernel(y.device(), as_batch(a), as_batch(b), as_batch(y), 0);
  }
  return y;
}

Tensor transposed(const Tensor& x) { return transpose(x, -2, -1); }

// mm and bmm are one op: their gradients are products again.
Tensor recorded_product(const Tensor& a, const Tensor& b, const char* name) {
  Tensor y = product(a, b);
  if (!any_wants_grad(TensorRefs{a, b})) return y;
  return with_grad(
      name, std::move(y), {a, b},
      [a = keep(a), b = keep(b), name](const Tensor& g, Grads& grads) {
        if (grads.needs(0)) {
          grads[0] = recorded_product(g, transposed(b()), name);
        }
        if (grads.needs(1)) {
          grads[1] = recorded_product(transposed(a()), g, name);
        }
      });
}

// The number of vectors along the last dimension: what -1 cannot find out in a
// reshape of an empty tensor.
int64_t rows_of(const Tensor& x) {
  return numel_of({x.sizes().data(), x.sizes().size() - 1});
}

Tensor scaled_sum(const Tensor& input, const Tensor& y, ScaledProduct options,
                  const char* op) {
  CRESSET_CHECK(input.dtype() == y.dtype(), kDtype, op,
                ": all operands must have one dtype; got ", input.dtype(),
                " and ", y.dtype());
  if (is_integral(y.dtype())) {  // the factors become integers, as in PyTorch
    options.alpha = options.alpha.to<int64_t>();
    options.beta = options.beta.to<int64_t>();
  }
  const bool keep_y = options.alpha == Scalar(1);
  const Tensor scaled = keep_y ? y : mul(y, options.alpha);
  broadcast_alias(input, y.sizes(), op);  // checks the shape
  if (options.beta.to<double>() == 0) {
    return input.shape() == y.shape() ? scaled : scaled + 0;
  }
  const Tensor total = add(scaled, input, options.beta);
  return total.dtype() == y.dtype() ? total : total.to(y.dtype());  // bool
}

}  // namespace
}  // namespace internal

using namespace internal;  // NOLINT: this file defines what it declares

Tensor mm(const Tensor& a, const Tensor& b) {
  if (autocast_lowers(a, b)) return mm(lowered(a), lowered(b));
  check_ranks(a, 2, b, 2, "mm");
  check_operands(a, b, "mm");
  check_inner(a.size(1), b.size(0), a, b, "mm");
  return recorded_product(a, b, "MmBackward");
}

Tensor bmm(const Tensor& a, const Tensor& b) {
  if (autocast_lowers(a, b)) return bmm(lowered(a), lowered(b));
  check_ranks(a, 3, b, 3, "bmm");
  check_operands(a, b, "bmm");
  CRESSET_CHECK(a.size(0) == b.size(0), kShape,
                "bmm: batch sizes must agree; got ", a.sizes(), " x ",
                b.sizes());
  check_inner(a.size(2), b.size(1), a, b, "bmm");
  return recorded_product(a, b, "BmmBackward");
}

Tensor mv(const Tensor& a, const Tensor& b) {
  if (autocast_lowers(a, b)) return mv(lowered(a), lowered(b));
  check_ranks(a, 2, b, 1, "mv");
  check_operands(a, b, "mv");
  check_inner(a.size(1), b.size(0), a, b, "mv");
  return squeeze(recorded_product(a, unsqueeze(b, 1), "MvBackward"), 1);
}

Tensor dot(const Tensor& a, const Tensor& b) {
  check_ranks(a, 1, b, 1, "dot");
  check_operands(a, b, "dot");
  check_inner(a.size(0), b.size(0), a, b, "dot");
  return reshape(
      recorded_product(unsqueeze(a, 0), unsqueeze(b, 1), "DotBackward"), {});
}

Tensor outer(const Tensor& a, const Tensor& b) {
  check_ranks(a, 1, b, 1, "outer");
  return mul(unsqueeze(a, 1), b);
}

Tensor inner(const Tensor& a, const Tensor& b) {
  if (a.dim() == 0 || b.dim() == 0) return mul(a, b);
  check_inner(a.size(-1), b.size(-1), a, b, "inner");
  return tensordot(a, b, IntSpan{-1}, IntSpan{-1});
}

Tensor matmul(const Tensor& a, const Tensor& b) {
  if (autocast_lowers(a, b)) return matmul(lowered(a), lowered(b));
  CRESSET_CHECK(a.dim() >= 1 && b.dim() >= 1, kShape,
                "matmul: both arguments need at least one dimension; got ",
                a.sizes(), " x ", b.sizes());
  check_operands(a, b, "matmul");
  check_inner(a.size(-1), b.dim() == 1 ? b.size(0) : b.size(-2), a, b,
              "matmul");
  if (a.dim() == 1 && b.dim() == 1) return dot(a, b);
  if (a.dim() == 2 && b.dim() == 2) return mm(a, b);
  if (a.dim() == 2 && b.dim() == 1) return mv(a, b);
  if (a.dim() == 1) return squeeze(matmul(unsqueeze(a, 0), b), -2);
  if (b.dim() == 1) return squeeze(matmul(a, unsqueeze(b, 1)), -1);
  const int64_t m = a.size(-2), k = a.size(-1), n = b.size(-1);
  if (b.dim() == 2) {  // one tall product instead of many small ones
    Shape shape = a.shape();
    shape.back() = n;
    return reshape(mm(reshape(a, {rows_of(a), k}), b), shape);
  }
  const IntSpan sizes_a = a.sizes(), sizes_b = b.sizes();
  Shape batch = broadcast_shapes({sizes_a.data(), sizes_a.size() - 2},
                                 {sizes_b.data(), sizes_b.size() - 2});
  const int64_t count = numel_of(batch);
  Shape wide_a = batch, wide_b = batch, shape = batch;
  wide_a.push_back(m);
  wide_a.push_back(k);
  wide_b.push_back(k);
  wide_b.push_back(n);
  shape.push_back(m);
  shape.push_back(n);
  return reshape(bmm(reshape(expand(a, wide_a), {count, m, k}),
                     reshape(expand(b, wide_b), {count, k, n})),
                 shape);
}

Tensor addmm(const Tensor& input, const Tensor& a, const Tensor& b,
             const ScaledProduct& options) {
  if (autocast_lowers(input, a, b)) {
    return addmm(lowered(input), lowered(a), lowered(b), options);
  }
  return scaled_sum(input, mm(a, b), options, "addmm");
}

Tensor addmv(const Tensor& input, const Tensor& a, const Tensor& b,
             const ScaledProduct& options) {
  if (autocast_lowers(input, a, b)) {
    return addmv(lowered(input), lowered(a), lowered(b), options);
  }
  return scaled_sum(input, mv(a, b), options, "addmv");
}

Tensor addr(const Tensor& input, const Tensor& a, const Tensor& b,
            const ScaledProduct& options) {
  return scaled_sum(input, outer(a, b), options, "addr");
}

Tensor baddbmm(const Tensor& input, const Tensor& a, const Tensor& b,
               const ScaledProduct& options) {
  if (autocast_lowers(input, a, b)) {
    return baddbmm(lowered(input), lowered(a), lowered(b), options);
  }
  return scaled_sum(input, bmm(a, b), options, "baddbmm");
}

Tensor addbmm(const Tensor& input, const Tensor& a, const Tensor& b,
              const ScaledProduct& options) {
  if (autocast_lowers(input, a, b)) {
    return addbmm(lowered(input), lowered(a), lowered(b), options);
  }
  return scaled_sum(input, sum(bmm(a, b), {0}, false, a.dtype()), options,
                    "addbmm");
}

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  if (autocast_lowers(x, weight, bias)) {
    return linear(lowered(x), lowered(weight), lowered(bias));
  }
  CRESSET_CHECK(weight.dim() == 1 || weight.dim() == 2, kShape,
                "linear: weight must be [out, in] or [in]; got ",
                weight.sizes());
  if (weight.dim() == 1) {
    const Tensor y = matmul(x, weight);
    return bias.defined() ? add(y, bias) : y;
  }
  const int64_t in = weight.size(1), out = weight.size(0);
  CRESSET_CHECK(x.dim() >= 1 && x.size(-1) == in, kShape,
                "linear: the last size of the input must be in_features = ", in,
                "; got input ", x.sizes(), ", weight ", weight.sizes());
  check_operands(x, weight, "linear");
  if (bias.defined()) {
    CRESSET_CHECK(bias.dim() == 1 && bias.size(0) == out, kShape,
                  "linear: bias must be [", out, "]; got ", bias.sizes());
    check_operands(x, bias, "linear");
  }
  if (x.dim() != 2) {
    Shape shape = x.shape();
    shape.back() = out;
    return reshape(linear(reshape(x, {rows_of(x), in}), weight, bias), shape);
  }
  Tensor y = make_empty({x.size(0), out}, x.dtype(), x.device());
  if (y.numel() != 0 && !y.device().is_meta()) {
    const Tensor w =
        as_batch(alias(weight, {in, out}, {weight.stride(1), weight.stride(0)},
                       weight.storage_offset()));
    if (bias.defined()) {
      linear_kernel(y.device(), as_batch(x), w, bias, as_batch(y));
    } else {
      matmul_kernel(y.device(), as_batch(x), w, as_batch(y), 0);
    }
  }
  if (!any_wants_grad(TensorRefs{x, weight, bias})) return y;
  return with_grad(
      "AddmmBackward", std::move(y), {x, weight, bias},
      [x = keep(x), w = keep(weight)](const Tensor& g, Grads& grads) {
        if (grads.needs(0)) grads[0] = mm(g, w());
        if (grads.needs(1)) grads[1] = mm(transposed(g), x());
        if (grads.needs(2)) grads[2] = sum(g, {0});
      });
}

Tensor bilinear(const Tensor& x1, const Tensor& x2, const Tensor& weight,
                const Tensor& bias) {
  CRESSET_CHECK(weight.dim() == 3 && x1.dim() == x2.dim() && x1.dim() >= 1 &&
                    x1.size(-1) == weight.size(1) &&
                    x2.size(-1) == weight.size(2),
                kShape,
                "bilinear: inputs [..., n] and [..., m] and a weight "
                "[out, n, m] are needed; got ",
                x1.sizes(), ", ", x2.sizes(), ", ", weight.sizes());
  Shape shape = x1.shape();
  shape.back() = weight.size(0);
  const Tensor a = reshape(x1, {rows_of(x1), weight.size(1)});
  const Tensor b = reshape(x2, {rows_of(x2), weight.size(2)});
  // [N, n] x [out, n, m] -> [N, out, m], then the sum over m against x2.
  const Tensor left = tensordot(a, weight, IntSpan{1}, IntSpan{1});
  const Tensor y = reshape(squeeze(bmm(left, unsqueeze(b, 2)), 2), shape);
  return bias.defined() ? add(y, bias) : y;
}

Tensor tensordot(const Tensor& a, const Tensor& b, IntSpan dims_a,
                 IntSpan dims_b) {
  CRESSET_CHECK(dims_a.size() == dims_b.size(), kShape,
                "tensordot: both dims lists must have the same length; got ",
                dims_a, " and ", dims_b);
  Shape used_a(static_cast<size_t>(a.dim()), 0);
  Shape used_b(static_cast<size_t>(b.dim()), 0);
  Shape inner_a, inner_b;
  int64_t k = 1;
  for (size_t i = 0; i < dims_a.size(); ++i) {
    const int64_t da = wrap_dim(dims_a[i], a.dim(), "tensordot");
    const int64_t db = wrap_dim(dims_b[i], b.dim(), "tensordot");
    CRESSET_CHECK(a.size(da) == b.size(db), kShape,
                  "tensordot: contracted sizes must agree; got ", a.sizes(),
                  " and ", b.sizes(), " at dimensions ", da, " and ", db);
    used_a[static_cast<size_t>(da)] = used_b[static_cast<size_t>(db)] = 1;
    inner_a.push_back(da);
    inner_b.push_back(db);
    k *= a.size(da);
  }
  Shape order_a, order_b = inner_b, shape;
  int64_t m = 1, n = 1;
  for (int64_t d = 0; d < a.dim(); ++d) {
    if (used_a[static_cast<size_t>(d)] != 0) continue;
    order_a.push_back(d);
    shape.push_back(a.size(d));
    m *= a.size(d);
  }
  for (const int64_t d : inner_a) order_a.push_back(d);
  for (int64_t d = 0; d < b.dim(); ++d) {
    if (used_b[static_cast<size_t>(d)] != 0) continue;
    order_b.push_back(d);
    shape.push_back(b.size(d));
    n *= b.size(d);
  }
  return reshape(mm(reshape(permute(a, order_a), {m, k}),
                    reshape(permute(b, order_b), {k, n})),
                 shape);
}

Tensor tensordot(const Tensor& a, const Tensor& b, int64_t dims) {
  CRESSET_CHECK(dims >= 0 && dims <= a.dim() && dims <= b.dim(), kValue,
                "tensordot: dims must be in [0, rank]; got ", dims, " for ",
                a.sizes(), " and ", b.sizes());
  Shape dims_a, dims_b;
  for (int64_t d = 0; d < dims; ++d) {
    dims_a.push_back(a.dim() - dims + d);
    dims_b.push_back(d);
  }
  return tensordot(a, b, dims_a, dims_b);
}

}  // namespace cresset
