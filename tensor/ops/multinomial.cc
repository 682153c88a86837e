#include <algorithm>
#include <cmath>
#include <vector>

#include "cresset/tensor/core/random.h"
#include "cresset/tensor/ops/random.h"

namespace cresset {
namespace internal {
namespace {

// The positions of the `count` largest of weight / exponential: a draw without
// replacement.
template <class T>
void draw_distinct(Generator& generator, const T* weights, int64_t rows,
                   int64_t n, int64_t count, int64_t* out) {
  std::vector<T> keys(static_cast<size_t>(rows * n));
  fill_exponential(generator, keys.data(), rows * n, 1);
  std::vector<int64_t> order(static_cast<size_t>(n));
  for (int64_t r = 0; r < rows; ++r) {
    T* key = keys.data() + r * n;
    for (int64_t i = 0; i < n; ++i) {
      key[i] = weights[r * n + i] / key[i];
      order[static_cast<size_t>(i)] = i;
    }
    std::partial_sort(order.begin(), order.begin() + count, order.end(),
                      [&](int64_t a, int64_t b) {
                        return key[a] != key[b] ? key[a] > key[b] : a < b;
                      });
    std::copy_n(order.begin(), count, out + r * count);
  }
}

template <class T>
void draw_categories(Generator& generator, const Tensor& x, int64_t count,
                     bool replacement, int64_t* out) {
  const T* weights = x.data<T>();
  const int64_t n = x.size(-1), rows = x.numel() / n;
  for (int64_t r = 0; r < rows; ++r) {
    double sum = 0;
    for (int64_t i = 0; i < n; ++i) {
      const auto w = static_cast<double>(weights[r * n + i]);
      CRESSET_CHECK(w >= 0 && std::isfinite(w), kValue,
                    "multinomial: probability tensor contains either `inf`, "
                    "`nan` or element < 0; got ",
                    w);
      sum += w;
    }
    CRESSET_CHECK(sum > 0, kValue,
                  "multinomial: invalid multinomial distribution (sum of "
                  "probabilities <= 0) in row ",
                  r);
  }
  if (!replacement || count == 1) {
    return draw_distinct(generator, weights, rows, n, count, out);
  }
  for (int64_t r = 0; r < rows; ++r) {
    fill_multinomial(generator, out + r * count, count, weights + r * n, n);
  }
}

Tensor multinomial_cpu(const Tensor& weights, int64_t count, bool replacement,
                       Generator* generator) {
  Shape sizes = weights.shape();
  sizes.back() = count;
  const Tensor y = make_empty(sizes, int64, Device());
  Generator& source = generator != nullptr ? *generator : default_generator();
  auto* const out = y.data<int64_t>();
  if (weights.dtype() == float64) {
    draw_categories<double>(source, weights, count, replacement, out);
  } else {
    draw_categories<float>(source, weights, count, replacement, out);
  }
  return y;
}

}  // namespace

constinit MultinomialKernel multinomial_kernel{"multinomial", multinomial_cpu};

}  // namespace internal

Tensor multinomial(const Tensor& x, int64_t count, bool replacement,
                   Generator* generator) {
  CRESSET_CHECK(is_floating(x.dtype()), kDtype,
                "multinomial: multinomial only supports floating-point dtypes "
                "for input, got: ",
                x.dtype());
  CRESSET_CHECK(x.dim() == 1 || x.dim() == 2, kShape,
                "multinomial: prob_dist must be 1 or 2 dim; got ", x.sizes());
  CRESSET_CHECK(count > 0, kValue,
                "multinomial: cannot sample n_sample <= 0 samples; got ",
                count);
  CRESSET_CHECK(replacement || count <= x.size(-1), kValue,
                "multinomial: cannot sample n_sample > prob_dist.size(-1) "
                "samples without replacement; got ",
                count, " and ", x.size(-1));
  if (x.numel() == 0 || x.device().is_meta()) {
    Shape sizes = x.shape();
    sizes.back() = count;
    return internal::make_empty(sizes, int64, x.device());
  }
  const Device device = generator != nullptr ? Device() : x.device();
  const Tensor weights =
      x.detach()
          .to(device, x.dtype() == float64 ? float64 : float32)
          .contiguous();
  return internal::multinomial_kernel(device, weights, count, replacement,
                                      generator)
      .to(x.device());
}

}  // namespace cresset
