// The C++ of docs/adding-an-op.md (tools/lint/examples.py compares).

#include "cresset/cresset.h"
#include "cresset/tensor/core/inplace.h"
#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/activation_defs.h"
#include "cresset/tests/catch.h"

namespace cresset {
namespace internal {
namespace {

// [elementwise]
// slope * (sqrt(x * x + 1) - 1) + x.
struct BentIdentity
    : UnaryOp<ActivationFamily, Domain::kFloatOnly, Saves::kInput> {
  static constexpr const char* kName = "bent_identity";
  static constexpr const char* kGradName = "BentIdentityBackward";
  double slope;
  explicit BentIdentity(double s) : slope(s) {}
  template <class V>
  CRESSET_HD V value(V x) const {
    return static_cast<V>(slope) * (math::sqrt(x * x + 1) - 1) + x;
  }
  template <class V>
  CRESSET_HD V grad(const V& g, const V& x, const V& /*y*/) const {
    const V root = math::sqrt(x * x + Number<V>(1));
    return g * (Number<V>(slope) * x / root + Number<V>(1));
  }
};
// [/elementwise]

// [slot]
// y[i] = (a[i] - b[i])^2. All are contiguous, of one shape and of one of the
// dtypes float32 and float64; y is allocated and shares no memory with them.
using SquaredErrorKernel =
    Kernel<void(const Tensor& a, const Tensor& b, const Tensor& y)>;
extern SquaredErrorKernel squared_error_kernel;
// [/slot]

// [cpu]
template <class T>
void squared_error_rows(const Tensor& a, const Tensor& b, const Tensor& y) {
  const T* pa = a.data<T>();
  const T* pb = b.data<T>();
  T* py = y.data<T>();
  parallel_for(0, y.numel(), 16384, [=](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      py[i] = (pa[i] - pb[i]) * (pa[i] - pb[i]);
    }
  });
}

void squared_error_cpu(const Tensor& a, const Tensor& b, const Tensor& y) {
  a.dtype() == float64 ? squared_error_rows<double>(a, b, y)
                       : squared_error_rows<float>(a, b, y);
}

constinit SquaredErrorKernel squared_error_kernel{"squared_error",
                                                  squared_error_cpu};
// [/cpu]

}  // namespace
}  // namespace internal

namespace {

// [op]
Tensor squared_error(const Tensor& a, const Tensor& b) {
  using namespace internal;
  CRESSET_CHECK(a.shape() == b.shape(), kShape,
                "squared_error: a and b must have the same shape; got ",
                a.sizes(), " and ", b.sizes());
  CRESSET_CHECK(
      a.dtype() == b.dtype() && (a.dtype() == float32 || a.dtype() == float64),
      kDtype, "squared_error: a and b must both be float32 or float64; got ",
      a.dtype(), " and ", b.dtype());
  Tensor y = empty(a.sizes(), {.dtype = a.dtype(), .device = a.device()});
  squared_error_kernel(y.device(), a.detach().contiguous(),
                       b.detach().contiguous(), y);
  if (!any_wants_grad(TensorRefs{a, b})) return y;
  return with_grad("SquaredErrorBackward", std::move(y), {a, b},
                   [a = keep(a), b = keep(b)](const Tensor& g, Grads& grads) {
                     const Tensor part = 2 * g * (a() - b());
                     if (grads.needs(0)) grads[0] = part;
                     if (grads.needs(1)) grads[1] = -part;
                   });
}
// [/op]

using Tensors = std::vector<Tensor>;

TEST_CASE("adding an op: the elementwise example", "[docs][grad]") {
  const internal::BentIdentity op(0.5);
  CHECK(op.value(0.75) == Approx(0.875));
  CHECK(op.value(0.75f) == Approx(0.875f));
  CHECK(op.grad(2.0, 0.75, 0.875) == Approx(2 * (0.5 * 0.75 / 1.25 + 1)));
  const Tensor x = tensor({-2.0, 0.75}).to(float64).requires_grad_();
  const Tensor g = op.grad(ones_like(x), x, x);
  CHECK(g.data<double>()[1] == Approx(1.3));
  CHECK(g.requires_grad());
}

TEST_CASE("adding an op: the example with a kernel", "[docs][grad]") {
  manual_seed(0);
  const Tensor a = randn({3, 4}, {.dtype = float64}).requires_grad_();
  const Tensor b = randn({3, 4}, {.dtype = float64}).requires_grad_();
  CHECK(allclose(squared_error(a, b), square(a - b)));
  CHECK(squared_error(a, b).grad_fn() == "SquaredErrorBackward");
  gradcheck_all([](const Tensors& x) { return squared_error(x[0], x[1]); },
                {a, b});
  CHECK_FALSE(squared_error(a.detach(), b.detach()).requires_grad());
  CHECK_THROWS_WITH(squared_error(a, b[0]),
                    "squared_error: a and b must have the same shape; got "
                    "[3, 4] and [4]");
  CHECK_THROWS_WITH(squared_error(a, b.to(float32)),
                    "squared_error: a and b must both be float32 or float64; "
                    "got float64 and float32");
}

}  // namespace
}  // namespace cresset
