#include "cresset/tools/cresset/numbers.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "cresset/serialize/foreign.h"
#include "cresset/tensor/base/error.h"
#include "cresset/tools/cresset/tensor_bytes.h"

namespace cresset::cli {
namespace {

template <class T>
void convert(const uint8_t* data, size_t bytes, std::vector<double>& out) {
  for (size_t at = 0; at < bytes; at += sizeof(T)) {
    T element;
    std::memcpy(&element, data + at, sizeof(T));
    if constexpr (std::is_arithmetic_v<T>) {
      out.push_back(static_cast<double>(element));
    } else {
      out.push_back(static_cast<double>(static_cast<float>(element)));
    }
  }
}

void convert_block(Dtype dtype, const uint8_t* data, size_t bytes,
                   std::vector<double>& out) {
  switch (dtype) {
    case Dtype::kBool:
    case Dtype::kUint8:
      return convert<uint8_t>(data, bytes, out);
    case Dtype::kInt8:
      return convert<int8_t>(data, bytes, out);
    case Dtype::kInt16:
      return convert<int16_t>(data, bytes, out);
    case Dtype::kInt32:
      return convert<int32_t>(data, bytes, out);
    case Dtype::kInt64:
      return convert<int64_t>(data, bytes, out);
    case Dtype::kUint16:
      return convert<uint16_t>(data, bytes, out);
    case Dtype::kUint32:
      return convert<uint32_t>(data, bytes, out);
    case Dtype::kUint64:
      return convert<uint64_t>(data, bytes, out);
    case Dtype::kFloat16:
      return convert<Half>(data, bytes, out);
    case Dtype::kBfloat16:
      return convert<BFloat16>(data, bytes, out);
    case Dtype::kFloat8E4M3FN:
      return convert<Float8E4M3FN>(data, bytes, out);
    case Dtype::kFloat8E5M2:
      return convert<Float8E5M2>(data, bytes, out);
    case Dtype::kFloat32:
    case Dtype::kComplex64:
      return convert<float>(data, bytes, out);
    case Dtype::kFloat64:
    case Dtype::kComplex128:
      return convert<double>(data, bytes, out);
  }
}

}  // namespace

void each_number(const Tensor& tensor,
                 const std::function<void(const std::vector<double>&)>& use) {
  std::vector<double> numbers;
  each_block(tensor, [&](const uint8_t* data, size_t bytes) {
    numbers.clear();
    convert_block(tensor.dtype(), data, bytes, numbers);
    use(numbers);
  });
}

Tensor plain_tensor(const Value& value) {
  if (value.is_tensor()) {
    const Tensor& tensor = value.as_tensor();
    return tensor.device().is_meta() ? Tensor() : tensor;
  }
  if (value.is_packed()) return value.as_packed().integers;
  if (value.is_array() && value.as_array().objects.is_none()) {
    try {
      return value.as_array().tensor();
    } catch (const Error&) {
      return Tensor();
    }
  }
  return Tensor();
}

Statistics statistics(const Tensor& tensor) {
  Statistics result;
  // Welford's running mean and sum of squares: exact where sums of squares
  // cancel.
  double mean = 0, squares = 0;
  each_number(tensor, [&](const std::vector<double>& numbers) {
    for (const double x : numbers) {
      if (std::isnan(x)) {
        ++result.nans;
        continue;
      }
      if (std::isinf(x)) {
        ++result.infinities;
        continue;
      }
      if (x == 0) ++result.zeros;
      if (result.count == 0) result.min = result.max = x;
      result.min = std::min(result.min, x);
      result.max = std::max(result.max, x);
      ++result.count;
      const double off = x - mean;
      mean += off / static_cast<double>(result.count);
      squares += off * (x - mean);
    }
  });
  result.mean = mean;
  result.deviation =
      result.count > 1
          ? std::sqrt(squares / static_cast<double>(result.count - 1))
          : std::nan("");
  return result;
}

std::vector<int64_t> histogram(const Tensor& tensor, double min, double max,
                               int bins) {
  std::vector<int64_t> counts(bins, 0);
  const double width = (max - min) / bins;
  each_number(tensor, [&](const std::vector<double>& numbers) {
    for (const double x : numbers) {
      if (!std::isfinite(x)) continue;
      const int bin =
          width > 0 ? static_cast<int>(std::floor((x - min) / width)) : 0;
      ++counts[std::clamp(bin, 0, bins - 1)];
    }
  });
  return counts;
}

}  // namespace cresset::cli
