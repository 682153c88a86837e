#include "cresset/nn/distance.h"

#include "cresset/tensor/ops/distance.h"

namespace cresset::nn {

Tensor CosineSimilarity::forward(const Tensor& a, const Tensor& b) {
  return cosine_similarity(a, b, dim, eps);
}

Tensor PairwiseDistance::forward(const Tensor& a, const Tensor& b) {
  return pairwise_distance(a, b, norm, eps, keepdim);
}

}  // namespace cresset::nn
