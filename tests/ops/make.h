// Small tensors for tests and their elements as lists.

#ifndef CRESSET_TESTS_OPS_MAKE_H_
#define CRESSET_TESTS_OPS_MAKE_H_

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "cresset/tensor/core/parallel.h"
#include "cresset/tensor/core/tensor.h"
#include "cresset/tests/catch.h"

namespace cresset::testing {

using Doubles = std::vector<double>;

// A tensor of the listed elements.
inline Tensor make(IntSpan shape, const Doubles& list, Dtype dtype = float64) {
  const Tensor x = empty(shape, {.dtype = float64, .device = Device()});
  for (size_t i = 0; i < list.size(); ++i) x.data<double>()[i] = list[i];
  return x.to(default_device(), dtype);
}
inline Tensor make(const Doubles& list, Dtype dtype = float64) {
  return make({static_cast<int64_t>(list.size())}, list, dtype);
}

// Numbers without pattern in [-1, 1), all different.
inline Tensor noise(IntSpan shape, Dtype dtype = float64, uint64_t seed = 1) {
  const Tensor x = empty(shape, {.dtype = float64, .device = Device()});
  uint64_t state = seed * 0x9e3779b97f4a7c15u + 1;
  for (int64_t i = 0; i < x.numel(); ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    x.data<double>()[i] = static_cast<double>(state >> 33) / 0x1p30 - 1;
  }
  return x.to(default_device(), dtype);
}

// The elements in row-major order.
inline Doubles list(const Tensor& x) {
  const Tensor y = x.detach().to(Device(), float64).contiguous();
  return {y.data<double>(), y.data<double>() + y.numel()};
}

// The same elements with the memory order of the dimensions reversed.
inline Tensor reversed_layout(const Tensor& x) {
  Shape strides(x.sizes().size());
  int64_t next = 1;
  for (size_t d = 0; d < strides.size(); ++d) {
    strides[d] = next;
    next *= x.sizes()[d];
  }
  const Tensor y = empty_strided(x.sizes(), strides, {.dtype = x.dtype()});
  y.copy_(x);
  return y;
}

// The same elements with a gap after each.
inline Tensor gapped_layout(const Tensor& x) {
  Shape strides = contiguous_strides(x.sizes());
  for (size_t d = 0; d < strides.size(); ++d) strides[d] *= 2;
  const Tensor y = empty_strided(x.sizes(), strides, {.dtype = x.dtype()});
  y.copy_(x);
  return y;
}

inline void check_close(const Tensor& got, const Doubles& want,
                        double tolerance = 1e-12) {
  const Doubles have = list(got);
  REQUIRE(have.size() == want.size());
  for (size_t i = 0; i < want.size(); ++i) {
    INFO("element " << i << ": got " << have[i] << ", want " << want[i]);
    if (std::isnan(want[i])) {
      CHECK(std::isnan(have[i]));
    } else if (std::isinf(want[i])) {
      CHECK(have[i] == want[i]);
    } else {
      CHECK(std::abs(have[i] - want[i]) <= tolerance * (1 + std::abs(want[i])));
    }
  }
}
inline void check_close(const Tensor& got, const Tensor& want,
                        double tolerance = 1e-12) {
  CHECK(got.shape() == want.shape());
  check_close(got, list(want), tolerance);
}

// The text of the Error that `f` throws.
template <class F>
std::string error_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

// Runs f with 1, 2 and 3 threads and checks that the results have equal bits.
template <class F>
void check_threads(F&& f) {
  const int before = get_num_threads();
  set_num_threads(1);
  const Tensor one = f().cpu().contiguous();
  for (const int n : {2, 3}) {
    set_num_threads(n);
    const Tensor more = f().cpu().contiguous();
    REQUIRE(more.nbytes() == one.nbytes());
    CHECK(std::memcmp(more.raw_data(), one.raw_data(), one.nbytes()) == 0);
  }
  set_num_threads(before);
}

}  // namespace cresset::testing

#endif  // CRESSET_TESTS_OPS_MAKE_H_
