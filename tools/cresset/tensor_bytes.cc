#include "cresset/tools/cresset/tensor_bytes.h"

#include <algorithm>
#include <complex>
#include <cstring>
#include <vector>

#include "cresset/tensor/base/error.h"
#include "cresset/tools/cresset/python_text.h"
#include "cresset/tools/cresset/sha256.h"

namespace cresset::cli {
namespace {

constexpr size_t kBlock = 65536;

// Walks a strided tensor row by row of its last dimension.
template <size_t kSize>
class Gather {
 public:
  Gather(const Tensor& tensor,
         const std::function<void(const uint8_t*, size_t)>& use)
      : tensor_(tensor), use_(use), block_(kBlock) {}

  void run() {
    const auto* begin = static_cast<const uint8_t*>(tensor_.raw_data());
    const int64_t rank = tensor_.dim();
    const int64_t length = tensor_.size(rank - 1);
    const int64_t step = tensor_.stride(rank - 1);
    std::vector<int64_t> index(rank, 0);
    for (;;) {
      int64_t offset = 0;
      for (int64_t d = 0; d + 1 < rank; ++d) {
        offset += index[d] * tensor_.stride(d);
      }
      row(begin + offset * static_cast<int64_t>(kSize), length, step);
      int64_t d = rank - 2;
      for (; d >= 0; --d) {
        if (++index[d] < tensor_.size(d)) break;
        index[d] = 0;
      }
      if (d < 0) break;
    }
    flush();
  }

 private:
  void row(const uint8_t* at, int64_t length, int64_t step) {
    while (length > 0) {
      const auto room = static_cast<int64_t>((kBlock - filled_) / kSize);
      const int64_t count = std::min(length, room);
      uint8_t* to = block_.data() + filled_;
      for (int64_t i = 0; i < count; ++i) {
        std::memcpy(to + i * static_cast<int64_t>(kSize),
                    at + i * step * static_cast<int64_t>(kSize), kSize);
      }
      at += count * step * static_cast<int64_t>(kSize);
      filled_ += static_cast<size_t>(count) * kSize;
      length -= count;
      if (filled_ == kBlock) flush();
    }
  }

  void flush() {
    if (filled_ > 0) use_(block_.data(), filled_);
    filled_ = 0;
  }

  const Tensor& tensor_;
  const std::function<void(const uint8_t*, size_t)>& use_;
  std::vector<uint8_t> block_;
  size_t filled_ = 0;
};

template <class T>
T read(const void* element) {
  T value;
  std::memcpy(&value, element, sizeof(T));
  return value;
}

std::string text(const std::string& bare) { return '"' + bare + '"'; }

template <class T>
std::string float_json(const void* element) {
  return text(
      float_hex(static_cast<double>(static_cast<float>(read<T>(element)))));
}

template <class T>
std::string int_json(const void* element) {
  return text(std::to_string(read<T>(element)));
}

template <class T>
std::string complex_json(const void* element) {
  const auto value = read<std::complex<T>>(element);
  return '[' + text(float_hex(static_cast<double>(value.real()))) + ", " +
         text(float_hex(static_cast<double>(value.imag()))) + ']';
}

}  // namespace

void each_block(const Tensor& tensor,
                const std::function<void(const uint8_t*, size_t)>& use) {
  if (tensor.numel() == 0) return;
  if (!tensor.device().is_cpu()) return each_block(tensor.cpu(), use);
  if (!tensor.is_contiguous()) {
    switch (tensor.itemsize()) {
      case 1:
        return Gather<1>(tensor, use).run();
      case 2:
        return Gather<2>(tensor, use).run();
      case 4:
        return Gather<4>(tensor, use).run();
      case 8:
        return Gather<8>(tensor, use).run();
      default:
        return Gather<16>(tensor, use).run();
    }
  }
  const auto* at = static_cast<const uint8_t*>(tensor.raw_data());
  for (size_t left = tensor.nbytes(); left > 0;) {
    const size_t count = std::min(left, kBlock);
    use(at, count);
    at += count;
    left -= count;
  }
}

std::string content_sha256(const Tensor& tensor) {
  Sha256 sum;
  each_block(tensor, [&](const uint8_t* data, size_t bytes) {
    sum.update(data, bytes);
  });
  return sum.hex();
}

std::string element_json(const void* element, Dtype dtype) {
  switch (dtype) {
    case Dtype::kBool:
      return read<uint8_t>(element) != 0 ? "true" : "false";
    case Dtype::kUint8:
      return int_json<uint8_t>(element);
    case Dtype::kInt8:
      return int_json<int8_t>(element);
    case Dtype::kInt16:
      return int_json<int16_t>(element);
    case Dtype::kInt32:
      return int_json<int32_t>(element);
    case Dtype::kInt64:
      return int_json<int64_t>(element);
    case Dtype::kUint16:
      return int_json<uint16_t>(element);
    case Dtype::kUint32:
      return int_json<uint32_t>(element);
    case Dtype::kUint64:
      return int_json<uint64_t>(element);
    case Dtype::kFloat16:
      return float_json<Half>(element);
    case Dtype::kBfloat16:
      return float_json<BFloat16>(element);
    case Dtype::kFloat8E4M3FN:
      return float_json<Float8E4M3FN>(element);
    case Dtype::kFloat8E5M2:
      return float_json<Float8E5M2>(element);
    case Dtype::kFloat32:
      return float_json<float>(element);
    case Dtype::kFloat64:
      return text(float_hex(read<double>(element)));
    case Dtype::kComplex64:
      return complex_json<float>(element);
    case Dtype::kComplex128:
      return complex_json<double>(element);
  }
  internal::throw_error(ErrorCode::kDtype,
                        "an element of a dtype without numbers");
}

}  // namespace cresset::cli
