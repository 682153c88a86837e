#include "cresset/tensor/ops/matmul.h"
#include "cresset/tensor/ops/random.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tests/bench/bench.h"

namespace cresset::bench {
namespace {

double flops(int64_t m, int64_t n, int64_t k) {
  return 2.0 * static_cast<double>(m) * static_cast<double>(n) *
         static_cast<double>(k);
}

void add_square(Rows& rows, int64_t n) {
  rows.add("gemm." + std::to_string(n), [n] {
    const Tensor a = randn({n, n}), b = randn({n, n});
    return Case{[=] { mm(a, b); }, flops(n, n, n)};
  });
}

void add_batch(Rows& rows, int64_t batch, int64_t m, int64_t k, int64_t n) {
  rows.add("bmm." + join({batch, m, k, n}), [=] {
    const Tensor a = randn({batch, m, k}), b = randn({batch, k, n});
    return Case{[=] { bmm(a, b); }, flops(batch * m, n, k)};
  });
}

void add_linear(Rows& rows, int64_t m, int64_t k, int64_t n) {
  rows.add("linear." + join({m, k, n}), [=] {
    const Tensor x = randn({m, k}), w = randn({n, k}), b = randn({n});
    return Case{[=] { linear(x, w, b); }, flops(m, n, k)};
  });
}

}  // namespace

void add_gemm_rows(Rows& rows) {
  for (int64_t n : {64, 256, 512, 1024, 2048}) add_square(rows, n);
  add_batch(rows, 128, 64, 64, 64);
  add_batch(rows, 32, 128, 64, 128);
  rows.add("gemm.512.nt", [] {
    const Tensor a = randn({512, 512}), b = randn({512, 512});
    return Case{[=] { mm(a, t(b)); }, flops(512, 512, 512)};
  });
  rows.add("gemm.512.tn", [] {
    const Tensor a = randn({512, 512}), b = randn({512, 512});
    return Case{[=] { mm(t(a), b); }, flops(512, 512, 512)};
  });
  add_linear(rows, 1, 25088, 4096);
  add_linear(rows, 8, 25088, 4096);
  add_linear(rows, 1, 4096, 4096);
  add_linear(rows, 64, 400, 120);
  add_linear(rows, 128, 784, 512);
  rows.add("dgemm.256", [] {
    const Tensor d = randn({256, 256}, {.dtype = float64});
    return Case{[=] { mm(d, d); }, flops(256, 256, 256)};
  });
}

}  // namespace cresset::bench
