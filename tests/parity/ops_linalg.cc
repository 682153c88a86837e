// Rows of products of vectors and matrices.

#include "cresset/tensor/ops/attention.h"
#include "cresset/tensor/ops/distance.h"
#include "cresset/tensor/ops/linalg.h"
#include "cresset/tensor/ops/matmul.h"
#include "cresset/tensor/ops/triangle.h"
#include "cresset/tests/parity/op_table.h"

namespace cresset::parity {
namespace {

using OptTensor = std::optional<Tensor>;

}  // namespace

// Products of two tensors, and the same added to a third.
#define CRESSET_PRODUCT(name, other) \
  t.add(#name, "input, " other,      \
        [](const Tensor& a, const Tensor& b) { return cresset::name(a, b); })
#define CRESSET_SCALED(name, a, b)                                   \
  t.add(#name, "input, " a ", " b ", *, beta=1, alpha=1",            \
        [](const Tensor& x, const Tensor& left, const Tensor& right, \
           const Scalar& beta, const Scalar& alpha) {                \
          return cresset::name(x, left, right,                       \
                               {.beta = beta, .alpha = alpha});      \
        })

void add_linalg_ops(OpTable& t) {
  CRESSET_PRODUCT(matmul, "other");
  CRESSET_PRODUCT(mm, "mat2");
  CRESSET_PRODUCT(bmm, "mat2");
  CRESSET_PRODUCT(mv, "vec");
  CRESSET_PRODUCT(dot, "tensor");
  CRESSET_PRODUCT(inner, "other");
  CRESSET_PRODUCT(outer, "vec2");
  CRESSET_PRODUCT(kron, "other");
  CRESSET_SCALED(addmm, "mat1", "mat2");
  CRESSET_SCALED(addbmm, "batch1", "batch2");
  CRESSET_SCALED(baddbmm, "batch1", "batch2");
  CRESSET_SCALED(addmv, "mat", "vec");
  CRESSET_SCALED(addr, "vec1", "vec2");
  t.add("tensordot", "a, b, dims=2",
        [](const Tensor& a, const Tensor& b, int64_t dims) {
          return tensordot(a, b, dims);
        });
  t.add("tensordot", "a, b, dims",
        [](const Tensor& a, const Tensor& b, const std::vector<Ints>& dims) {
          return tensordot(a, b, dims.at(0), dims.at(1));
        });
  t.add("cross", "input, other, dim=None",
        [](const Tensor& a, const Tensor& b, std::optional<int64_t> dim) {
          return cross(a, b, dim);
        });
  t.add("cdist",
        "x1, x2, p=2.0, "
        "compute_mode='use_mm_for_euclid_dist_if_necessary'",
        [](const Tensor& a, const Tensor& b, double p, Ignored) {
          return cdist(a, b, p);
        });
  t.add("nn.functional.pdist", "input, p=2",
        [](const Tensor& x, double p) { return pdist(x, p); });
  for (const char* name : {"nn.functional.scaled_dot_product_attention",
                           "nn.functional._scaled_dot_product_attention"}) {
    t.add(name,
          "query, key, value, attn_mask=None, dropout_p=0.0, "
          "need_attn_weights=False, is_causal=False",
          [](const Tensor& query, const Tensor& key, const Tensor& value,
             const OptTensor& mask, double dropout_p, Ignored, bool is_causal) {
            // The numbers that dropout draws belong to no seed of the case.
            if (dropout_p > 0) throw Skip("dropout draws other numbers");
            const Attention a = scaled_dot_product_attention_with_weights(
                query, key, value,
                {.attn_mask = mask.value_or(Tensor()), .is_causal = is_causal});
            return Tensors{a.output, a.weights};
          });
  }
  t.add("nn.functional.linear", "input, weight, bias=None",
        [](const Tensor& x, const Tensor& weight, const OptTensor& bias) {
          return linear(x, weight, bias.value_or(Tensor()));
        });
  t.add("nn.functional.bilinear", "input1, input2, weight, bias=None",
        [](const Tensor& a, const Tensor& b, const Tensor& weight,
           const OptTensor& bias) {
          return bilinear(a, b, weight, bias.value_or(Tensor()));
        });
}

#undef CRESSET_PRODUCT
#undef CRESSET_SCALED

}  // namespace cresset::parity
