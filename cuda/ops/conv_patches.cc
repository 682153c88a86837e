// Some samples at a time, so that their columns fit a buffer of bounded size;
// 16-bit elements go through float32, in which all sums are made.

#include "cresset/cuda/ops/conv_patches.h"

#include <algorithm>

#include "cresset/cuda/ops/gemm.h"
#include "cresset/cuda/runtime/handles.h"
#include "cresset/tensor/core/copy.h"

namespace cresset::internal::cuda {
namespace {

constexpr int64_t kMostBytes = int64_t{256} << 20;

struct Sizes {
  explicit Sizes(const ConvShape& s)
      : group_out(s.out_channels / s.groups),
        depth(s.in_channels / s.groups * s.kernel[0] * s.kernel[1] *
              s.kernel[2]),
        plane(s.out[0] * s.out[1] * s.out[2]) {}

  int64_t group_out;  // channels
  int64_t depth;      // rows of the columns of a group
  int64_t plane;
};

const char* at(const Tensor& x, int64_t element) {
  return static_cast<const char*>(x.raw_data()) +
         element * static_cast<int64_t>(x.itemsize());
}

char* target(const Tensor& x, int64_t element) {
  return const_cast<char*>(at(x, element));
}

// Calls f(first, count, columns) for some samples at a time.
template <class F>
void for_samples(const ConvShape& s, const Tensor& like, F&& f) {
  const Sizes z(s);
  const int64_t each =
      s.groups * z.depth * z.plane * static_cast<int64_t>(like.itemsize());
  const int64_t chunk =
      std::clamp<int64_t>(kMostBytes / std::max<int64_t>(each, 1), 1, s.batch);
  const Tensor columns = make_empty({chunk, s.groups * z.depth, z.plane},
                                    like.dtype(), like.device());
  for (int64_t first = 0; first < s.batch; first += chunk) {
    const int64_t count = std::min(chunk, s.batch - first);
    f(first, count,
      alias(columns, {count, s.groups * z.depth, z.plane},
            {s.groups * z.depth * z.plane, z.plane, 1}, 0));
  }
}

Gemm product(const Tensor& like) {
  Gemm call{};
  call.dtype = like.dtype();
  call.batch = 1;
  call.allow_tf32 = conv_allows_tf32();
  return call;
}

Tensor widened(const Tensor& x) { return x.detach().to(float32); }
bool is_narrow(const Tensor& x) { return x.itemsize() == 2; }

}  // namespace

void conv_by_patches(const ConvShape& s, const Tensor& x, const Tensor& w,
                     const Tensor& y) {
  if (is_narrow(y)) {
    const Tensor wide = make_empty(y.sizes(), float32, y.device());
    conv_by_patches(s, widened(x), widened(w), wide);
    return copy_elements(wide, y);
  }
  const Sizes z(s);
  for_samples(s, x, [&](int64_t first, int64_t count, const Tensor& columns) {
    gather_patches(s, x, first, count, columns);
    for (int64_t group = 0; group < s.groups; ++group) {
      Gemm call = product(x);
      call.m = z.group_out;
      call.n = z.plane;
      call.k = z.depth;
      call.a = {at(w, group * z.group_out * z.depth), false, z.depth, 0};
      call.b = {at(columns, group * z.depth * z.plane), false, z.plane,
                s.groups * z.depth * z.plane};
      call.c = target(y, (first * s.groups + group) * z.group_out * z.plane);
      call.leading_c = z.plane;
      call.batch_c = s.out_channels * z.plane;
      call.batch = count;
      gemm(x.device(), call);
    }
  });
}

void conv_x_grad_by_patches(const ConvShape& s, const Tensor& g,
                            const Tensor& w, const Tensor& x) {
  if (is_narrow(x)) {
    const Tensor wide = make_empty(x.sizes(), float32, x.device());
    conv_x_grad_by_patches(s, widened(g), widened(w), wide);
    return copy_elements(wide, x);
  }
  const Sizes z(s);
  for_samples(s, x, [&](int64_t first, int64_t count, const Tensor& columns) {
    for (int64_t group = 0; group < s.groups; ++group) {
      Gemm call = product(x);
      call.m = z.depth;
      call.n = z.plane;
      call.k = z.group_out;
      call.a = {at(w, group * z.group_out * z.depth), true, z.depth, 0};
      call.b = {at(g, (first * s.groups + group) * z.group_out * z.plane),
                false, z.plane, s.out_channels * z.plane};
      call.c = target(columns, group * z.depth * z.plane);
      call.leading_c = z.plane;
      call.batch_c = s.groups * z.depth * z.plane;
      call.batch = count;
      gemm(x.device(), call);
    }
    sum_patches(s, columns, first, count, x);
  });
}

void conv_w_grad_by_patches(const ConvShape& s, const Tensor& x,
                            const Tensor& g, const Tensor& w) {
  if (is_narrow(w)) {
    const Tensor wide = make_empty(w.sizes(), float32, w.device());
    conv_w_grad_by_patches(s, widened(x), widened(g), wide);
    return copy_elements(wide, w);
  }
  const Sizes z(s);
  for_samples(s, x, [&](int64_t first, int64_t count, const Tensor& columns) {
    gather_patches(s, x, first, count, columns);
    for (int64_t n = 0; n < count; ++n) {
      Gemm call = product(x);
      call.m = z.group_out;
      call.n = z.depth;
      call.k = z.plane;
      call.a = {at(g, (first + n) * s.out_channels * z.plane), false, z.plane,
                z.group_out * z.plane};
      call.b = {at(columns, n * s.groups * z.depth * z.plane), true, z.plane,
                z.depth * z.plane};
      call.c = target(w, 0);
      call.leading_c = z.depth;
      call.batch_c = z.group_out * z.depth;
      call.batch = s.groups;
      call.beta = first + n == 0 ? 0 : 1;
      gemm(x.device(), call);
    }
  });
}

}  // namespace cresset::internal::cuda
