#include "cresset/tensor/ops/factory.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/ops/data_kernels.h"
#include "cresset/tensor/ops/power.h"

namespace cresset {
namespace {

// Ranges are made in float64, float32 or int64 and converted, so that few loops
// serve all dtypes.
Tensor finish(const Tensor& x, Dtype dtype, const TensorOptions& options) {
  Tensor y = x.to(options.device, dtype);
  if (options.requires_grad) y.requires_grad_();
  return y;
}

Tensor constant(IntSpan shape, const Scalar& value, Dtype dtype,
                const TensorOptions& options) {
  Tensor y = internal::filled(shape, value, dtype, options.device);
  if (options.requires_grad) y.requires_grad_();
  return y;
}

Dtype default_or(const TensorOptions& options) {
  return options.dtype.value_or(get_default_dtype());
}

template <class T>
void fill_range(const internal::RangeCall& call, const Tensor& y) {
  const T start = call.start.to<T>(), step = call.step.to<T>();
  const T end = call.two_ended ? call.end.to<T>() : T(0);
  const int64_t n = y.numel(), turn = call.two_ended && n != 1 ? n / 2 : n;
  T* out = y.data<T>();
  parallel_for(0, n, 1 << 15, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      if constexpr (std::is_integral_v<T>) {
        out[i] = static_cast<T>(static_cast<uint64_t>(start) +
                                static_cast<uint64_t>(step) *
                                    static_cast<uint64_t>(i));
      } else {
        out[i] = i < turn ? start + step * static_cast<T>(i)
                          : end - step * static_cast<T>(n - i - 1);
      }
    }
  });
}

void range_cpu(const internal::RangeCall& call, const Tensor& y) {
  if (y.dtype() == int64) {
    fill_range<int64_t>(call, y);
  } else if (y.dtype() == float32) {
    fill_range<float>(call, y);
  } else {
    fill_range<double>(call, y);
  }
}

Tensor generate(int64_t n, Dtype dtype, Device device,
                const internal::RangeCall& call) {
  Tensor y = internal::make_empty({n}, dtype, device);
  if (n != 0 && !device.is_meta()) internal::range_kernel(device, call, y);
  return y;
}

void check_range(bool ordered, bool zero_step, const Scalar& start,
                 const Scalar& end, const Scalar& step) {
  CRESSET_CHECK(!zero_step, kValue, "arange: step must be nonzero; got ", step);
  CRESSET_CHECK(ordered, kValue,
                "arange: upper bound and larger bound inconsistent with step "
                "sign; got ",
                start, " to ", end, " by ", step);
}

Tensor float_range(const Scalar& from, const Scalar& to, const Scalar& by,
                   Device device) {
  const double start = from.to<double>(), end = to.to<double>(),
               step = by.to<double>();
  CRESSET_CHECK(std::isfinite(start) && std::isfinite(end), kValue,
                "arange: unsupported range: ", start, " -> ", end);
  check_range(step > 0 ? end >= start : end <= start, step == 0, from, to, by);
  const double count = std::ceil((end - start) / step);
  CRESSET_CHECK(count >= 0 && count < 9.2e18, kValue,
                "arange: invalid size, possible overflow; got ", start, " to ",
                end, " by ", step);
  return generate(static_cast<int64_t>(count), float64, device,
                  {start, 0, step});
}

Tensor int_range(const Scalar& from, const Scalar& to, const Scalar& by,
                 Device device) {
  const auto start = from.to<int64_t>(), end = to.to<int64_t>(),
             step = by.to<int64_t>();
  check_range(step > 0 ? end >= start : end <= start, step == 0, from, to, by);
  const uint64_t distance =
      step > 0 ? static_cast<uint64_t>(end) - static_cast<uint64_t>(start)
               : static_cast<uint64_t>(start) - static_cast<uint64_t>(end);
  const uint64_t stride = step > 0 ? static_cast<uint64_t>(step)
                                   : uint64_t{0} - static_cast<uint64_t>(step);
  const uint64_t count = distance / stride + (distance % stride != 0);
  return generate(static_cast<int64_t>(count), int64, device, {start, 0, step});
}

// From both ends towards the middle, so that `end` is met exactly.
template <class T>
Tensor spaced(const Scalar& from, const Scalar& to, int64_t steps,
              Device device) {
  const T start = from.to<T>(), end = to.to<T>();
  const T step = steps > 1 ? (end - start) / static_cast<T>(steps - 1) : T(0);
  return generate(steps, dtype_of<T>, device, {start, end, step, true});
}

Tensor triangle_indices(int64_t rows, int64_t columns, int64_t offset,
                        const TensorOptions& options, bool lower,
                        const char* op) {
  CRESSET_CHECK(rows >= 0 && columns >= 0, kShape, op,
                ": sizes must be >= 0; got ", rows, " and ", columns);
  std::vector<int64_t> r, c;
  for (int64_t i = 0; i < rows; ++i) {
    const int64_t first = lower ? 0 : std::max<int64_t>(0, i + offset);
    const int64_t last = lower ? std::min(columns, i + offset + 1) : columns;
    for (int64_t j = first; j < last; ++j) {
      r.push_back(i);
      c.push_back(j);
    }
  }
  const auto n = static_cast<int64_t>(r.size());
  r.insert(r.end(), c.begin(), c.end());
  return internal::tensor_of(r.data(), {2, n}, int64, options);
}

// Walks a nested list: its shape, and the widest kind of number in it.
struct Listed {
  Shape shape;
  bool has_number = false;
  Scalar::Kind kind = Scalar::Kind::kBool;
  std::vector<Scalar> numbers;

  void add(const TensorData& data, size_t depth) {
    if (!data.is_list()) {
      CRESSET_CHECK(depth == shape.size(), kShape,
                    "tensor: numbers and lists are mixed at dim ", depth);
      numbers.push_back(data.number());
      if (data.number().kind() > kind) kind = data.number().kind();
      has_number = true;
      return;
    }
    const size_t n = data.items().size();
    if (depth == shape.size()) {
      CRESSET_CHECK(!has_number, kShape,
                    "tensor: numbers and lists are mixed at dim ", depth);
      shape.push_back(static_cast<int64_t>(n));
    }
    if (static_cast<size_t>(shape[depth]) != n) {
      internal::throw_ragged(static_cast<size_t>(shape[depth]), depth, n);
    }
    for (const TensorData& item : data.items()) add(item, depth + 1);
  }
};

}  // namespace

namespace internal {

constinit RangeKernel range_kernel{"arange", range_cpu};

Tensor tensor_of(const void* data, IntSpan shape, Dtype dtype,
                 const TensorOptions& options) {
  Tensor y = make_empty(shape, dtype, Device());
  if (y.numel() != 0) std::memcpy(y.raw_data(), data, y.nbytes());
  return finish(y, options.dtype.value_or(dtype), options);
}

void throw_ragged(size_t expected, size_t dim, size_t got) {
  throw_error(ErrorCode::kShape,
              concat("tensor: expected sequence of length ", expected,
                     " at dim ", dim, "; got ", got));
}

}  // namespace internal

Tensor zeros(IntSpan shape, const TensorOptions& options) {
  return constant(shape, 0, default_or(options), options);
}
Tensor ones(IntSpan shape, const TensorOptions& options) {
  return constant(shape, 1, default_or(options), options);
}
Tensor full(IntSpan shape, const Scalar& value, const TensorOptions& options) {
  return constant(shape, value, options.dtype.value_or(value.dtype()), options);
}

Tensor zeros_like(const Tensor& x, std::optional<Dtype> dtype) {
  return full_like(x, 0, dtype);
}
Tensor ones_like(const Tensor& x, std::optional<Dtype> dtype) {
  return full_like(x, 1, dtype);
}
Tensor full_like(const Tensor& x, const Scalar& value,
                 std::optional<Dtype> dtype) {
  return internal::filled(x.sizes(), value, dtype.value_or(x.dtype()),
                          x.device());
}

Tensor new_empty(const Tensor& x, IntSpan shape, std::optional<Dtype> dtype) {
  return internal::make_empty(shape, dtype.value_or(x.dtype()), x.device());
}
Tensor new_zeros(const Tensor& x, IntSpan shape, std::optional<Dtype> dtype) {
  return new_full(x, shape, 0, dtype);
}
Tensor new_ones(const Tensor& x, IntSpan shape, std::optional<Dtype> dtype) {
  return new_full(x, shape, 1, dtype);
}
Tensor new_full(const Tensor& x, IntSpan shape, const Scalar& value,
                std::optional<Dtype> dtype) {
  return internal::filled(shape, value, dtype.value_or(x.dtype()), x.device());
}

Tensor arange(const Scalar& end, const TensorOptions& options) {
  return arange(0, end, 1, options);
}
Tensor arange(const Scalar& start, const Scalar& end,
              const TensorOptions& options) {
  return arange(start, end, 1, options);
}
Tensor arange(const Scalar& start, const Scalar& end, const Scalar& step,
              const TensorOptions& options) {
  const bool floating =
      start.is_floating() || end.is_floating() || step.is_floating();
  const Dtype dtype =
      options.dtype.value_or(floating ? get_default_dtype() : int64);
  // int64 cuts the bounds to integers first; narrower integers cut the start
  // and the step only.
  const auto whole = [](const Scalar& x) { return Scalar(x.to<int64_t>()); };
  Tensor y;
  if (!floating || dtype == int64) {
    y = int_range(whole(start), whole(end), whole(step), options.device);
  } else {
    y = float_range(start, end, step, options.device);
    if (is_integral(dtype, true)) {
      y = generate(y.numel(), int64, options.device,
                   {start.to<int64_t>(), 0, step.to<int64_t>()});
    }
  }
  return finish(y, dtype, options);
}

Tensor linspace(const Scalar& start, const Scalar& end, int64_t steps,
                const TensorOptions& options) {
  CRESSET_CHECK(steps >= 0, kValue,
                "linspace: number of steps must be non-negative; got ", steps);
  const Dtype dtype = default_or(options);
  return finish(dtype == float32
                    ? spaced<float>(start, end, steps, options.device)
                    : spaced<double>(start, end, steps, options.device),
                dtype, options);
}

Tensor logspace(const Scalar& start, const Scalar& end, int64_t steps,
                double base, const TensorOptions& options) {
  CRESSET_CHECK(steps >= 0, kValue,
                "logspace: number of steps must be non-negative; got ", steps);
  const Tensor y = spaced<double>(start, end, steps, options.device);
  if (!options.device.is_cpu()) {
    return finish(pow(base, y), default_or(options), options);
  }
  double* out = y.data<double>();
  for (int64_t i = 0; i < steps; ++i) out[i] = std::pow(base, out[i]);
  return finish(y, default_or(options), options);
}

Tensor eye(int64_t n, const TensorOptions& options) {
  return eye(n, n, options);
}
Tensor eye(int64_t n, int64_t m, const TensorOptions& options) {
  CRESSET_CHECK(n >= 0 && m >= 0, kShape,
                "eye: n and m must be greater or equal to 0; got ", n, " and ",
                m);
  const Dtype dtype = default_or(options);
  Tensor y = internal::filled({n, m}, 0, dtype, options.device);
  const int64_t count = std::min(n, m);
  if (count != 0 && !y.device().is_meta()) {
    internal::fill_kernel(y.device(), Scalar(1),
                          internal::alias(y, {count}, {m + 1}, 0));
  }
  if (options.requires_grad) y.requires_grad_();
  return y;
}

Tensor tril_indices(int64_t rows, int64_t columns, int64_t offset,
                    const TensorOptions& options) {
  return triangle_indices(rows, columns, offset, options, true, "tril_indices");
}
Tensor triu_indices(int64_t rows, int64_t columns, int64_t offset,
                    const TensorOptions& options) {
  return triangle_indices(rows, columns, offset, options, false,
                          "triu_indices");
}

Tensor tensor(const TensorData& data, const TensorOptions& options) {
  Listed listed;
  listed.add(data, 0);
  const Dtype natural = listed.has_number
                            ? (listed.kind == Scalar::Kind::kBool  ? bool_
                               : listed.kind == Scalar::Kind::kInt ? int64
                               : listed.kind == Scalar::Kind::kFloat
                                   ? get_default_dtype()
                                   : Scalar(std::complex<double>()).dtype())
                            : get_default_dtype();
  const Dtype dtype = options.dtype.value_or(natural);
  const Tensor y = internal::make_empty(listed.shape, dtype, Device());
  visit_dtype(dtype, [&](auto t) {
    using T = decltype(t);
    T* out = y.data<T>();
    for (const Scalar& number : listed.numbers) *out++ = number.to<T>();
  });
  return finish(y, dtype, options);
}

}  // namespace cresset
