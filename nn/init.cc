#include "cresset/nn/init.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "cresset/tensor/core/grad_mode.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/random.h"
#include "cresset/tensor/ops/view.h"

namespace cresset::nn::init {
namespace {

// How many SkipInit exist in this thread.
thread_local int skips = 0;

// Standard normal distribution.
double normal_cdf(double x) { return (1 + std::erf(x / std::sqrt(2.0))) / 2; }

// The inverse of erf by Newton's method from a bound that is right to three
// digits; erf is steep enough for it wherever float arguments can lie.
double erf_inverse(double y) {
  if (y <= -1 || y >= 1) return std::copysign(HUGE_VAL, y);
  const double w = std::log((1 - y) * (1 + y));
  const double c = 2 / (M_PI * 0.147) + w / 2;
  double x = std::copysign(std::sqrt(std::sqrt(c * c - w / 0.147) - c), y);
  for (int i = 0; i < 4; ++i) {
    x -= (std::erf(x) - y) / (2 / std::sqrt(M_PI) * std::exp(-x * x));
  }
  return x;
}

Tensor to_double(const Tensor& x) { return x.to(Device(), float64); }

void require_rank(const Tensor& x, int64_t rank, const char* text) {
  CRESSET_CHECK(x.dim() == rank, kShape, text, "; got ", x.sizes());
}

double kaiming_std(const Tensor& x, const KaimingOptions& options) {
  CRESSET_CHECK(options.mode == "fan_in" || options.mode == "fan_out", kValue,
                "Mode ", options.mode,
                " not supported, please use one of ['fan_in', 'fan_out']");
  const auto [fan_in, fan_out] = fan_in_and_out(x);
  const int64_t fan = options.mode == "fan_in" ? fan_in : fan_out;
  return calculate_gain(options.nonlinearity, options.a) /
         std::sqrt(static_cast<double>(fan));
}

double xavier_std(const Tensor& x, double gain) {
  const auto [fan_in, fan_out] = fan_in_and_out(x);
  return gain * std::sqrt(2.0 / static_cast<double>(fan_in + fan_out));
}

// Turns the columns of a (row-major [rows, columns], rows >= columns) into an
// orthonormal basis by Householder's reflections: the Q of a = QR whose R has
// a positive diagonal.
void orthonormalise(std::vector<double>& a, int64_t rows, int64_t columns) {
  const auto at = [&](int64_t r, int64_t c) -> double& {
    return a[static_cast<size_t>(r * columns + c)];
  };
  std::vector<double> q(a.size(), 0.0), signs, scales;
  for (int64_t c = 0; c < columns; ++c) {
    double norm = 0;
    for (int64_t r = c; r < rows; ++r) norm += at(r, c) * at(r, c);
    norm = std::sqrt(norm);
    const double alpha = at(c, c) > 0 ? -norm : norm;  // the diagonal of R
    at(c, c) -= alpha;
    double length = 0;
    for (int64_t r = c; r < rows; ++r) length += at(r, c) * at(r, c);
    const double scale = length > 0 ? 2 / length : 0;
    for (int64_t k = c + 1; k < columns; ++k) {
      double dot = 0;
      for (int64_t r = c; r < rows; ++r) dot += at(r, c) * at(r, k);
      for (int64_t r = c; r < rows; ++r) at(r, k) -= scale * dot * at(r, c);
    }
    signs.push_back(alpha < 0 ? -1 : 1);
    scales.push_back(scale);
  }
  for (int64_t k = 0; k < columns; ++k) {
    const auto entry = [&](int64_t r) -> double& {
      return q[static_cast<size_t>(r * columns + k)];
    };
    entry(k) = signs[static_cast<size_t>(k)];
    for (int64_t c = columns; c-- > 0;) {
      double dot = 0;
      for (int64_t r = c; r < rows; ++r) dot += at(r, c) * entry(r);
      dot *= scales[static_cast<size_t>(c)];
      for (int64_t r = c; r < rows; ++r) entry(r) -= dot * at(r, c);
    }
  }
  a = std::move(q);
}

}  // namespace

SkipInit::SkipInit() { ++skips; }
SkipInit::~SkipInit() { --skips; }

const Tensor& uniform_(const Tensor& x, double a, double b,
                       Generator* generator) {
  if (skips != 0) return x;
  const NoGradGuard no_grad;
  return cresset::uniform_(x, a, b, generator);
}

const Tensor& normal_(const Tensor& x, double mean, double std,
                      Generator* generator) {
  if (skips != 0) return x;
  const NoGradGuard no_grad;
  return cresset::normal_(x, mean, std, generator);
}

const Tensor& trunc_normal_(const Tensor& x, double mean, double std, double a,
                            double b, Generator* generator) {
  if (skips != 0) return x;
  const NoGradGuard no_grad;
  const double low = normal_cdf((a - mean) / std);
  const double high = normal_cdf((b - mean) / std);
  cresset::uniform_(x, 2 * low - 1, 2 * high - 1, generator);
  const Tensor values = to_double(x).contiguous();
  double* const v = values.data<double>();
  for (int64_t i = 0; i < values.numel(); ++i) {
    v[i] = std::clamp(erf_inverse(v[i]) * (std * std::sqrt(2.0)) + mean, a, b);
  }
  return x.copy_(values);
}

const Tensor& constant_(const Tensor& x, const Scalar& value) {
  if (skips != 0) return x;
  const NoGradGuard no_grad;
  return x.fill_(value);
}

const Tensor& ones_(const Tensor& x) { return constant_(x, 1); }
const Tensor& zeros_(const Tensor& x) { return constant_(x, 0); }

const Tensor& eye_(const Tensor& x) {
  require_rank(x, 2, "Only tensors with 2 dimensions are supported");
  if (skips != 0) return x;
  const NoGradGuard no_grad;
  return x.copy_(eye(x.size(0), x.size(1), {.device = x.device()}));
}

const Tensor& dirac_(const Tensor& x, int64_t groups) {
  CRESSET_CHECK(x.dim() >= 3 && x.dim() <= 5, kShape,
                "Only tensors with 3, 4, or 5 dimensions are supported; got ",
                x.sizes());
  CRESSET_CHECK(groups > 0 && x.size(0) % groups == 0, kValue,
                "dim 0 must be divisible by groups; got ", x.sizes(), " and ",
                groups);
  if (skips != 0) return x;
  const NoGradGuard no_grad;
  const Tensor values =
      zeros(x.sizes(), {.dtype = float64, .device = Device()});
  double* const v = values.data<double>();
  const int64_t per_group = x.size(0) / groups;
  int64_t centre = 0;
  for (int64_t d = 2; d < x.dim(); ++d) {
    centre += x.size(d) / 2 * values.stride(d);
  }
  for (int64_t g = 0; g < groups; ++g) {
    for (int64_t i = 0; i < std::min(per_group, x.size(1)); ++i) {
      v[(g * per_group + i) * values.stride(0) + i * values.stride(1) +
        centre] = 1;
    }
  }
  return x.copy_(values);
}

const Tensor& xavier_uniform_(const Tensor& x, double gain,
                              Generator* generator) {
  const double bound = std::sqrt(3.0) * xavier_std(x, gain);
  return init::uniform_(x, -bound, bound, generator);
}

const Tensor& xavier_normal_(const Tensor& x, double gain,
                             Generator* generator) {
  return init::normal_(x, 0, xavier_std(x, gain), generator);
}

const Tensor& kaiming_uniform_(const Tensor& x, const KaimingOptions& options,
                               Generator* generator) {
  if (x.numel() == 0) return x;
  const double bound = std::sqrt(3.0) * kaiming_std(x, options);
  return init::uniform_(x, -bound, bound, generator);
}

const Tensor& kaiming_normal_(const Tensor& x, const KaimingOptions& options,
                              Generator* generator) {
  if (x.numel() == 0) return x;
  return init::normal_(x, 0, kaiming_std(x, options), generator);
}

const Tensor& orthogonal_(const Tensor& x, double gain, Generator* generator) {
  CRESSET_CHECK(x.dim() >= 2, kShape,
                "Only tensors with 2 or more dimensions are supported; got ",
                x.sizes());
  if (x.numel() == 0 || skips != 0) return x;
  const NoGradGuard no_grad;
  const int64_t n = x.size(0), m = x.numel() / n;
  const Tensor drawn =
      empty({n, m}, {.dtype = x.dtype(), .device = x.device()});
  cresset::normal_(drawn, 0, 1, generator);
  const Tensor values = to_double(drawn);
  double* const v = values.data<double>();
  const int64_t rows = std::max(n, m), columns = std::min(n, m);
  std::vector<double> a(static_cast<size_t>(n * m));
  const auto index = [&](int64_t r, int64_t c) {
    return n < m ? c * m + r : r * m + c;
  };
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t c = 0; c < columns; ++c) {
      a[static_cast<size_t>(r * columns + c)] = v[index(r, c)];
    }
  }
  orthonormalise(a, rows, columns);
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t c = 0; c < columns; ++c) {
      v[index(r, c)] = gain * a[static_cast<size_t>(r * columns + c)];
    }
  }
  return x.copy_(view(values, x.sizes()));
}

const Tensor& sparse_(const Tensor& x, double sparsity, double std,
                      Generator* generator) {
  require_rank(x, 2, "Only tensors with 2 dimensions are supported");
  if (skips != 0) return x;
  const NoGradGuard no_grad;
  const int64_t rows = x.size(0), columns = x.size(1);
  const auto zeros_a_column =
      static_cast<int64_t>(std::ceil(sparsity * static_cast<double>(rows)));
  cresset::normal_(x, 0, std, generator);
  const Tensor values = to_double(x).contiguous();
  double* const v = values.data<double>();
  for (int64_t c = 0; c < columns; ++c) {
    const Tensor order = randperm(rows, {.device = Device()}, generator);
    for (int64_t i = 0; i < zeros_a_column; ++i) {
      v[order.data<int64_t>()[i] * columns + c] = 0;
    }
  }
  return x.copy_(values);
}

double calculate_gain(std::string_view nonlinearity, double param) {
  for (const char* name :
       {"linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d",
        "conv_transpose2d", "conv_transpose3d", "sigmoid"}) {
    if (nonlinearity == name) return 1;
  }
  if (nonlinearity == "tanh") return 5.0 / 3;
  if (nonlinearity == "relu") return std::sqrt(2.0);
  if (nonlinearity == "leaky_relu") return std::sqrt(2.0 / (1 + param * param));
  if (nonlinearity == "selu") return 3.0 / 4;
  cresset::internal::throw_error(
      ErrorCode::kValue,
      cresset::internal::concat("Unsupported nonlinearity ", nonlinearity));
}

std::pair<int64_t, int64_t> fan_in_and_out(const Tensor& x) {
  CRESSET_CHECK(x.dim() >= 2, kShape,
                "Fan in and fan out can not be computed for tensor with fewer "
                "than 2 dimensions");
  int64_t field = 1;
  for (int64_t d = 2; d < x.dim(); ++d) field *= x.size(d);
  return {x.size(1) * field, x.size(0) * field};
}

}  // namespace cresset::nn::init
