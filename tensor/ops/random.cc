#include "cresset/tensor/ops/random.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/inplace.h"
#include "cresset/tensor/core/random.h"

namespace cresset {
namespace {

Generator& generator_or_default(Generator* generator) {
  return generator != nullptr ? *generator : default_generator();
}

// x with its dimensions in the order of memory, the order in which PyTorch
// fills a tensor.
Tensor in_memory_order(const Tensor& x) {
  std::vector<size_t> order(x.sizes().size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return x.strides()[a] > x.strides()[b];
  });
  Shape sizes, strides;
  for (const size_t i : order) {
    sizes.push_back(x.sizes()[i]);
    strides.push_back(x.strides()[i]);
  }
  return internal::alias(x, sizes, strides, x.storage_offset());
}

// Draws into x through fill(T* data, int64_t n), in place if its memory is
// dense. T is one of Ts, the types that the distribution has.
template <class... Ts, class F>
const Tensor& fill_with(const Tensor& x, const char* op, F&& fill) {
  internal::check_inplace(x, op);
  const bool record = internal::any_wants_grad(internal::TensorRefs{x});
  Tensor target = in_memory_order(x);
  const bool direct = !record && target.is_contiguous() && x.device().is_cpu();
  Tensor dense = direct
                     ? target
                     : internal::make_empty(record ? x.sizes() : target.sizes(),
                                            x.dtype(), Device());
  bool known = false;
  const auto draw = [&]<class T>(T*) {
    if (x.dtype() != dtype_of<T>) return;
    known = true;
    if (x.numel() != 0) fill(dense.data<T>(), dense.numel());
  };
  (draw(static_cast<Ts*>(nullptr)), ...);
  CRESSET_CHECK(known, kDtype, op, ": not implemented for ", x.dtype());
  if (record) return internal::assign(x, dense.to(x.device()), op);
  if (!direct) internal::copy_elements(dense, target);
  internal::bump_version(x);
  return x;
}

template <class F>
const Tensor& fill_floating(const Tensor& x, const char* op, F&& fill) {
  return fill_with<float, double, Half, BFloat16>(x, op, std::forward<F>(fill));
}

template <class F>
const Tensor& fill_number(const Tensor& x, const char* op, F&& fill) {
  return fill_with<float, double, Half, BFloat16, uint8_t, int8_t, int16_t,
                   int32_t, int64_t>(x, op, std::forward<F>(fill));
}

template <class F>
const Tensor& fill_any(const Tensor& x, const char* op, F&& fill) {
  return fill_with<float, double, Half, BFloat16, uint8_t, int8_t, int16_t,
                   int32_t, int64_t, bool>(x, op, std::forward<F>(fill));
}

// A new tensor that `fill` completes.
template <class F>
Tensor made(IntSpan shape, Dtype dtype, const TensorOptions& options,
            F&& fill) {
  Tensor y = internal::make_empty(shape, dtype, options.device);
  if (!y.device().is_meta()) fill(y);
  if (options.requires_grad) y.requires_grad_();
  return y;
}

Dtype default_or(const TensorOptions& options) {
  return options.dtype.value_or(get_default_dtype());
}

void check_std(double std, const char* op) {
  CRESSET_CHECK(std >= 0, kValue, op,
                ": normal expects std >= 0.0, but found std ", std);
}

void check_integers(Dtype dtype, int64_t from, int64_t to) {
  CRESSET_CHECK(from < to, kValue,
                "random_: random_ expects 'from' to be less than 'to', but got "
                "from=",
                from, " >= to=", to);
  const bool is_signed = dtype != uint8 && dtype != bool_;
  const int bits = dtype == bool_ ? 1 : static_cast<int>(8 * itemsize(dtype));
  if (!is_integral(dtype, true) || bits == 64) return;
  const int64_t least = is_signed ? -(int64_t{1} << (bits - 1)) : 0;
  const int64_t most = (int64_t{1} << (is_signed ? bits - 1 : bits)) - 1;
  CRESSET_CHECK(from >= least && from <= most, kValue,
                "random_: from is out of bounds for ", dtype, "; got ", from);
  CRESSET_CHECK(to - 1 <= most, kValue, "random_: to - 1 is out of bounds for ",
                dtype, "; got ", to - 1);
}

// The positions of the `count` largest of weight / exponential: a draw without
// replacement.
template <class T>
void draw_distinct(Generator& generator, const T* weights, int64_t rows,
                   int64_t n, int64_t count, int64_t* out) {
  std::vector<T> keys(static_cast<size_t>(rows * n));
  internal::fill_exponential(generator, keys.data(), rows * n, 1);
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
    internal::fill_multinomial(generator, out + r * count, count,
                               weights + r * n, n);
  }
}

}  // namespace

Tensor rand(IntSpan shape, const TensorOptions& options, Generator* generator) {
  return made(shape, default_or(options), options,
              [&](const Tensor& y) { uniform_(y, 0, 1, generator); });
}
Tensor rand_like(const Tensor& x, std::optional<Dtype> dtype,
                 Generator* generator) {
  return rand(x.sizes(),
              {.dtype = dtype.value_or(x.dtype()), .device = x.device()},
              generator);
}

Tensor randn(IntSpan shape, const TensorOptions& options,
             Generator* generator) {
  return normal(0, 1, shape, options, generator);
}
Tensor randn_like(const Tensor& x, std::optional<Dtype> dtype,
                  Generator* generator) {
  return randn(x.sizes(),
               {.dtype = dtype.value_or(x.dtype()), .device = x.device()},
               generator);
}

Tensor randint(int64_t high, IntSpan shape, const TensorOptions& options,
               Generator* generator) {
  return randint(0, high, shape, options, generator);
}
Tensor randint(int64_t low, int64_t high, IntSpan shape,
               const TensorOptions& options, Generator* generator) {
  return made(shape, options.dtype.value_or(int64), options,
              [&](const Tensor& y) { random_(y, low, high, generator); });
}
Tensor randint_like(const Tensor& x, int64_t low, int64_t high,
                    std::optional<Dtype> dtype, Generator* generator) {
  return randint(low, high, x.sizes(),
                 {.dtype = dtype.value_or(x.dtype()), .device = x.device()},
                 generator);
}

Tensor randperm(int64_t n, const TensorOptions& options, Generator* generator) {
  CRESSET_CHECK(n >= 0, kValue, "randperm: n must be non-negative, got ", n);
  return made(
      {n}, options.dtype.value_or(int64), options, [&](const Tensor& y) {
        fill_number(y, "randperm", [&](auto* out, int64_t) {
          internal::fill_randperm(generator_or_default(generator), out, n);
        });
      });
}

Tensor normal(double mean, double std, IntSpan shape,
              const TensorOptions& options, Generator* generator) {
  return made(shape, default_or(options), options,
              [&](const Tensor& y) { normal_(y, mean, std, generator); });
}

Tensor bernoulli(const Tensor& x, Generator* generator) {
  CRESSET_CHECK(is_floating(x.dtype()), kDtype,
                "bernoulli: the probabilities must be floating; got ",
                x.dtype());
  const Tensor y = empty_like(x);
  return bernoulli_(y, x, generator);
}
Tensor bernoulli(const Tensor& x, double p, Generator* generator) {
  return bernoulli_(empty_like(x), p, generator);
}

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
  Shape sizes = x.shape();
  sizes.back() = count;
  const Tensor y = internal::make_empty(sizes, int64, Device());
  if (y.numel() == 0 || x.numel() == 0) return y.to(x.device());
  const Tensor weights = x.detach()
                             .cpu()
                             .to(x.dtype() == float64 ? float64 : float32)
                             .contiguous();
  Generator& source = generator_or_default(generator);
  if (weights.dtype() == float64) {
    draw_categories<double>(source, weights, count, replacement,
                            y.data<int64_t>());
  } else {
    draw_categories<float>(source, weights, count, replacement,
                           y.data<int64_t>());
  }
  return y.to(x.device());
}

const Tensor& uniform_(const Tensor& x, double from, double to,
                       Generator* generator) {
  CRESSET_CHECK(from <= to, kValue,
                "uniform_: uniform_ expects to return a [from, to) range, but "
                "found from=",
                from, " > to=", to);
  return fill_floating(x, "uniform_", [&](auto* out, int64_t n) {
    internal::fill_uniform(generator_or_default(generator), out, n, from, to);
  });
}

const Tensor& normal_(const Tensor& x, double mean, double std,
                      Generator* generator) {
  check_std(std, "normal_");
  const bool grouped = x.is_contiguous();
  return fill_floating(x, "normal_", [&](auto* out, int64_t n) {
    Generator& source = generator_or_default(generator);
    if (grouped) {
      internal::fill_normal(source, out, n, mean, std);
    } else {
      internal::fill_normal_serial(source, out, n, mean, std);
    }
  });
}

const Tensor& log_normal_(const Tensor& x, double mean, double std,
                          Generator* generator) {
  CRESSET_CHECK(
      std > 0, kValue,
      "log_normal_: log_normal_ expects std > 0.0, but found std=", std);
  return fill_floating(x, "log_normal_", [&](auto* out, int64_t n) {
    internal::fill_log_normal(generator_or_default(generator), out, n, mean,
                              std);
  });
}

const Tensor& exponential_(const Tensor& x, double lambda,
                           Generator* generator) {
  CRESSET_CHECK(lambda > 0, kValue,
                "exponential_: exponential_ expects lambda > 0.0, but found "
                "lambda=",
                lambda);
  return fill_floating(x, "exponential_", [&](auto* out, int64_t n) {
    internal::fill_exponential(generator_or_default(generator), out, n, lambda);
  });
}

const Tensor& cauchy_(const Tensor& x, double median, double sigma,
                      Generator* generator) {
  CRESSET_CHECK(
      sigma > 0, kValue,
      "cauchy_: cauchy_ expects sigma > 0.0, but found sigma=", sigma);
  return fill_floating(x, "cauchy_", [&](auto* out, int64_t n) {
    internal::fill_cauchy(generator_or_default(generator), out, n, median,
                          sigma);
  });
}

const Tensor& geometric_(const Tensor& x, double p, Generator* generator) {
  CRESSET_CHECK(
      p > 0 && p < 1, kValue,
      "geometric_: geometric_ expects p to be in (0, 1), but got p=", p);
  return fill_number(x, "geometric_", [&](auto* out, int64_t n) {
    internal::fill_geometric(generator_or_default(generator), out, n, p);
  });
}

const Tensor& bernoulli_(const Tensor& x, double p, Generator* generator) {
  CRESSET_CHECK(
      p >= 0 && p <= 1, kValue,
      "bernoulli_: bernoulli_ expects p to be in [0, 1], but got p=", p);
  return fill_any(x, "bernoulli_", [&](auto* out, int64_t n) {
    internal::fill_bernoulli(generator_or_default(generator), out, n, p);
  });
}

const Tensor& bernoulli_(const Tensor& x, const Tensor& p,
                         Generator* generator) {
  CRESSET_CHECK(is_floating(p.dtype()), kDtype,
                "bernoulli_: the probabilities must be floating; got ",
                p.dtype());
  const Tensor wide = internal::broadcast_alias(p, x.sizes(), "bernoulli_");
  const Tensor chances = internal::dense_copy(wide).cpu().to(
      p.dtype() == float64 ? float64 : float32);
  visit_dtype(chances.dtype(), [&](auto t) {
    using P = decltype(t);
    if constexpr (std::is_same_v<P, float> || std::is_same_v<P, double>) {
      const P* chance = chances.data<P>();
      for (int64_t i = 0; i < chances.numel(); ++i) {
        CRESSET_CHECK(chance[i] >= 0 && chance[i] <= 1, kValue,
                      "bernoulli_: Expected p_in >= 0 && p_in <= 1 to be true; "
                      "got ",
                      chance[i]);
      }
    }
  });
  // Drawn in the order of the elements, since the chances are.
  const Tensor y = internal::make_empty(x.sizes(), x.dtype(), Device());
  fill_any(y, "bernoulli_", [&](auto* out, int64_t n) {
    Generator& source = generator_or_default(generator);
    if (chances.dtype() == float64) {
      internal::fill_bernoulli(source, out, n, chances.data<double>());
    } else {
      internal::fill_bernoulli(source, out, n, chances.data<float>());
    }
  });
  internal::check_inplace(x, "bernoulli_");
  return internal::assign(x, y, "bernoulli_");
}

const Tensor& random_(const Tensor& x, Generator* generator) {
  return fill_any(x, "random_", [&](auto* out, int64_t n) {
    internal::fill_random(generator_or_default(generator), out, n);
  });
}
const Tensor& random_(const Tensor& x, int64_t to, Generator* generator) {
  return random_(x, 0, to, generator);
}
const Tensor& random_(const Tensor& x, int64_t from, int64_t to,
                      Generator* generator) {
  check_integers(x.dtype(), from, to);
  return fill_any(x, "random_", [&](auto* out, int64_t n) {
    internal::fill_random(generator_or_default(generator), out, n, from, to);
  });
}

}  // namespace cresset
