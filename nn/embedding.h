// A table of vectors.

#ifndef CRESSET_NN_EMBEDDING_H_
#define CRESSET_NN_EMBEDDING_H_

#include <optional>
#include <string>

#include "cresset/nn/module.h"
#include "cresset/tensor/ops/embedding.h"

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

}  // namespace cresset::nn

#endif  // CRESSET_NN_EMBEDDING_H_
