// Copies, fills and sums of the core on a device.

#include "cresset/tensor/core/copy.h"

#include <complex>
#include <cstring>
#include <limits>
#include <vector>

#include "cresset/tensor/ops/view.h"
#include "cresset/tests/cuda/compare.h"
#include "cresset/tests/cuda/device.h"

namespace cresset::testing {
namespace {

constexpr Dtype kAll[] = {bool_,         uint8,      int8,     int16,   int32,
                          int64,         float16,    bfloat16, float32, float64,
                          complex64,     complex128, uint16,   uint32,  uint64,
                          float8_e4m3fn, float8_e5m2};

// Bit for bit, but for the payload of a NaN.
bool equal_elements(const Tensor& a, const Tensor& b) {
  if (a.dtype() != b.dtype() || a.sizes() != b.sizes()) return false;
  const Tensor x = a.cpu().contiguous(), y = b.contiguous();
  if (std::memcmp(x.raw_data(), y.raw_data(), y.nbytes()) == 0) return true;
  return !is_integral(a.dtype(), true) && difference(x, y, 0).empty();
}

// Numbers that are hard to convert: of both signs, out of ranges, special.
Tensor hard(Dtype dtype) {
  const double list[] = {
      0,    -0.0,     1,         -1,    1.5,  -2.5,      127.6, -129, 255.5,
      300,  65504,    65520,     70000, -7e4, 3e9,       -3e9,  1e19, 1.8e19,
      1e20, -1e300,   1e-300,    448,   465,  57344,     61440, 7e-6, 1e-9,
      0.1,  INFINITY, -INFINITY, NAN,   2049, 1.00390625};
  const auto n = static_cast<int64_t>(std::size(list));
  const Tensor x = empty({n}, {.dtype = float64, .device = Device()});
  std::memcpy(x.raw_data(), list, sizeof list);
  if (!is_complex(dtype)) return x.to(dtype);
  const Tensor y = x.to(complex128);
  for (int64_t i = 0; i < n; ++i) {
    y.data<std::complex<double>>()[i].imag(list[(i * 5 + 1) % n]);
  }
  return y.to(dtype);
}

TEST_CASE("copy: every pair of dtypes converts as on the CPU", "[cuda][copy]") {
  CRESSET_NEEDS_CUDA();
  for (const Dtype from : kAll) {
    const Tensor x = hard(from), far = x.to(kGpu);
    CHECK(equal_elements(far, x));
    for (const Dtype to : kAll) {
      INFO(to_string(from) << " to " << to_string(to));
      const Tensor y = x.to(to);
      CHECK(equal_elements(far.to(to), y));
      CHECK(equal_elements(shifted(far).to(to), y));
      CHECK(equal_elements(gapped(far).to(to), y));
      CHECK(equal_elements(x.to(kGpu, to), y));
      CHECK(equal_elements(far.to(Device(), to), y));
    }
  }
}

TEST_CASE("copy: any layouts on both sides", "[cuda][copy]") {
  CRESSET_NEEDS_CUDA();
  using Layout = Tensor (*)(const Tensor&);
  const Layout layouts[] = {[](const Tensor& x) { return x; }, reversed, gapped,
                            shifted};
  const Shape shapes[] = {{},       {1},        {7},       {64},
                          {33, 70}, {8, 3, 40}, {2, 0, 3}, {2, 3, 4, 5, 2}};
  for (const Shape& shape : shapes) {
    for (const Dtype dtype : {uint8, float16, float32, float64, complex128}) {
      const Tensor x = numbers(shape, dtype);
      for (size_t i = 0; i < std::size(layouts); ++i) {
        const Tensor here = layouts[i](x), far = layouts[i](x.to(kGpu));
        INFO(to_string(shape) << " " << to_string(dtype) << " layout " << i);
        CHECK(equal_elements(far, x));
        for (size_t k = 0; k < std::size(layouts); ++k) {
          INFO("to layout " << k);
          const Tensor zero = internal::filled(shape, 0, dtype, kGpu);
          const Tensor to = layouts[k](zero);
          CHECK(equal_elements(to.copy_(far), x));
          CHECK(equal_elements(layouts[k](zero).copy_(here), x));
          const Tensor back =
              layouts[k](internal::filled(shape, 0, dtype, Device()));
          back.copy_(far);
          CHECK(equal_elements(back, x));
        }
      }
    }
  }
}

TEST_CASE("copy: what lies between the elements of a layout stays",
          "[cuda][copy]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = numbers({5, 6}).to(kGpu);
  const Tensor base = internal::filled({5, 12}, 9, float32, kGpu);
  internal::alias(base, {5, 6}, {12, 2}, 0).copy_(x);
  const Tensor wanted = internal::filled({5, 12}, 9, float32, Device());
  internal::alias(wanted, {5, 6}, {12, 2}, 0).copy_(x.cpu());
  check_same(base, wanted);
}

TEST_CASE("copy: broadcast sources and transposed planes", "[cuda][copy]") {
  CRESSET_NEEDS_CUDA();
  const Tensor row = numbers({1, 40}), column = numbers({30, 1});
  for (const Tensor& x : {row, column}) {
    const Tensor y = internal::filled({30, 40}, 0, float32, kGpu);
    const Tensor wanted = internal::filled({30, 40}, 0, float32, Device());
    wanted.copy_(x);
    y.copy_(x.to(kGpu));
    check_same(y, wanted);
    y.zero_();
    y.copy_(x);
    check_same(y, wanted);
  }
  for (const Dtype dtype : {int8, int16, int32, int64, complex128}) {
    const Tensor x = numbers({3, 50, 2, 37}, dtype);
    const Tensor y = permute(x, {0, 3, 2, 1}).contiguous();
    check_same(permute(x.to(kGpu), {0, 3, 2, 1}).contiguous(), y);
  }
}

TEST_CASE("copy: more dimensions than a kernel takes", "[cuda][copy]") {
  CRESSET_NEEDS_CUDA();
  const Shape shape(19, 2);
  Shape strides(19);
  for (size_t d = 0; d < 19; ++d) strides[d] = int64_t{1} << ((d * 7) % 19);
  const Tensor x = numbers({1 << 19}, int32);
  const Tensor view = internal::alias(x, shape, strides, 0);
  const Tensor far = internal::alias(x.to(kGpu), shape, strides, 0);
  CHECK(equal_elements(internal::dense_copy(far), internal::dense_copy(view)));
}

TEST_CASE("fill: every dtype and layout", "[cuda][copy]") {
  CRESSET_NEEDS_CUDA();
  for (const Dtype dtype : kAll) {
    INFO(to_string(dtype));
    for (const Scalar& value : {Scalar(0), Scalar(1), Scalar(2.5)}) {
      for (const Shape& shape : {Shape{}, Shape{37}, Shape{64, 32}, Shape{0}}) {
        const Tensor wanted = internal::filled(shape, value, dtype, Device());
        const Tensor dense = internal::filled(shape, value, dtype, kGpu);
        CHECK(equal_elements(dense, wanted));
      }
      const Tensor base = internal::filled({6, 8}, 1, dtype, kGpu);
      const Tensor mirror = internal::filled({6, 8}, 1, dtype, Device());
      internal::alias(base, {6, 3}, {8, 2}, 1).fill_(value);
      internal::alias(mirror, {6, 3}, {8, 2}, 1).fill_(value);
      CHECK(equal_elements(base, mirror));
    }
  }
}

TEST_CASE("sums of gradients: every dtype that has them", "[cuda][copy]") {
  CRESSET_NEEDS_CUDA();
  for (const Dtype dtype :
       {float16, bfloat16, float32, float64, complex64, complex128}) {
    INFO(to_string(dtype));
    const Tensor a = numbers({5, 13}, dtype), b = numbers({5, 13}, dtype, 2);
    check_same(internal::sum_of_gradients(a.to(kGpu), b.to(kGpu)),
               internal::sum_of_gradients(a, b));
    check_same(internal::sum_of_gradients(shifted(a.to(kGpu)), b.to(kGpu)),
               internal::sum_of_gradients(a, b));
  }
}

TEST_CASE("copy: between two devices", "[cuda][copy]") {
  CRESSET_NEEDS_CUDA();
  if (device_count(DeviceType::kCuda) < 2) {
    WARN("one device only: nothing is tested");
    return;
  }
  const Device second("cuda:1");
  const Tensor x = numbers({40, 30});
  const Tensor far = x.to(kGpu);
  CHECK(far.to(second).device() == second);
  check_same(far.to(second), x);
  check_same(reversed(far).to(second).contiguous(), x);
  check_same(gapped(far).to(second), x);
  check_same(far.to(second, float16), x.to(float16));
  const Tensor strided = gapped(x.to(second));
  strided.zero_();
  strided.copy_(far);
  check_same(strided.contiguous(), x);
}

TEST_CASE("copy: gradients flow through moves", "[cuda][copy][grad]") {
  CRESSET_NEEDS_CUDA();
  const Tensor x = numbers({4, 3}).requires_grad_();
  const Tensor y = x.to(kGpu, float16).to(float32);
  y.backward(numbers({4, 3}, float32, 2).to(kGpu));
  CHECK(x.grad().device().is_cpu());
  CHECK(difference(x.grad(), numbers({4, 3}, float32, 2), 0) == "");
}

}  // namespace
}  // namespace cresset::testing
