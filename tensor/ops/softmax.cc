#include "cresset/tensor/ops/softmax.h"

#include <algorithm>
#include <utility>

#include "cresset/tensor/core/autocast.h"
#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/cpu/softmax_kernel.h"
#include "cresset/tensor/ops/elementwise.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/unary.h"

namespace cresset {
namespace internal {
namespace {

constexpr int64_t kGrain = 1 << 14;

const SoftmaxFunctions& functions_for(const Tensor& x) {
  return softmax_functions()()[x.dtype() == float64 ? 1 : 0];
}

// x in `dtype` and row-major, outside the graph.
Tensor dense_of(const Tensor& x, Dtype dtype) {
  if (x.dtype() == dtype && x.is_contiguous()) return x;
  return x.detach().to(dtype).contiguous();
}

// The sizes before, of and after a dimension.
struct Blocks {
  int64_t outer = 1, n = 1, inner = 1;

  Blocks(const Tensor& x, int64_t dim) {
    for (int64_t d = 0; d < x.dim(); ++d) {
      (d < dim ? outer : d == dim ? n : inner) *= x.size(d);
    }
  }

  // Calls body(byte offset, number of blocks).
  template <class F>
  void parallel(const Tensor& x, F&& body) const {
    const int64_t block = n * inner;
    const auto item = static_cast<int64_t>(x.itemsize());
    parallel_for(0, outer, std::max<int64_t>(1, kGrain / block),
                 [&](int64_t first, int64_t last) {
                   body(first * block * item, last - first);
                 });
  }
};

void softmax_cpu(const Tensor& x, int64_t dim, bool log, const Tensor& y) {
  const Blocks blocks(x, dim);
  const SoftmaxFunctions& f = functions_for(x);
  const char* from = static_cast<const char*>(x.raw_data());
  char* to = static_cast<char*>(y.raw_data());
  blocks.parallel(x, [&](int64_t offset, int64_t outer) {
    f.forward(from + offset, to + offset, outer, blocks.n, blocks.inner, log);
  });
}

void softmax_grad_cpu(const Tensor& g, const Tensor& y, int64_t dim, bool log,
                      const Tensor& gx) {
  const Blocks blocks(y, dim);
  const SoftmaxFunctions& f = functions_for(y);
  const char* from = static_cast<const char*>(g.raw_data());
  const char* value = static_cast<const char*>(y.raw_data());
  char* to = static_cast<char*>(gx.raw_data());
  blocks.parallel(y, [&](int64_t offset, int64_t outer) {
    f.backward(from + offset, value + offset, to + offset, outer, blocks.n,
               blocks.inner, log);
  });
}

Tensor softmax_grad(const Tensor& g, const Tensor& y, int64_t dim, bool log) {
  if (recording()) {
    if (log) return g - exp(y) * sum(g, dim, true);
    const Tensor gy = g * y;
    return gy - y * sum(gy, dim, true);
  }
  const Dtype compute = kernel_type(y, "softmax");
  const Tensor value = dense_of(y, compute);
  const Tensor gradient = dense_of(g, compute);
  Tensor gx = make_empty(y.sizes(), compute, y.device());
  if (y.numel() != 0) {
    softmax_grad_kernel(y.device(), gradient, value, dim, log, gx);
  }
  return gx.to(y.dtype());
}

Tensor run_softmax(const Tensor& input, int64_t dim, std::optional<Dtype> dtype,
                   bool log, const char* name) {
  if (!dtype && autocast_raises_on_cuda(input)) {
    return run_softmax(raised(input), dim, dtype, log, name);
  }
  const Tensor x = input.to(dtype.value_or(input.dtype()));
  CRESSET_CHECK(is_floating(x.dtype()), kDtype, name,
                ": x must be of a floating dtype; got ", x.dtype());
  dim = wrap_dim(dim, x.dim(), name);
  const Dtype compute = kernel_type(x, name);
  Tensor y = make_empty(x.sizes(), compute, x.device());
  if (y.numel() != 0 && !y.device().is_meta()) {
    softmax_kernel(y.device(), dense_of(x, compute), dim, log, y);
  }
  y = y.to(x.dtype());
  if (!any_wants_grad(TensorRefs{x})) return y;
  return with_grad(log ? "LogSoftmaxBackward" : "SoftmaxBackward", y, {x},
                   [y = keep_output(y), dim, log](const Tensor& g) {
                     return softmax_grad(g, y(), dim, log);
                   });
}

}  // namespace

constinit SoftmaxKernel softmax_kernel{"softmax", softmax_cpu};
constinit SoftmaxGradKernel softmax_grad_kernel{"softmax", softmax_grad_cpu};

}  // namespace internal

Tensor softmax(const Tensor& x, int64_t dim, std::optional<Dtype> dtype) {
  return internal::run_softmax(x, dim, dtype, false, "softmax");
}

Tensor log_softmax(const Tensor& x, int64_t dim, std::optional<Dtype> dtype) {
  return internal::run_softmax(x, dim, dtype, true, "log_softmax");
}

Tensor softmin(const Tensor& x, int64_t dim, std::optional<Dtype> dtype) {
  return softmax(neg(x), dim, dtype);
}

}  // namespace cresset
