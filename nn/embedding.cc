#include "cresset/nn/embedding.h"

#include "cresset/nn/init.h"
#include "cresset/tensor/ops/view.h"

namespace cresset::nn {
namespace {

template <class Options>
Options checked(Options options, int64_t rows) {
  if (options.padding_idx) {
    int64_t& at = *options.padding_idx;
    CRESSET_CHECK(at < rows && at >= -rows, kIndex,
                  "Padding_idx must be within num_embeddings");
    if (at < 0) at += rows;
  }
  return options;
}

}  // namespace

Embedding::Embedding(int64_t rows, int64_t columns,
                     const EmbeddingOptions& table_options)
    : num_embeddings(rows),
      embedding_dim(columns),
      options(checked(table_options, rows)),
      weight(parameter("weight", empty({rows, columns}))) {
  reset_parameters();
}

Embedding::Embedding(const Parameter& rows,
                     const EmbeddingOptions& table_options)
    : num_embeddings(rows.size(0)),
      embedding_dim(rows.size(1)),
      options(checked(table_options, num_embeddings)),
      weight(parameter("weight", rows)) {}

Embedding Embedding::from_pretrained(const Tensor& rows, bool freeze,
                                     const EmbeddingOptions& options) {
  CRESSET_CHECK(rows.dim() == 2, kShape,
                "Embeddings parameter is expected to be 2-dimensional; got ",
                rows.sizes());
  return Embedding(Parameter(rows, !freeze), options);
}

void Embedding::reset_parameters() {
  init::normal_(weight);
  if (!options.padding_idx) return;
  init::zeros_(select(weight.detach(), 0, *options.padding_idx));
}

Tensor Embedding::forward(const Tensor& indices) {
  return embedding(indices, weight, options);
}

std::string Embedding::extra_repr() const {
  using cresset::internal::concat;
  std::string out = concat(num_embeddings, ", ", embedding_dim);
  if (options.padding_idx) {
    out += concat(", padding_idx=", *options.padding_idx);
  }
  if (options.max_norm) {
    out += concat(", max_norm=", python_float(*options.max_norm));
  }
  if (options.norm_type != 2) {
    out += concat(", norm_type=", python_float(options.norm_type));
  }
  if (options.scale_grad_by_freq) out += ", scale_grad_by_freq=True";
  return out;
}

EmbeddingBag::EmbeddingBag(int64_t rows, int64_t columns,
                           const EmbeddingBagOptions& table_options)
    : num_embeddings(rows),
      embedding_dim(columns),
      mode(table_options.mode),
      options(checked(table_options, rows)),
      weight(parameter("weight", empty({rows, columns}))) {
  options.mode = {};  // may view a text that ends before this module
  reset_parameters();
}

void EmbeddingBag::reset_parameters() {
  init::normal_(weight);
  if (!options.padding_idx) return;
  init::zeros_(select(weight.detach(), 0, *options.padding_idx));
}

Tensor EmbeddingBag::forward(const Tensor& indices) {
  return forward(indices, Tensor());
}
Tensor EmbeddingBag::forward(const Tensor& indices, const Tensor& offsets,
                             const Tensor& per_sample_weights) const {
  EmbeddingBagOptions o = options;
  o.mode = mode;
  o.per_sample_weights = per_sample_weights;
  return embedding_bag(indices, weight, offsets, o);
}

std::string EmbeddingBag::extra_repr() const {
  using cresset::internal::concat;
  std::string out = concat(num_embeddings, ", ", embedding_dim);
  if (options.max_norm) {
    out += concat(", max_norm=", python_float(*options.max_norm));
  }
  if (options.norm_type != 2) {
    out += concat(", norm_type=", python_float(options.norm_type));
  }
  if (options.scale_grad_by_freq) out += ", scale_grad_by_freq=True";
  out += ", mode=" + mode;
  if (options.padding_idx) {
    out += concat(", padding_idx=", *options.padding_idx);
  }
  return out;
}

}  // namespace cresset::nn
