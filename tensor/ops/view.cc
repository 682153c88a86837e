#include "cresset/tensor/ops/view.h"

#include <utility>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/reduce.h"

namespace cresset {
namespace {

using internal::alias;
using internal::with_view_grad;

size_t at(int64_t i) { return static_cast<size_t>(i); }

// `shape` with its -1 replaced.
Shape inferred(IntSpan shape, int64_t numel, const char* op) {
  Shape sizes = shape.shape();
  int64_t known = 1, unknown = -1;
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] == -1) {
      CRESSET_CHECK(unknown < 0, kShape, op,
                    ": only one dimension can be inferred; got ", shape);
      unknown = static_cast<int64_t>(i);
    } else {
      CRESSET_CHECK(sizes[i] >= 0, kShape, op, ": invalid shape dimension ",
                    sizes[i], "; got ", shape);
      CRESSET_CHECK(!__builtin_mul_overflow(known, sizes[i], &known), kShape,
                    op, ": the number of elements overflows int64; got ",
                    shape);
    }
  }
  if (unknown >= 0) {
    CRESSET_CHECK(known != 0 || numel != 0, kShape, op,
                  ": cannot reshape tensor of 0 elements into shape ", shape,
                  " because the unspecified dimension size -1 can be any "
                  "value and is ambiguous");
    if (known != 0 && numel % known == 0) {
      sizes[at(unknown)] = numel / known;
      return sizes;
    }
  }
  CRESSET_CHECK(unknown < 0 && known == numel, kShape, op, ": shape '", shape,
                "' is invalid for input of size ", numel);
  return sizes;
}

// Strides that give x's elements the new sizes without a copy, if there are
// any: each run of dimensions that lie densely behind one another may be cut
// anew.
bool view_strides(const Tensor& x, IntSpan sizes, Shape& strides) {
  if (x.is_contiguous()) {
    strides = contiguous_strides(sizes);
    return true;
  }
  strides = Shape(sizes.size());
  size_t d = sizes.size();
  int64_t old_run = 1, new_run = 1;
  int64_t step = x.strides().back();
  for (size_t i = x.sizes().size(); i-- > 0;) {
    old_run *= x.sizes()[i];
    const bool run_ends = i == 0 || (x.sizes()[i - 1] != 1 &&
                                     x.strides()[i - 1] != old_run * step);
    if (!run_ends) continue;
    while (d > 0 && (new_run < old_run || sizes[d - 1] == 1)) {
      --d;
      strides[d] = new_run * step;
      new_run *= sizes[d];
    }
    if (new_run != old_run) return false;
    if (i > 0) {
      step = x.strides()[i - 1];
      old_run = new_run = 1;
    }
  }
  return d == 0;
}

Tensor viewed(const char* name, const Tensor& x, IntSpan sizes,
              IntSpan strides) {
  return with_view_grad(
      name, x, alias(x, sizes, strides, x.storage_offset()),
      [old = x.shape()](const Tensor& g) { return reshape(g, old); });
}

}  // namespace

Tensor view(const Tensor& x, IntSpan shape) {
  const Shape sizes = inferred(shape, x.numel(), "view");
  Shape strides;
  CRESSET_CHECK(
      view_strides(x, sizes, strides), kShape,
      "view: view size is not compatible with input tensor's size and stride "
      "(at least one dimension spans across two contiguous subspaces). Use "
      ".reshape(...) instead; got sizes ",
      x.sizes(), " with strides ", x.strides(), " as ", shape);
  return viewed("ViewBackward", x, sizes, strides);
}

Tensor reshape(const Tensor& x, IntSpan shape) {
  const Shape sizes = inferred(shape, x.numel(), "reshape");
  Shape strides;
  if (view_strides(x, sizes, strides)) {
    return viewed("ViewBackward", x, sizes, strides);
  }
  const Tensor copy = internal::dense_copy(x);
  return internal::with_grad(
      "UnsafeViewBackward", alias(copy, sizes, contiguous_strides(sizes), 0),
      {x}, [old = x.shape()](const Tensor& g) { return reshape(g, old); });
}

Tensor view_as(const Tensor& x, const Tensor& other) {
  return view(x, other.sizes());
}
Tensor reshape_as(const Tensor& x, const Tensor& other) {
  return reshape(x, other.sizes());
}

Tensor flatten(const Tensor& x, int64_t start_dim, int64_t end_dim) {
  const int64_t first = wrap_dim(start_dim, x.dim(), "flatten");
  const int64_t last = wrap_dim(end_dim, x.dim(), "flatten");
  CRESSET_CHECK(first <= last, kShape,
                "flatten: flatten() has invalid args: start_dim cannot come "
                "after end_dim; got ",
                start_dim, " and ", end_dim);
  if (x.dim() == 0) return reshape(x, {1});
  if (first == last) return x;
  Shape sizes;
  for (int64_t i = 0; i < x.dim(); ++i) {
    if (i <= first || i > last) {
      sizes.push_back(x.size(i));
    } else {
      sizes.back() *= x.size(i);
    }
  }
  return reshape(x, sizes);
}

Tensor ravel(const Tensor& x) { return reshape(x.contiguous(), {-1}); }

Tensor unflatten(const Tensor& x, int64_t dim, IntSpan sizes) {
  dim = wrap_dim(dim, x.dim(), "unflatten");
  CRESSET_CHECK(x.dim() > 0, kShape,
                "unflatten: the tensor must have a dimension; got rank 0");
  CRESSET_CHECK(sizes.size() > 0, kShape,
                "unflatten: sizes must be non-empty; got none");
  const Shape parts = inferred(sizes, x.size(dim), "unflatten");
  Shape all(x.sizes().begin(), x.sizes().begin() + dim);
  for (const int64_t part : parts) all.push_back(part);
  for (int64_t i = dim + 1; i < x.dim(); ++i) all.push_back(x.size(i));
  return view(x, all);
}

Tensor transpose(const Tensor& x, int64_t dim0, int64_t dim1) {
  dim0 = wrap_dim(dim0, x.dim(), "transpose");
  dim1 = wrap_dim(dim1, x.dim(), "transpose");
  Shape sizes = x.shape(), strides = x.strides().shape();
  if (x.dim() != 0) {
    std::swap(sizes[at(dim0)], sizes[at(dim1)]);
    std::swap(strides[at(dim0)], strides[at(dim1)]);
  }
  return with_view_grad(
      "TransposeBackward", x, alias(x, sizes, strides, x.storage_offset()),
      [dim0, dim1](const Tensor& g) { return transpose(g, dim0, dim1); });
}
Tensor swapaxes(const Tensor& x, int64_t axis0, int64_t axis1) {
  return transpose(x, axis0, axis1);
}
Tensor swapdims(const Tensor& x, int64_t dim0, int64_t dim1) {
  return transpose(x, dim0, dim1);
}

Tensor t(const Tensor& x) {
  CRESSET_CHECK(x.dim() <= 2, kShape,
                "t: t() expects a tensor with <= 2 dimensions; got ",
                x.sizes());
  Shape sizes = x.shape(), strides = x.strides().shape();
  if (x.dim() == 2) {
    std::swap(sizes[0], sizes[1]);
    std::swap(strides[0], strides[1]);
  }
  return with_view_grad("TBackward", x,
                        alias(x, sizes, strides, x.storage_offset()),
                        [](const Tensor& g) { return t(g); });
}

Tensor mT(const Tensor& x) {
  CRESSET_CHECK(x.dim() >= 2, kShape,
                "mT: tensor.mT is only supported on matrices or batches of "
                "matrices; got ",
                x.sizes());
  return transpose(x, -2, -1);
}
Tensor adjoint(const Tensor& x) {
  CRESSET_CHECK(!is_complex(x.dtype()), kUnsupported,
                "adjoint: complex tensors are not supported; got ", x.dtype());
  return mT(x);
}

Tensor permute(const Tensor& x, IntSpan dims) {
  CRESSET_CHECK(static_cast<int64_t>(dims.size()) == x.dim(), kShape,
                "permute: number of dimensions in the "
                "tensor input does not match the length of the desired "
                "ordering of dimensions i.e. input.dim() = ",
                x.dim(), " is not equal to len(dims) = ", dims.size());
  Shape sizes(dims.size()), strides(dims.size()), back(dims.size(), -1);
  for (size_t i = 0; i < dims.size(); ++i) {
    const auto from = at(wrap_dim(dims[i], x.dim(), "permute"));
    CRESSET_CHECK(back[from] < 0, kShape,
                  "permute: repeated dim in permute; got ", dims);
    back[from] = static_cast<int64_t>(i);
    sizes[i] = x.sizes()[from];
    strides[i] = x.strides()[from];
  }
  return with_view_grad("PermuteBackward", x,
                        alias(x, sizes, strides, x.storage_offset()),
                        [back](const Tensor& g) { return permute(g, back); });
}

Tensor movedim(const Tensor& x, IntSpan source, IntSpan destination) {
  CRESSET_CHECK(source.size() == destination.size(), kShape,
                "movedim: Invalid source or destination dims: source (", source,
                " dims) should contain the same number of dims as "
                "destination (",
                destination, " dims)");
  const auto rank = at(x.dim());
  Shape order(rank, -1);
  std::vector<bool> moved(rank, false);
  for (size_t i = 0; i < source.size(); ++i) {
    const int64_t from = wrap_dim(source[i], x.dim(), "movedim");
    const int64_t to = wrap_dim(destination[i], x.dim(), "movedim");
    if (rank == 0) return x;
    CRESSET_CHECK(!moved[at(from)], kShape,
                  "movedim: repeated dim in `source` (", source, ")");
    CRESSET_CHECK(order[at(to)] < 0, kShape,
                  "movedim: repeated dim in `destination` (", destination, ")");
    moved[at(from)] = true;
    order[at(to)] = from;
  }
  size_t next = 0;
  for (size_t i = 0; i < rank; ++i) {
    if (order[i] >= 0) continue;
    while (moved[next]) ++next;
    order[i] = static_cast<int64_t>(next++);
  }
  return permute(x, order);
}
Tensor moveaxis(const Tensor& x, IntSpan source, IntSpan destination) {
  return movedim(x, source, destination);
}

namespace {

Tensor squeezed(const char* grad_name, const Tensor& x, IntSpan dims) {
  std::vector<bool> named(at(x.dim()) + 1, false);
  for (const int64_t dim : dims) {
    const auto d = at(wrap_dim(dim, x.dim(), "squeeze"));
    CRESSET_CHECK(!named[d], kShape, "squeeze: dim ", d,
                  " appears multiple times in the list of dims");
    named[d] = true;
  }
  Shape sizes, strides;
  for (size_t i = 0; i < x.sizes().size(); ++i) {
    if (named[i] && x.sizes()[i] == 1) continue;
    sizes.push_back(x.sizes()[i]);
    strides.push_back(x.strides()[i]);
  }
  return viewed(grad_name, x, sizes, strides);
}
}  // namespace

// PyTorch numbers the variants of squeeze's gradient.
Tensor squeeze(const Tensor& x, IntSpan dims) {
  return squeezed("SqueezeBackward2", x, dims);
}
Tensor squeeze(const Tensor& x, int64_t dim) {
  return squeezed("SqueezeBackward1", x, dim);
}
Tensor squeeze(const Tensor& x) {
  Shape all(at(x.dim()));
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<int64_t>(i);
  return squeezed("SqueezeBackward0", x, all);
}

Tensor unsqueeze(const Tensor& x, int64_t dim) {
  dim = wrap_dim(dim, x.dim() + 1, "unsqueeze");
  Shape sizes = x.shape(), strides = x.strides().shape();
  const int64_t stride = dim < x.dim() ? sizes[at(dim)] * strides[at(dim)] : 1;
  sizes.insert(at(dim), 1);
  strides.insert(at(dim), stride);
  return with_view_grad("UnsqueezeBackward", x,
                        alias(x, sizes, strides, x.storage_offset()),
                        [dim](const Tensor& g) { return squeeze(g, dim); });
}

Tensor atleast_1d(const Tensor& x) {
  return x.dim() >= 1 ? x : reshape(x, {1});
}
Tensor atleast_2d(const Tensor& x) {
  return x.dim() >= 2 ? x : unsqueeze(atleast_1d(x), 0);
}
Tensor atleast_3d(const Tensor& x) {
  return x.dim() >= 3 ? x : unsqueeze(atleast_2d(x), -1);
}

Tensor expand(const Tensor& x, IntSpan sizes) {
  const int64_t extra = static_cast<int64_t>(sizes.size()) - x.dim();
  CRESSET_CHECK(extra >= 0, kShape, "expand: the number of sizes provided (",
                sizes.size(),
                ") must be greater or equal to the number of dimensions in "
                "the tensor (",
                x.dim(), "); got ", sizes, " for ", x.sizes());
  Shape wide = sizes.shape(), strides(sizes.size());
  for (size_t i = 0; i < wide.size(); ++i) {
    const int64_t own = static_cast<int64_t>(i) - extra;
    const int64_t size = own < 0 ? 1 : x.sizes()[at(own)];
    if (wide[i] == -1) {
      CRESSET_CHECK(own >= 0, kShape,
                    "expand: The expanded size of the tensor (-1) isn't "
                    "allowed in a leading, non-existing dimension ",
                    i);
      wide[i] = size;
    }
    CRESSET_CHECK(wide[i] >= 0 && (size == wide[i] || size == 1), kShape,
                  "expand: The expanded size of the tensor (", wide[i],
                  ") must match the existing size (", size,
                  ") at non-singleton dimension ", i,
                  ".  Target sizes: ", sizes, ".  Tensor sizes: ", x.sizes());
    strides[i] = own < 0 || size != wide[i] ? 0 : x.strides()[at(own)];
  }
  return with_view_grad(
      "ExpandBackward", x, alias(x, wide, strides, x.storage_offset()),
      [old = x.shape()](const Tensor& g) { return sum_to_size(g, old); });
}
Tensor expand_as(const Tensor& x, const Tensor& other) {
  return expand(x, other.sizes());
}
Tensor broadcast_to(const Tensor& x, IntSpan sizes) { return expand(x, sizes); }

}  // namespace cresset
