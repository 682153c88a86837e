// Normalisation of each channel over a batch, or over each sample.

#ifndef CRESSET_NN_BATCH_NORM_H_
#define CRESSET_NN_BATCH_NORM_H_

#include <optional>
#include <string>

#include "cresset/nn/module.h"

namespace cresset::nn {

struct BatchNormOptions {
  double eps = 1e-5;
  /// Weight of a batch in the running statistics; none: their plain average.
  std::optional<double> momentum = 0.1;
  bool affine = true;
  bool track_running_stats = true;
};

struct InstanceNormOptions {
  double eps = 1e-5;
  double momentum = 0.1;
  bool affine = false;
  bool track_running_stats = false;
};

/// What batch and instance normalisation share; not used by itself.
class NormBase : public Module {
 public:
  std::string extra_repr() const override;
  int64_t version() const override { return 2; }
  void before_load(LoadContext& context) const override;
  void reset_running_stats();
  void reset_parameters();

  int64_t num_features;
  double eps;
  std::optional<double> momentum;
  bool affine;
  bool track_running_stats;
  Parameter weight;  ///< [num_features], undefined unless affine
  Parameter bias;
  Buffer running_mean;  ///< [num_features], undefined unless tracked
  Buffer running_var;
  Buffer num_batches_tracked;  ///< int64, no dimensions

 protected:
  NormBase(int64_t num_features, const BatchNormOptions& options);
  // Errors: kShape unless x has one of the two ranks.
  void require_rank(const Tensor& x, int64_t a, int64_t b) const;
};

/// (x - mean) / sqrt(var + eps) * weight + bias for each channel, with the
/// batch's statistics in training and the running ones in evaluation.
///
/// Shape:  x [N, C, ...] -> the same.
/// Errors: kShape for another rank.
class BatchNormBase : public NormBase {
 protected:
  using NormBase::NormBase;
  Tensor normalise(const Tensor& x);
};

/// Shape: [N, C] or [N, C, L]. Torch: torch.nn.BatchNorm1d
class BatchNorm1d : public BatchNormBase {
 public:
  explicit BatchNorm1d(int64_t features, const BatchNormOptions& options = {})
      : BatchNormBase(features, options) {}
  Tensor forward(const Tensor& x) override {
    require_rank(x, 2, 3);
    return normalise(x);
  }
};

/// Shape: [N, C, H, W]. Torch: torch.nn.BatchNorm2d
class BatchNorm2d : public BatchNormBase {
 public:
  explicit BatchNorm2d(int64_t features, const BatchNormOptions& options = {})
      : BatchNormBase(features, options) {}
  Tensor forward(const Tensor& x) override {
    require_rank(x, 4, 4);
    return normalise(x);
  }
};

/// Shape: [N, C, D, H, W]. Torch: torch.nn.BatchNorm3d
class BatchNorm3d : public BatchNormBase {
 public:
  explicit BatchNorm3d(int64_t features, const BatchNormOptions& options = {})
      : BatchNormBase(features, options) {}
  Tensor forward(const Tensor& x) override {
    require_rank(x, 5, 5);
    return normalise(x);
  }
};

/// The same with statistics of each sample by itself.
class InstanceNormBase : public NormBase {
 public:
  void before_load(LoadContext& context) const override;

 protected:
  InstanceNormBase(int64_t features, const InstanceNormOptions& options);
  // `rank` counts the batch, which x may lack.
  Tensor normalise(const Tensor& x, int64_t rank);
};

/// Shape: [N, C, L] or [C, L]. Torch: torch.nn.InstanceNorm1d
class InstanceNorm1d : public InstanceNormBase {
 public:
  explicit InstanceNorm1d(int64_t features,
                          const InstanceNormOptions& options = {})
      : InstanceNormBase(features, options) {}
  Tensor forward(const Tensor& x) override { return normalise(x, 3); }
};

/// Shape: [N, C, H, W] or [C, H, W]. Torch: torch.nn.InstanceNorm2d
class InstanceNorm2d : public InstanceNormBase {
 public:
  explicit InstanceNorm2d(int64_t features,
                          const InstanceNormOptions& options = {})
      : InstanceNormBase(features, options) {}
  Tensor forward(const Tensor& x) override { return normalise(x, 4); }
};

/// Shape: [N, C, D, H, W] or [C, D, H, W]. Torch: torch.nn.InstanceNorm3d
class InstanceNorm3d : public InstanceNormBase {
 public:
  explicit InstanceNorm3d(int64_t features,
                          const InstanceNormOptions& options = {})
      : InstanceNormBase(features, options) {}
  Tensor forward(const Tensor& x) override { return normalise(x, 5); }
};

}  // namespace cresset::nn

#endif  // CRESSET_NN_BATCH_NORM_H_
