// A table of vectors.

#ifndef CRESSET_NN_EMBEDDING_H_
#define CRESSET_NN_EMBEDDING_H_

#include <optional>
#include <string>

#include "cresset/nn/module.h"
#include "cresset/tensor/ops/embedding.h"
#include "cresset/tensor/ops/embedding_bag.h"

namespace cresset::nn {

/// The rows of a matrix that integers name.
///
/// Shape:  indices [...] -> [..., embedding_dim].
/// Errors: kIndex if padding_idx is out of range.
/// Torch:  torch.nn.Embedding
class Embedding : public Module {
 public:
  /// A negative padding_idx counts from the end; its row starts as zeros.
  Embedding(int64_t rows, int64_t columns,
            const EmbeddingOptions& table_options = {});
  /// A table with given rows, which are frozen unless told otherwise.
  static Embedding from_pretrained(const Tensor& rows, bool freeze = true,
                                   const EmbeddingOptions& options = {});

  Tensor forward(const Tensor& indices) override;
  std::string extra_repr() const override;
  void reset_parameters();

  int64_t num_embeddings;
  int64_t embedding_dim;
  EmbeddingOptions options;
  Parameter weight;  ///< [num_embeddings, embedding_dim]

 private:
  Embedding(const Parameter& rows, const EmbeddingOptions& table_options);
};

/// The sum, mean or maximum of the rows in each bag of indices.
///
/// Shape:  indices [B, n], or [n] with offsets [B] -> [B, embedding_dim].
/// Errors: kIndex if padding_idx is out of range.
/// Torch:  torch.nn.EmbeddingBag
class EmbeddingBag : public Module {
 public:
  EmbeddingBag(int64_t rows, int64_t columns,
               const EmbeddingBagOptions& table_options = {});

  /// Indices of rank 2.
  Tensor forward(const Tensor& indices) override;
  Tensor forward(const Tensor& indices, const Tensor& offsets,
                 const Tensor& per_sample_weights = Tensor()) const;
  std::string extra_repr() const override;
  void reset_parameters();

  int64_t num_embeddings;
  int64_t embedding_dim;
  std::string mode;
  EmbeddingBagOptions options;  ///< its mode and factors do not count
  Parameter weight;             ///< [num_embeddings, embedding_dim]
};

}  // namespace cresset::nn

#endif  // CRESSET_NN_EMBEDDING_H_
