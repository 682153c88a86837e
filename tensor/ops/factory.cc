#include "cresset/tensor/ops/factory.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "cresset/tensor/core/copy.h"
#include "cresset/tensor/core/parallel.h"

namespace cresset {
namespace {

// Ranges are made in float64 or int64 on the CPU and converted, so that one
// loop serves all dtypes and devices.
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

template <class T, class F>
Tensor generate(int64_t n, F&& value_at) {
  Tensor y = internal::make_empty({n}, dtype_of<T>, Device());
  T* out = y.data<T>();
  parallel_for(0, n, 1 << 15, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) out[i] = value_at(i);
  });
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

Tensor float_range(const Scalar& from, const Scalar& to, const Scalar& by) {
  const double start = from.to<double>(), end = to.to<double>(),
               step = by.to<double>();
  CRESSET_CHECK(std::isfinite(start) && std::isfinite(end), kValue,
                "arange: unsupported range: ", start, " -> ", end);
  check_range(step > 0 ? end >= start : end <= start, step == 0, from, to, by);
  const double count = std::ceil((end - start) / step);
  CRESSET_CHECK(count >= 0 && count < 9.2e18, kValue,
                "arange: invalid size, possible overflow; got ", start, " to ",
                end, " by ", step);
  return generate<double>(static_cast<int64_t>(count), [=](int64_t i) {
    return start + step * static_cast<double>(i);
  });
}

Tensor int_range(const Scalar& from, const Scalar& to, const Scalar& by) {
  const auto start = from.to<int64_t>(), end = to.to<int64_t>(),
             step = by.to<int64_t>();
  check_range(step > 0 ? end >= start : end <= start, step == 0, from, to, by);
  const uint64_t distance =
      step > 0 ? static_cast<uint64_t>(end) - static_cast<uint64_t>(start)
               : static_cast<uint64_t>(start) - static_cast<uint64_t>(end);
  const uint64_t stride = step > 0 ? static_cast<uint64_t>(step)
                                   : uint64_t{0} - static_cast<uint64_t>(step);
  const uint64_t count = distance / stride + (distance % stride != 0);
  return generate<int64_t>(static_cast<int64_t>(count), [=](int64_t i) {
    return static_cast<int64_t>(static_cast<uint64_t>(start) +
                                static_cast<uint64_t>(step) *
                                    static_cast<uint64_t>(i));
  });
}

// From both ends towards the middle, so that `end` is met exactly.
template <class T>
Tensor spaced(const Scalar& from, const Scalar& to, int64_t steps) {
  const T start = from.to<T>(), end = to.to<T>();
  const T step = steps > 1 ? (end - start) / static_cast<T>(steps - 1) : T(0);
  return generate<T>(steps, [=](int64_t i) {
    return i < steps / 2 || steps == 1
               ? start + step * static_cast<T>(i)
               : end - step * static_cast<T>(steps - i - 1);
  });
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
    y = int_range(whole(start), whole(end), whole(step));
  } else {
    y = float_range(start, end, step);
    if (is_integral(dtype, true)) {
      const auto first = start.to<int64_t>(), by = step.to<int64_t>();
      y = generate<int64_t>(y.numel(),
                            [=](int64_t i) { return first + by * i; });
    }
  }
  return finish(y, dtype, options);
}

Tensor linspace(const Scalar& start, const Scalar& end, int64_t steps,
                const TensorOptions& options) {
  CRESSET_CHECK(steps >= 0, kValue,
                "linspace: number of steps must be non-negative; got ", steps);
  const Dtype dtype = default_or(options);
  return finish(dtype == float32 ? spaced<float>(start, end, steps)
                                 : spaced<double>(start, end, steps),
                dtype, options);
}

Tensor logspace(const Scalar& start, const Scalar& end, int64_t steps,
                double base, const TensorOptions& options) {
  CRESSET_CHECK(steps >= 0, kValue,
                "logspace: number of steps must be non-negative; got ", steps);
  const Tensor y = spaced<double>(start, end, steps);
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
