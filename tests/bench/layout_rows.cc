#include "cresset/tensor/ops/combine.h"
#include "cresset/tensor/ops/compare.h"
#include "cresset/tensor/ops/index.h"
#include "cresset/tensor/ops/index_dim.h"
#include "cresset/tensor/ops/masked.h"
#include "cresset/tensor/ops/random.h"
#include "cresset/tensor/ops/sort.h"
#include "cresset/tensor/ops/view.h"
#include "cresset/tensor/ops/where.h"
#include "cresset/tests/bench/bench.h"

namespace cresset::bench {
namespace {

void add_rearranged(Rows& rows, const char* name, Shape shape,
                    Tensor (*view)(const Tensor&)) {
  rows.add(name, [=] {
    const Tensor x = randn(shape);
    return Case{[=] { view(x).contiguous(); },
                8.0 * static_cast<double>(x.numel()), "GB/s"};
  });
}

void add_selections(Rows& rows) {
  constexpr double kElements = 4096.0 * 1024;
  rows.add("index_select.4096x1024", [] {
    const Tensor x = randn({4096, 1024}), i = randint(0, 4096, {4096});
    return Case{[=] { index_select(x, 0, i); }, 8 * kElements, "GB/s"};
  });
  rows.add("index_adv.4096x1024", [] {
    const Tensor x = randn({4096, 1024}), i = randint(0, 4096, {4096});
    return Case{[=] { index(x, {i}); }, 8 * kElements, "GB/s"};
  });
  rows.add("masked_select.4096x1024", [] {
    const Tensor x = randn({4096, 1024}), m = gt(x, 0);
    return Case{[=] { masked_select(x, m); }, 4 * kElements, "GB/s"};
  });
  rows.add("where.4096x1024", [] {
    const Tensor x = randn({4096, 1024}), m = gt(x, 0);
    return Case{[=] { where(m, x, 0.0); }, 9 * kElements, "GB/s"};
  });
}

}  // namespace

void add_layout_rows(Rows& rows) {
  add_rearranged(rows, "transpose_contig.2048", {2048, 2048}, t);
  rows.add("transpose_copy.2048", [] {
    const Tensor x = randn({2048, 2048}), out = empty({2048, 2048});
    return Case{[=] { out.copy_(t(x)); }, 8.0 * 2048 * 2048, "GB/s"};
  });
  add_rearranged(rows, "nchw_to_nhwc.8x64x56x56", {8, 64, 56, 56},
                 [](const Tensor& x) {
                   return permute(x, {0, 2, 3, 1});
                 });
  add_rearranged(rows, "perm0213.8x128x4x64", {8, 128, 4, 64},
                 [](const Tensor& x) {
                   return permute(x, {0, 2, 1, 3});
                 });
  rows.add("cat.dim1.2x8x128x56x56", [] {
    const Tensor a = randn({8, 128, 56, 56}), b = randn({8, 128, 56, 56});
    return Case{[=] {
                  cat({a, b}, 1);
                },
                16.0 * static_cast<double>(a.numel()), "GB/s"};
  });
  rows.add("sort.1M", [] {
    const Tensor x = randn({1'000'000});
    return Case{[=] { sort(x); }, 8e6, "GB/s"};
  });
  rows.add("topk10.64x10000", [] {
    const Tensor x = randn({64, 10000});
    return Case{[=] { topk(x, 10); }, 2.56e6, "GB/s"};
  });
  add_selections(rows);
}

}  // namespace cresset::bench
