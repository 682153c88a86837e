// Views whose elements may overlap: as_strided and unfold. Their gradient goes
// through a buffer that stands for the storage: gradients are added up at the
// places of one layout and read at those of another, which is again such a map
// and so gives derivatives of all orders.

#include <algorithm>
#include <utility>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/core/strided_loop.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/data_kernels.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace internal {
namespace {

// Places in a buffer, in elements.
struct Layout {
  Shape sizes, strides;
  int64_t offset;

  int64_t extent() const {
    int64_t last = offset;
    for (size_t i = 0; i < sizes.size(); ++i) {
      if (sizes[i] == 0) return 0;
      last += (sizes[i] - 1) * strides[i];
    }
    return last + 1;
  }
};

// Whether two indices may lead to one place.
bool may_overlap(const Layout& layout) {
  Shape order;
  for (size_t i = 0; i < layout.sizes.size(); ++i) {
    if (layout.sizes[i] > 1) order.push_back(static_cast<int64_t>(i));
  }
  std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return layout.strides[static_cast<size_t>(a)] <
           layout.strides[static_cast<size_t>(b)];
  });
  int64_t reach = 0;
  for (const int64_t i : order) {
    const auto d = static_cast<size_t>(i);
    if (layout.strides[d] <= reach) return true;
    reach += (layout.sizes[d] - 1) * layout.strides[d];
  }
  return false;
}

template <class T>
void add_in_order(const Tensor& from, const Tensor& to) {
  const Tensor operands[] = {to, from};
  const StridedLoop loop(operands);
  const int64_t to_step = loop.inner_stride(0);
  const int64_t from_step = loop.inner_stride(1);
  loop.for_range(0, loop.numel(), [&](char* const* p, int64_t n) {
    for (int64_t i = 0; i < n; ++i) {
      *reinterpret_cast<T*>(p[0] + i * to_step) +=
          *reinterpret_cast<const T*>(p[1] + i * from_step);
    }
  });
}

// Adds `from` to `to`, whose elements may overlap; float32 or float64.
void strided_add_cpu(const Tensor& from, const Tensor& to) {
  if (to.dtype() == float64) {
    add_in_order<double>(from, to);
  } else {
    add_in_order<float>(from, to);
  }
}

}  // namespace

constinit StridedAddKernel strided_add_kernel{"as_strided", strided_add_cpu};

namespace {

// A gradient's way from the layout `from` to the layout `to`. One of the two is
// the layout of the tensor that was viewed; where its elements overlap, each
// gets an equal share.
Tensor move_gradient(const char* name, const Tensor& g, const Layout& from,
                     const Layout& to, bool from_is_viewed) {
  CRESSET_CHECK(!is_complex(g.dtype()), kDtype,
                "as_strided: no gradient for complex numbers; got ", g.dtype());
  const Layout& viewed = from_is_viewed ? from : to;
  const Dtype dtype = g.dtype() == float64 ? float64 : float32;
  const int64_t extent = std::max(from.extent(), to.extent());
  Tensor y;
  {
    const NoGradGuard guard;
    const auto spread = [&](const Tensor& values, const Layout& places) {
      const Tensor buffer = filled({extent}, 0, dtype, g.device());
      if (values.numel() != 0) {
        strided_add_kernel(
            g.device(), values,
            alias(buffer, places.sizes, places.strides, places.offset));
      }
      return buffer;
    };
    const auto read = [&](const Tensor& buffer, const Layout& places) {
      return alias(buffer, places.sizes, places.strides, places.offset);
    };
    Tensor counts;
    if (may_overlap(viewed)) {
      const Tensor one = filled({}, 1, dtype, g.device());
      counts = read(spread(broadcast_alias(one, viewed.sizes, name), viewed),
                    viewed);
    }
    Tensor values = g.to(dtype);
    if (counts.defined() && from_is_viewed) values = div(values, counts);
    y = read(spread(values, from), to);
    if (counts.defined() && !from_is_viewed) y = div(y, counts);
    y = dense_copy(y).to(g.dtype());
  }
  return with_grad(name, std::move(y), {g},
                   [name, from, to, from_is_viewed](const Tensor& h) {
                     return move_gradient(name, h, to, from, !from_is_viewed);
                   });
}

// The lowest offset of both becomes 0, so that the buffer is no larger than it
// needs to be.
void shift(Layout& a, Layout& b) {
  const int64_t low = std::min(a.offset, b.offset);
  a.offset -= low;
  b.offset -= low;
}

}  // namespace
}  // namespace internal

using internal::Layout;
using internal::move_gradient;

Tensor as_strided(const Tensor& x, IntSpan sizes, IntSpan strides) {
  return as_strided(x, sizes, strides, x.storage_offset());
}

Tensor as_strided(const Tensor& x, IntSpan sizes, IntSpan strides,
                  int64_t offset) {
  CRESSET_CHECK(sizes.size() == strides.size(), kShape,
                "as_strided: mismatch in length of strides and shape; got ",
                sizes, " and ", strides);
  CRESSET_CHECK(offset >= 0, kValue, "as_strided: invalid storage offset; got ",
                offset);
  const auto available =
      static_cast<int64_t>(x.storage()->nbytes() / x.itemsize());
  int64_t last = offset;
  bool fits = true;
  for (size_t i = 0; i < sizes.size(); ++i) {
    CRESSET_CHECK(strides[i] >= 0, kValue,
                  "as_strided: Negative strides are not supported; got ",
                  strides);
    int64_t reach = 0;
    fits &= !__builtin_mul_overflow(sizes[i] - 1, strides[i], &reach) &&
            !__builtin_add_overflow(last, reach, &last);
  }
  const bool empty = numel_of(sizes) == 0;
  CRESSET_CHECK(empty || (fits && last < available), kIndex,
                "as_strided: setStorage: sizes ", sizes, ", strides ", strides,
                ", storage offset ", offset,
                " are out of bounds for storage of size ", available);
  return internal::with_view_grad(
      "AsStridedBackward", x, internal::alias(x, sizes, strides, offset),
      [old = Layout{x.shape(), x.strides().shape(), x.storage_offset()},
       now = Layout{sizes.shape(), strides.shape(), offset}](const Tensor& g) {
        Layout from = now, to = old;
        internal::shift(from, to);
        return move_gradient("AsStridedBackwardBackward", g, from, to, false);
      });
}

Tensor unfold(const Tensor& x, int64_t dim, int64_t size, int64_t step) {
  dim = wrap_dim(dim, x.dim(), "unfold");
  const int64_t whole = x.dim() == 0 ? 1 : x.size(dim);
  CRESSET_CHECK(size >= 0, kValue, "unfold: size is ", size,
                " but must be >= 0");
  CRESSET_CHECK(size <= whole, kIndex,
                "unfold: maximum size for tensor at dimension ", dim, " is ",
                whole, " but size is ", size);
  CRESSET_CHECK(step > 0, kValue, "unfold: step is ", step, " but must be > 0");
  Shape sizes = x.shape();
  const auto windows = [=](Shape& list, Shape& steps) {
    const auto d = static_cast<size_t>(dim);
    if (list.empty()) {
      list.push_back(size);
      steps.push_back(1);
      return;
    }
    const int64_t stride = steps[d];
    list[d] = (whole - size) / step + 1;
    steps[d] = stride * step;
    list.push_back(size);
    steps.push_back(stride);
  };
  Shape strides = x.strides().shape();
  windows(sizes, strides);
  return internal::with_view_grad(
      "UnfoldBackward", x,
      internal::alias(x, sizes, strides, x.storage_offset()),
      [old = x.shape(), windows](const Tensor& g) {
        const Layout to{old, contiguous_strides(old), 0};
        Layout from = to;
        windows(from.sizes, from.strides);
        return move_gradient("UnfoldBackwardBackward", g, from, to, false);
      });
}

}  // namespace cresset
