#include "cresset/tensor/ops/random.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/inplace.h"

namespace cresset {
namespace {

using internal::Distribution;
using internal::RandomCall;

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

enum class Types { kFloating, kNumbers, kAny };

bool has_type(Dtype dtype, Types types) {
  switch (dtype) {
    case Dtype::kFloat32:
    case Dtype::kFloat64:
    case Dtype::kFloat16:
    case Dtype::kBfloat16:
      return true;
    case Dtype::kUint8:
    case Dtype::kInt8:
    case Dtype::kInt16:
    case Dtype::kInt32:
    case Dtype::kInt64:
      return types != Types::kFloating;
    case Dtype::kBool:
      return types == Types::kAny;
    default:
      return false;
  }
}

// Draws into x, in place if its memory is dense.
const Tensor& fill(const Tensor& x, const char* op, Types types,
                   const RandomCall& call) {
  internal::check_inplace(x, op);
  CRESSET_CHECK(has_type(x.dtype(), types), kDtype, op,
                ": not implemented for ", x.dtype());
  const bool record = internal::any_wants_grad(internal::TensorRefs{x});
  const Device device = call.generator != nullptr ? Device() : x.device();
  // Chances are in the order of the elements.
  const bool in_order = record || call.chances.defined();
  const Tensor target = in_order ? x : in_memory_order(x);
  const bool direct = !record && target.is_contiguous() && x.device() == device;
  const Tensor dense =
      direct ? target : internal::make_empty(target.sizes(), x.dtype(), device);
  if (x.numel() != 0 && !device.is_meta()) {
    internal::random_kernel(device, call, dense);
  }
  if (record) return internal::assign(x, dense.to(x.device()), op);
  if (!direct) internal::copy_elements(dense, target);
  internal::bump_version(x);
  return x;
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

}  // namespace

namespace internal {
constinit RandomKernel random_kernel{"random", random_cpu};
}  // namespace internal

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
  const Dtype dtype = options.dtype.value_or(int64);
  CRESSET_CHECK(has_type(dtype, Types::kNumbers), kDtype,
                "randperm: not implemented for ", dtype);
  const Device device = generator != nullptr ? Device() : options.device;
  Tensor y = internal::make_empty({n}, int64, device);
  if (n != 0 && !device.is_meta()) {
    const RandomCall call = {.distribution = Distribution::kPermutation,
                             .generator = generator};
    internal::random_kernel(device, call, y);
  }
  y = y.to(options.device, dtype);
  if (options.requires_grad) y.requires_grad_();
  return y;
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

const Tensor& uniform_(const Tensor& x, double from, double to,
                       Generator* generator) {
  CRESSET_CHECK(from <= to, kValue,
                "uniform_: uniform_ expects to return a [from, to) range, but "
                "found from=",
                from, " > to=", to);
  return fill(x, "uniform_", Types::kFloating,
              {.distribution = Distribution::kUniform,
               .a = from,
               .b = to,
               .generator = generator});
}

const Tensor& normal_(const Tensor& x, double mean, double std,
                      Generator* generator) {
  check_std(std, "normal_");
  return fill(x, "normal_", Types::kFloating,
              {.distribution = Distribution::kNormal,
               .a = mean,
               .b = std,
               .one_by_one = !x.is_contiguous(),
               .generator = generator});
}

const Tensor& log_normal_(const Tensor& x, double mean, double std,
                          Generator* generator) {
  CRESSET_CHECK(
      std > 0, kValue,
      "log_normal_: log_normal_ expects std > 0.0, but found std=", std);
  return fill(x, "log_normal_", Types::kFloating,
              {.distribution = Distribution::kLogNormal,
               .a = mean,
               .b = std,
               .generator = generator});
}

const Tensor& exponential_(const Tensor& x, double lambda,
                           Generator* generator) {
  CRESSET_CHECK(lambda > 0, kValue,
                "exponential_: exponential_ expects lambda > 0.0, but found "
                "lambda=",
                lambda);
  return fill(x, "exponential_", Types::kFloating,
              {.distribution = Distribution::kExponential,
               .a = lambda,
               .generator = generator});
}

const Tensor& cauchy_(const Tensor& x, double median, double sigma,
                      Generator* generator) {
  CRESSET_CHECK(
      sigma > 0, kValue,
      "cauchy_: cauchy_ expects sigma > 0.0, but found sigma=", sigma);
  return fill(x, "cauchy_", Types::kFloating,
              {.distribution = Distribution::kCauchy,
               .a = median,
               .b = sigma,
               .generator = generator});
}

const Tensor& geometric_(const Tensor& x, double p, Generator* generator) {
  CRESSET_CHECK(
      p > 0 && p < 1, kValue,
      "geometric_: geometric_ expects p to be in (0, 1), but got p=", p);
  return fill(x, "geometric_", Types::kNumbers,
              {.distribution = Distribution::kGeometric,
               .a = p,
               .generator = generator});
}

const Tensor& bernoulli_(const Tensor& x, double p, Generator* generator) {
  CRESSET_CHECK(
      p >= 0 && p <= 1, kValue,
      "bernoulli_: bernoulli_ expects p to be in [0, 1], but got p=", p);
  return fill(x, "bernoulli_", Types::kAny,
              {.distribution = Distribution::kBernoulli,
               .a = p,
               .generator = generator});
}

namespace {

template <class P>
void check_chances(const Tensor& chances) {
  const P* chance = chances.data<P>();
  for (int64_t i = 0; i < chances.numel(); ++i) {
    CRESSET_CHECK(
        chance[i] >= 0 && chance[i] <= 1, kValue,
        "bernoulli_: Expected p_in >= 0 && p_in <= 1 to be true; got ",
        chance[i]);
  }
}

}  // namespace

const Tensor& bernoulli_(const Tensor& x, const Tensor& p,
                         Generator* generator) {
  CRESSET_CHECK(is_floating(p.dtype()), kDtype,
                "bernoulli_: the probabilities must be floating; got ",
                p.dtype());
  const Tensor wide = internal::broadcast_alias(p, x.sizes(), "bernoulli_");
  const Device device = generator != nullptr ? Device() : x.device();
  const Tensor chances = internal::dense_copy(wide).to(
      device, p.dtype() == float64 ? float64 : float32);
  if (device.is_cpu()) {
    chances.dtype() == float64 ? check_chances<double>(chances)
                               : check_chances<float>(chances);
  }
  return fill(x, "bernoulli_", Types::kAny,
              {.distribution = Distribution::kBernoulli,
               .chances = chances,
               .generator = generator});
}

const Tensor& random_(const Tensor& x, Generator* generator) {
  return fill(
      x, "random_", Types::kAny,
      {.distribution = Distribution::kWholeRange, .generator = generator});
}
const Tensor& random_(const Tensor& x, int64_t to, Generator* generator) {
  return random_(x, 0, to, generator);
}
const Tensor& random_(const Tensor& x, int64_t from, int64_t to,
                      Generator* generator) {
  check_integers(x.dtype(), from, to);
  return fill(x, "random_", Types::kAny,
              {.distribution = Distribution::kIntegers,
               .low = from,
               .high = to,
               .generator = generator});
}

}  // namespace cresset
