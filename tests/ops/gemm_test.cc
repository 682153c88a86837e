#include "cresset/tensor/ops/cpu/gemm.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <tuple>
#include <vector>

#include "cresset/tensor/core/parallel.h"
#include "cresset/tests/catch.h"

namespace cresset {
namespace {

using internal::gemm;
using internal::gemm_batched;

template <class T>
std::vector<T> random_values(int64_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<T> values(static_cast<size_t>(count));
  for (T& value : values) {
    value = static_cast<T>(static_cast<double>(random()) / 4294967296.0 - 0.5);
  }
  return values;
}

template <class T>
struct Case {
  bool trans_a = false, trans_b = false;
  int64_t m = 0, n = 0, k = 0;
  T alpha = 1, beta = 0;
  int64_t gap = 0;  // how much longer rows are than they need to be
};

// Runs a product and compares every element, and the gaps between the rows of
// C, with a plain loop in double.
template <class T>
void check(const Case<T>& x) {
  CAPTURE(x.trans_a, x.trans_b, x.m, x.n, x.k, x.alpha, x.beta, x.gap);
  const int64_t lda = (x.trans_a ? x.m : x.k) + x.gap;
  const int64_t ldb = (x.trans_b ? x.k : x.n) + x.gap;
  const int64_t ldc = x.n + x.gap;
  const auto a = random_values<T>((x.trans_a ? x.k : x.m) * lda, 1);
  const auto b = random_values<T>((x.trans_b ? x.n : x.k) * ldb, 2);
  auto c = random_values<T>(x.m * ldc, 3);
  const auto before = c;
  if (x.beta == 0) {
    // What is not read may hold anything.
    for (int64_t i = 0; i < x.m; ++i) {
      for (int64_t j = 0; j < x.n; ++j) {
        c[static_cast<size_t>(i * ldc + j)] =
            std::numeric_limits<T>::quiet_NaN();
      }
    }
  }
  gemm<T>(x.trans_a, x.trans_b, x.m, x.n, x.k, x.alpha, a.data(), lda, b.data(),
          ldb, x.beta, c.data(), ldc);
  const double epsilon = std::numeric_limits<T>::epsilon();
  for (int64_t i = 0; i < x.m; ++i) {
    for (int64_t j = 0; j < x.n; ++j) {
      double sum = 0;
      double size = 0;
      for (int64_t p = 0; p < x.k; ++p) {
        const double product =
            static_cast<double>(
                a[static_cast<size_t>(x.trans_a ? p * lda + i : i * lda + p)]) *
            static_cast<double>(
                b[static_cast<size_t>(x.trans_b ? j * ldb + p : p * ldb + j)]);
        sum += product;
        size += std::abs(product);
      }
      const auto at = static_cast<size_t>(i * ldc + j);
      const double old = x.beta == 0 ? 0 : static_cast<double>(before[at]);
      const double expected = static_cast<double>(x.alpha) * sum +
                              static_cast<double>(x.beta) * old;
      const double bound =
          epsilon * (4 + std::sqrt(static_cast<double>(x.k))) *
          (std::abs(static_cast<double>(x.alpha)) * size +
           std::abs(static_cast<double>(x.beta) * old) + 1e-30);
      if (!(std::abs(static_cast<double>(c[at]) - expected) <= bound)) {
        CAPTURE(i, j);
        REQUIRE(static_cast<double>(c[at]) == Approx(expected).margin(bound));
      }
    }
    for (int64_t j = x.n; j < ldc; ++j) {
      const auto at = static_cast<size_t>(i * ldc + j);
      REQUIRE(c[at] == before[at]);
    }
  }
  SUCCEED();
}

template <class T>
void check_layouts(int64_t m, int64_t n, int64_t k, T alpha, T beta,
                   int64_t gap) {
  for (const bool trans_a : {false, true}) {
    for (const bool trans_b : {false, true}) {
      check<T>({trans_a, trans_b, m, n, k, alpha, beta, gap});
    }
  }
}

TEMPLATE_TEST_CASE("gemm: small sizes in every combination, empty ones too",
                   "[ops][gemm]", float, double) {
  for (const int64_t m : {0, 1, 2, 5, 9}) {
    for (const int64_t n : {0, 1, 3, 16, 17}) {
      for (const int64_t k : {0, 1, 4, 19}) {
        check_layouts<TestType>(m, n, k, 1, 0, 0);
        check_layouts<TestType>(m, n, k, TestType(-0.5), 2, 3);
      }
    }
  }
}

TEMPLATE_TEST_CASE("gemm: every tile edge", "[ops][gemm]", float, double) {
  for (int64_t m = 2; m <= 26; ++m) check_layouts<TestType>(m, 20, 7, 1, 0, 0);
  for (int64_t n = 2; n <= 120; ++n) {
    check_layouts<TestType>(7, n, 5, 1, 1, n % 2);
  }
}

TEMPLATE_TEST_CASE("gemm: alpha and beta", "[ops][gemm]", float, double) {
  for (const TestType alpha : {TestType(0), TestType(1), TestType(0.25)}) {
    for (const TestType beta : {TestType(0), TestType(1), TestType(-3)}) {
      check_layouts<TestType>(33, 50, 20, alpha, beta, 1);
      check_layouts<TestType>(1, 50, 20, alpha, beta, 1);
      check_layouts<TestType>(50, 1, 20, alpha, beta, 2);
      check_layouts<TestType>(4, 50, 300, alpha, beta, 1);
    }
  }
}

TEMPLATE_TEST_CASE("gemm: more than one block in each direction", "[ops][gemm]",
                   float, double) {
  check_layouts<TestType>(130, 101, 61, 1, 0, 0);
  check_layouts<TestType>(50, 64, 400, 1, 1, 5);   // two steps of depth
  check_layouts<TestType>(10, 700, 40, 2, 0, 0);   // several columns of blocks
  check_layouts<TestType>(200, 12, 40, 1, -1, 0);  // several rows of blocks
  check<TestType>({false, true, 100, 120, 400, 1, 0, 0});
}

TEMPLATE_TEST_CASE("gemm: few rows against a stored-by-columns B",
                   "[ops][gemm]", float, double) {
  for (const int64_t m : {2, 3, 7, 8, 9, 15, 16, 17}) {
    check<TestType>({false, true, m, 53, 261, 1, 1, 0});
  }
  check<TestType>({false, true, 5, 30, 4100, 1, 0, 3});
}

TEMPLATE_TEST_CASE("gemm: vectors", "[ops][gemm]", float, double) {
  for (const auto& [n, k] : std::vector<std::pair<int64_t, int64_t>>{
           {1, 1}, {3, 2000}, {2000, 3}, {700, 900}, {9000, 70}, {60, 9000}}) {
    check_layouts<TestType>(1, n, k, 1, 0, 0);
    check_layouts<TestType>(n, 1, k, 1, TestType(0.5), 2);
  }
}

TEMPLATE_TEST_CASE("gemm: a small result over a great depth", "[ops][gemm]",
                   float, double) {
  check_layouts<TestType>(10, 20, 9000, 1, 1, 0);
  check_layouts<TestType>(3, 7, 60000, 1, 0, 0);
}

TEMPLATE_TEST_CASE("gemm: the thread count changes no bit", "[ops][gemm]",
                   float, double) {
  const int before = get_num_threads();
  for (const auto& [m, n, k] :
       std::vector<std::tuple<int64_t, int64_t, int64_t>>{{300, 200, 500},
                                                          {20, 30, 20000},
                                                          {1, 600, 3000},
                                                          {12, 999, 700},
                                                          {77, 1100, 90}}) {
    for (const bool trans_b : {false, true}) {
      const auto a = random_values<TestType>(m * k, 4);
      const auto b = random_values<TestType>(k * n, 5);
      std::vector<TestType> expected;
      for (const int threads : {1, 2, 5}) {
        set_num_threads(threads);
        auto c = random_values<TestType>(m * n, 6);
        gemm<TestType>(false, trans_b, m, n, k, TestType(0.7), a.data(), k,
                       b.data(), trans_b ? k : n, TestType(1.3), c.data(), n);
        if (threads == 1) expected = c;
        CAPTURE(m, n, k, threads, trans_b);
        const bool equal = c == expected;
        CHECK(equal);
      }
    }
  }
  set_num_threads(before);
}

TEMPLATE_TEST_CASE("gemm_batched: equals single products; operands repeat",
                   "[ops][gemm]", float, double) {
  for (const int64_t size : {3, 40}) {
    const int64_t batch = 9;
    const int64_t area = size * size;
    const auto a = random_values<TestType>(batch * area, 7);
    const auto b = random_values<TestType>(batch * area, 8);
    for (const int64_t stride_b : {area, int64_t{0}}) {
      auto c = random_values<TestType>(batch * area, 9);
      auto expected = c;
      gemm_batched<TestType>(false, true, size, size, size, 1, a.data(), size,
                             area, b.data(), size, stride_b, 1, c.data(), size,
                             area, batch);
      for (int64_t i = 0; i < batch; ++i) {
        gemm<TestType>(false, true, size, size, size, 1, a.data() + i * area,
                       size, b.data() + i * stride_b, size, 1,
                       expected.data() + i * area, size);
      }
      const bool equal = c == expected;
      CHECK(equal);
    }
  }
  gemm_batched<TestType>(false, false, 2, 2, 2, 1, nullptr, 2, 4, nullptr, 2, 4,
                         0, nullptr, 2, 4, 0);
}

TEST_CASE("gemm: NaN and infinity pass through", "[ops][gemm]") {
  const float infinity = std::numeric_limits<float>::infinity();
  std::vector<float> a(20 * 20, 1.0f);
  std::vector<float> b(20 * 20, 0.0f);
  a[3] = infinity;
  std::vector<float> c(20 * 20);
  internal::sgemm(false, false, 20, 20, 20, 1, a.data(), 20, b.data(), 20, 0,
                  c.data(), 20);
  CHECK(std::isnan(c[0]));  // infinity * 0
  CHECK(c[20] == 0);
}

}  // namespace
}  // namespace cresset
