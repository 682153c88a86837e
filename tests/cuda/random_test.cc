// Random numbers on the GPU.

#include "cresset/tensor/ops/random.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "cresset/cuda/cuda.h"
#include "cresset/tensor/ops/binary.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/dropout.h"
#include "cresset/tensor/ops/factory.h"
#include "cresset/tensor/ops/reduce.h"
#include "cresset/tensor/ops/sort.h"
#include "cresset/tensor/ops/unary.h"
#include "cresset/tests/cuda/device.h"
#include "cresset/tests/ops/values.h"

namespace cresset {
namespace {

constexpr int64_t kMany = 40000;

Tensor new_tensor(IntSpan shape, Dtype dtype = float32) {
  return empty(shape, {.dtype = dtype, .device = "cuda"});
}

Values values(const Tensor& x) { return list(x.cpu()); }

double mean_of(const Values& x) {
  double total = 0;
  for (const double v : x) total += v;
  return total / static_cast<double>(x.size());
}

double variance_of(const Values& x) {
  const double mean = mean_of(x);
  double total = 0;
  for (const double v : x) total += (v - mean) * (v - mean);
  return total / static_cast<double>(x.size() - 1);
}

// Within five standard errors.
bool has_moments(const Values& x, double mean, double variance) {
  const double error = std::sqrt(variance / static_cast<double>(x.size()));
  return std::abs(mean_of(x) - mean) < 5 * error &&
         std::abs(variance_of(x) / variance - 1) < 0.15;
}

// Philox4x32-10 once more, in the words of the paper's reference: known answers
// for the test below come from Random123's kat_vectors.
std::vector<uint32_t> reference(uint64_t counter, uint64_t key) {
  uint32_t c[4] = {static_cast<uint32_t>(counter),
                   static_cast<uint32_t>(counter >> 32), 0, 0};
  uint32_t k[2] = {static_cast<uint32_t>(key),
                   static_cast<uint32_t>(key >> 32)};
  for (int round = 0; round < 10; ++round) {
    const uint64_t p0 = uint64_t{0xD2511F53} * c[0];
    const uint64_t p1 = uint64_t{0xCD9E8D57} * c[2];
    const uint32_t next[4] = {static_cast<uint32_t>(p1 >> 32) ^ c[1] ^ k[0],
                              static_cast<uint32_t>(p1),
                              static_cast<uint32_t>(p0 >> 32) ^ c[3] ^ k[1],
                              static_cast<uint32_t>(p0)};
    for (int i = 0; i < 4; ++i) c[i] = next[i];
    k[0] += 0x9E3779B9u;
    k[1] += 0xBB67AE85u;
  }
  return {c, c + 4};
}

}  // namespace

TEST_CASE("philox: the published numbers for counter 0 and key 0",
          "[cuda][random]") {
  const std::vector<uint32_t> known = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c,
                                       0x9b00dbd8};
  CHECK(reference(0, 0) == known);
  CRESSET_NEEDS_CUDA();
  cuda::manual_seed(0);
  // 63 of 64 bits: two numbers an element, the first above.
  const Tensor x = random_(new_tensor({2}, int64)).cpu();
  for (int64_t i = 0; i < 2; ++i) {
    const uint64_t both = uint64_t{known[static_cast<size_t>(2 * i)]} << 32 |
                          known[static_cast<size_t>(2 * i + 1)];
    CHECK(x.data<int64_t>()[i] == static_cast<int64_t>(both << 1 >> 1));
  }
  cuda::manual_seed(0);
  const Tensor u = uniform_(new_tensor({4})).cpu();
  for (int64_t i = 0; i < 4; ++i) {
    CHECK(u.data<float>()[i] ==
          static_cast<float>(known[static_cast<size_t>(i)] >> 8) * 0x1p-24f);
  }
}

TEST_CASE("random on a GPU: element i draws number i of the stream",
          "[cuda][random]") {
  CRESSET_NEEDS_CUDA();
  const uint64_t seed = 0x123456789abcdefull;
  cuda::manual_seed(seed);
  const Tensor x = uniform_(new_tensor({1030}, float32)).cpu();
  for (int64_t i = 0; i < x.numel(); ++i) {
    const uint32_t raw = reference(static_cast<uint64_t>(i / 4),
                                   seed)[static_cast<size_t>(i % 4)];
    REQUIRE(x.data<float>()[i] == static_cast<float>(raw >> 8) * 0x1p-24f);
  }
  // The next call goes on at the next counter: 1030 numbers end in the 258th.
  const Tensor y = uniform_(new_tensor({1})).cpu();
  CHECK(y.item<float>() ==
        static_cast<float>(reference(258, seed)[0] >> 8) * 0x1p-24f);
  const std::vector<uint8_t> state = cuda::get_rng_state();
  CHECK(state.size() == 16);
  CHECK(state[8] == (1032 + 4) % 256);
  CHECK(state[9] == (1032 + 4) / 256);
}

TEST_CASE("random on a GPU: seeds and states repeat the numbers",
          "[cuda][random]") {
  CRESSET_NEEDS_CUDA();
  manual_seed(7);
  CHECK(cuda::initial_seed() == 7);
  const Values first = values(rand({100}, {.device = "cuda"}));
  const Values second = values(rand({100}, {.device = "cuda"}));
  CHECK(first != second);
  cuda::manual_seed_all(7);
  CHECK(values(rand({100}, {.device = "cuda"})) == first);
  const std::vector<uint8_t> state = cuda::get_rng_state();
  CHECK(values(rand({100}, {.device = "cuda"})) == second);
  cuda::set_rng_state(state);
  CHECK(values(rand({100}, {.device = "cuda"})) == second);
  CHECK_ERROR(cuda::set_rng_state({1, 2, 3}), kValue, "16 bytes");
  std::vector<uint8_t> odd = state;
  odd[8] = 3;
  CHECK_ERROR(cuda::set_rng_state(odd), kValue, "multiple of 4");
  if (cuda::device_count() > 1) {
    manual_seed(7);
    CHECK(values(rand({100}, {.device = "cuda:1"})) == first);
  }
}

TEST_CASE("random on a GPU: a generator of the CPU draws there",
          "[cuda][random]") {
  CRESSET_NEEDS_CUDA();
  Generator own(3);
  const Values expected =
      values(randn({20}, {.dtype = float32, .device = "cpu"}, &own));
  own.manual_seed(3);
  CHECK(values(randn({20}, {.dtype = float32, .device = "cuda"}, &own)) ==
        expected);
}

TEST_CASE("random on a GPU: moments of the distributions", "[cuda][random]") {
  CRESSET_NEEDS_CUDA();
  manual_seed(1);
  for (const Dtype dtype : {float32, float64, float16, bfloat16}) {
    INFO(to_string(dtype));
    const Tensor x = new_tensor({kMany}, dtype);
    CHECK(has_moments(values(uniform_(x, -1, 3)), 1, 16.0 / 12));
    CHECK(has_moments(values(normal_(x, 2, 3)), 2, 9));
    CHECK(has_moments(values(exponential_(x, 2)), 0.5, 0.25));
    CHECK(has_moments(values(log_normal_(x, 0, 0.25)), std::exp(0.03125),
                      (std::exp(0.0625) - 1) * std::exp(0.0625)));
    CHECK(has_moments(values(geometric_(x, 0.25)), 4, 12));
    CHECK(has_moments(values(bernoulli_(x, 0.3)), 0.3, 0.21));
    // A quarter of the numbers lies below median - scale.
    CHECK(has_moments(values(lt(cauchy_(x, 1, 2), -1)), 0.25, 0.1875));
  }
  for (const Dtype dtype : {uint8, int8, int16, int32, int64}) {
    INFO(to_string(dtype));
    const Tensor x = new_tensor({kMany}, dtype);
    CHECK(has_moments(values(random_(x, 3, 13)), 7.5, 99.0 / 12));
    CHECK(has_moments(values(geometric_(x, 0.5)), 2, 2));
  }
  CHECK(has_moments(values(random_(new_tensor({kMany}, uint8))), 127.5, 5461));
  CHECK(has_moments(values(random_(new_tensor({kMany}, bool_))), 0.5, 0.25));
}

TEST_CASE("random on a GPU: numbers stay in their range", "[cuda][random]") {
  CRESSET_NEEDS_CUDA();
  manual_seed(2);
  for (const Dtype dtype : {float32, float64, float16, bfloat16}) {
    INFO(to_string(dtype));
    const Values x = values(uniform_(new_tensor({kMany}, dtype)));
    CHECK(*std::min_element(x.begin(), x.end()) >= 0);
    CHECK(*std::max_element(x.begin(), x.end()) < 1);
    const Values e = values(exponential_(new_tensor({kMany}, dtype)));
    CHECK(*std::min_element(e.begin(), e.end()) > 0);
    CHECK(std::isfinite(*std::max_element(e.begin(), e.end())));
  }
  const Values i = values(random_(new_tensor({kMany}, int64), -5, 6));
  CHECK(*std::min_element(i.begin(), i.end()) == -5);
  CHECK(*std::max_element(i.begin(), i.end()) == 5);
  CHECK(values(bernoulli_(new_tensor({100}), 1)) == Values(100, 1));
  CHECK(values(bernoulli_(new_tensor({100}), 0)) == Values(100, 0));
}

TEST_CASE("random on a GPU: strided tensors and odd sizes", "[cuda][random]") {
  CRESSET_NEEDS_CUDA();
  manual_seed(3);
  const Tensor base = full({6, 5}, -1, {.dtype = float32, .device = "cuda"});
  // Every other column, from the second on.
  const Tensor part = internal::alias(base, {6, 2}, {5, 2}, 1);
  uniform_(part);
  const Values x = values(base);
  for (size_t i = 0; i < x.size(); ++i) {
    const bool drawn = i % 5 == 1 || i % 5 == 3;
    CHECK((x[i] == -1) == !drawn);
  }
  for (const int64_t n : {0, 1, 3, 4, 5, 257, 1023}) {
    for (const Dtype dtype : {float32, float64, float16}) {
      const Values y = values(normal_(new_tensor({n}, dtype)));
      CHECK(static_cast<int64_t>(y.size()) == n);
      for (const double v : y) CHECK(std::abs(v) < 7);
    }
  }
  // Not at a multiple of a vector.
  const Tensor odd = zeros({9}, {.dtype = float32, .device = "cuda"});
  uniform_(internal::alias(odd, {7}, {1}, 1), 1, 2);
  const Values y = values(odd);
  CHECK(y.front() == 0);
  CHECK(y.back() == 0);
  for (size_t i = 1; i < 8; ++i) CHECK(y[i] >= 1);
}

TEST_CASE("bernoulli on a GPU: a probability for each element",
          "[cuda][random]") {
  CRESSET_NEEDS_CUDA();
  manual_seed(4);
  for (const Dtype dtype : {float32, float64, float16}) {
    const Tensor p =
        tensor({0.0, 1.0, 0.25}, {.dtype = dtype, .device = "cuda"});
    const Tensor y = new_tensor({kMany, 3});
    bernoulli_(y, p);
    const Values share = values(mean(y, {0}));
    CHECK(share[0] == 0);
    CHECK(share[1] == 1);
    CHECK(std::abs(share[2] - 0.25) < 0.012);
    CHECK(values(bernoulli(p))[1] == 1);
  }
}

TEST_CASE("dropout on a GPU: the gradient has the output's mask",
          "[cuda][random][grad]") {
  CRESSET_NEEDS_CUDA();
  manual_seed(5);
  for (const Dtype dtype : {float32, float64, float16}) {
    INFO(to_string(dtype));
    const Tensor x = full({1001}, 3, {.dtype = dtype, .device = "cuda"});
    x.requires_grad_();
    const Tensor y = dropout(x, 0.25);
    CHECK(y.grad_fn() == "NativeDropoutBackward");
    y.backward(full({1001}, 2, {.dtype = dtype, .device = "cuda"}));
    const Values out = values(y), grad = values(x.grad());
    int64_t kept = 0;
    for (size_t i = 0; i < out.size(); ++i) {
      CHECK((out[i] == 0 || out[i] == Approx(4).epsilon(1e-3)));
      CHECK(grad[i] == Approx(out[i] * 2 / 3).epsilon(1e-3));
      kept += out[i] != 0;
    }
    CHECK(std::abs(static_cast<double>(kept) / 1001 - 0.75) < 0.07);
    CHECK(values(dropout(x, 0.25)) != out);
  }
  const Tensor x = ones({64}, {.device = "cuda"});
  CHECK(values(dropout(x, 1)) == Values(64, 0));
  CHECK(dropout(x, 0.5, false).is_same(x));
  for (const double v : values(alpha_dropout(x, 0.5, true))) {
    CHECK(std::isfinite(v));
  }
  for (const double v :
       values(dropout2d(ones({2, 8, 2, 2}, {.device = "cuda"})))) {
    CHECK((v == 0 || v == 2));
  }
}

TEST_CASE("randperm and multinomial on a GPU", "[cuda][random]") {
  CRESSET_NEEDS_CUDA();
  manual_seed(6);
  const Values order = values(randperm(1000, {.device = "cuda"}));
  Values sorted = order;
  std::sort(sorted.begin(), sorted.end());
  CHECK(order != sorted);
  for (size_t i = 0; i < sorted.size(); ++i) {
    REQUIRE(sorted[i] == static_cast<double>(i));
  }
  const Tensor weights =
      tensor({0.0, 1.0, 3.0, 0.0}, {.dtype = float32, .device = "cuda"});
  const Values drawn = values(multinomial(weights, kMany, true));
  const double threes =
      static_cast<double>(std::count(drawn.begin(), drawn.end(), 2.0));
  CHECK(std::count(drawn.begin(), drawn.end(), 0.0) == 0);
  CHECK(std::count(drawn.begin(), drawn.end(), 3.0) == 0);
  CHECK(std::abs(threes / kMany - 0.75) < 0.012);
  Values both = values(multinomial(weights, 2));
  std::sort(both.begin(), both.end());
  CHECK(both == Values{1, 2});
  const Tensor bad = tensor({-1.0, 1.0}, {.dtype = float32, .device = "cuda"});
  CHECK_ERROR((static_cast<void>(multinomial(bad, 1)), synchronize("cuda")),
              kValue, "element < 0");
}

}  // namespace cresset
