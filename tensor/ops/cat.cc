// cat and stack.

#include <algorithm>
#include <cstring>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/core/with_grad.h"
#include "cresset/tensor/ops/combine.h"
#include "cresset/tensor/ops/data_kernels.h"
#include "cresset/tensor/ops/elementwise.h"
#include "cresset/tensor/ops/view.h"

namespace cresset {
namespace internal {
namespace {

constexpr int64_t kGrainBytes = 1 << 16;

void copy_bytes(char* to, const char* from, int64_t bytes) {
  parallel_for(0, bytes, 8 * kGrainBytes, [&](int64_t first, int64_t last) {
    std::memcpy(to + first, from + first, static_cast<size_t>(last - first));
  });
}

void cat_cpu(std::span<const Tensor> x, int64_t dim, const Tensor& y) {
  int64_t outer = 1;
  for (int64_t i = 0; i < dim; ++i) outer *= y.size(i);
  if (y.numel() == 0) return;
  const int64_t row = static_cast<int64_t>(y.nbytes()) / outer;
  char* to = static_cast<char*>(y.raw_data());
  if (outer == 1) {
    for (const Tensor& part : x) {
      const auto bytes = static_cast<int64_t>(part.nbytes());
      if (bytes != 0) {
        copy_bytes(to, static_cast<const char*>(part.raw_data()), bytes);
      }
      to += bytes;
    }
    return;
  }
  const int64_t grain = std::max<int64_t>(1, kGrainBytes / row);
  parallel_for(0, outer, grain, [&](int64_t first, int64_t last) {
    char* column = to;
    for (const Tensor& part : x) {
      const int64_t bytes = static_cast<int64_t>(part.nbytes()) / outer;
      const char* from = static_cast<const char*>(part.raw_data());
      for (int64_t i = first; bytes != 0 && i < last; ++i) {
        std::memcpy(column + i * row, from + i * bytes,
                    static_cast<size_t>(bytes));
      }
      column += bytes;
    }
  });
}

}  // namespace

constinit CatKernel cat_kernel{"cat", cat_cpu};

namespace {

void check_list(const std::vector<Tensor>& tensors, const char* op) {
  CRESSET_CHECK(!tensors.empty(), kValue, op,
                ": expected a non-empty list of Tensors; got none");
  for (const Tensor& x : tensors) {
    CRESSET_CHECK(x.device() == tensors[0].device(), kDevice, op,
                  ": expected all tensors to be on the same device; got ",
                  tensors[0].device(), " and ", x.device());
  }
}

Dtype common_dtype(const std::vector<Tensor>& tensors) {
  const Dtype dtype = tensors[0].dtype();
  const auto same = [&](const Tensor& x) { return x.dtype() == dtype; };
  if (std::all_of(tensors.begin(), tensors.end(), same)) return dtype;
  const std::vector<Operand> operands(tensors.begin(), tensors.end());
  return result_type(operands);
}

// The tensors one behind the other, unrecorded; their sizes fit.
Tensor cat_values(std::vector<Tensor> tensors, int64_t dim, IntSpan sizes,
                  Dtype dtype) {
  Tensor y = make_empty(sizes, dtype, tensors[0].device());
  if (y.device().is_meta()) return y;
  const NoGradGuard guard;
  for (Tensor& x : tensors) {
    if (x.dtype() != dtype) x = x.to(dtype);
    if (!x.is_contiguous()) x = dense_copy(x);
  }
  cat_kernel(y.device(), tensors, dim, y);
  return y;
}

bool is_skipped(const Tensor& x) { return x.dim() == 1 && x.numel() == 0; }

}  // namespace
}  // namespace internal

Tensor cat(const std::vector<Tensor>& tensors, int64_t dim) {
  internal::check_list(tensors, "cat");
  const Tensor* first = nullptr;
  for (size_t i = 0; i < tensors.size(); ++i) {
    CRESSET_CHECK(tensors[i].dim() > 0, kShape,
                  "cat: zero-dimensional tensor (at position ", i,
                  ") cannot be concatenated");
    if (first == nullptr && !internal::is_skipped(tensors[i])) {
      first = &tensors[i];
    }
  }
  if (first == nullptr) first = &tensors[0];
  dim = wrap_dim(dim, first->dim(), "cat");
  const auto at = static_cast<size_t>(dim);
  Shape sizes = first->shape();
  sizes[at] = 0;
  Shape lengths;
  for (size_t i = 0; i < tensors.size(); ++i) {
    const Tensor& x = tensors[i];
    if (internal::is_skipped(x)) {
      lengths.push_back(first->dim() == 1 ? 0 : -1);
      continue;
    }
    CRESSET_CHECK(x.dim() == first->dim(), kShape,
                  "cat: Tensors must have same number of dimensions: got ",
                  first->dim(), " and ", x.dim());
    for (size_t d = 0; d < sizes.size(); ++d) {
      CRESSET_CHECK(d == at || x.sizes()[d] == sizes[d], kShape,
                    "cat: Sizes of tensors must match except in dimension ",
                    dim, ". Expected size ", sizes[d], " but got size ",
                    x.sizes()[d], " for tensor number ", i, " in the list.");
    }
    lengths.push_back(x.sizes()[at]);
    sizes[at] += x.sizes()[at];
  }
  Tensor y = internal::cat_values(tensors, dim, sizes,
                                  internal::common_dtype(tensors));
  if (!internal::any_wants_grad(tensors)) return y;
  std::vector<Dtype> dtypes;
  for (const Tensor& x : tensors) dtypes.push_back(x.dtype());
  return internal::with_grad(
      "CatBackward", std::move(y), std::span<const Tensor>(tensors),
      [dim, lengths, dtypes](const Tensor& g, internal::Grads& grads) {
        int64_t start = 0;
        for (size_t i = 0; i < grads.size(); ++i) {
          const int64_t length = lengths[i];
          if (grads.needs(i)) {
            grads[i] = length < 0
                           ? internal::filled({0}, 0, dtypes[i], g.device())
                           : narrow(g, dim, start, length).to(dtypes[i]);
          }
          start += std::max<int64_t>(length, 0);
        }
      });
}

Tensor concat(const std::vector<Tensor>& tensors, int64_t dim) {
  return cat(tensors, dim);
}

Tensor stack(const std::vector<Tensor>& tensors, int64_t dim) {
  internal::check_list(tensors, "stack");
  dim = wrap_dim(dim, tensors[0].dim() + 1, "stack");
  const auto at = static_cast<size_t>(dim);
  Shape sizes = tensors[0].shape();
  for (size_t i = 0; i < tensors.size(); ++i) {
    CRESSET_CHECK(tensors[i].sizes() == sizes, kShape,
                  "stack: stack expects each tensor to be equal size, but got ",
                  sizes, " at entry 0 and ", tensors[i].sizes(), " at entry ",
                  i);
  }
  sizes.insert(at, static_cast<int64_t>(tensors.size()));
  // Row-major tensors lie behind one another as in a cat along `dim`.
  Tensor y = internal::cat_values(tensors, dim, sizes,
                                  internal::common_dtype(tensors));
  if (!internal::any_wants_grad(tensors)) return y;
  std::vector<Dtype> dtypes;
  for (const Tensor& x : tensors) dtypes.push_back(x.dtype());
  return internal::with_grad(
      "StackBackward", std::move(y), std::span<const Tensor>(tensors),
      [dim, dtypes](const Tensor& g, internal::Grads& grads) {
        for (size_t i = 0; i < grads.size(); ++i) {
          if (!grads.needs(i)) continue;
          grads[i] = select(g, dim, static_cast<int64_t>(i)).to(dtypes[i]);
        }
      });
}

}  // namespace cresset
