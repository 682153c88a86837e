// Pooling layers.

#ifndef CRESSET_NN_POOL_H_
#define CRESSET_NN_POOL_H_

#include <string>
#include <utility>

#include "cresset/nn/module.h"
#include "cresset/tensor/base/shape.h"
#include "cresset/tensor/ops/pool.h"

namespace cresset::nn {

/// What the max pooling layers share; not used by itself.
class MaxPoolBase : public Module {
 public:
  std::string extra_repr() const override;

  Ints kernel_size;
  MaxPoolOptions options;  ///< its stride is set

 protected:
  MaxPoolBase(const Ints& kernel, const MaxPoolOptions& pool_options);
};

/// Shape: [N, C, L] or [C, L]. Torch: torch.nn.MaxPool1d
class MaxPool1d : public MaxPoolBase {
 public:
  explicit MaxPool1d(const Ints& kernel, const MaxPoolOptions& o = {})
      : MaxPoolBase(kernel, o) {}
  Tensor forward(const Tensor& x) override;
  /// What return_indices=True gives.
  std::pair<Tensor, Tensor> forward_with_indices(const Tensor& x) const;
};

/// Shape: [N, C, H, W] or [C, H, W]. Torch: torch.nn.MaxPool2d
class MaxPool2d : public MaxPoolBase {
 public:
  explicit MaxPool2d(const Ints& kernel, const MaxPoolOptions& o = {})
      : MaxPoolBase(kernel, o) {}
  Tensor forward(const Tensor& x) override;
  std::pair<Tensor, Tensor> forward_with_indices(const Tensor& x) const;
};

/// Shape: [N, C, D, H, W] or [C, D, H, W]. Torch: torch.nn.MaxPool3d
class MaxPool3d : public MaxPoolBase {
 public:
  explicit MaxPool3d(const Ints& kernel, const MaxPoolOptions& o = {})
      : MaxPoolBase(kernel, o) {}
  Tensor forward(const Tensor& x) override;
  std::pair<Tensor, Tensor> forward_with_indices(const Tensor& x) const;
};

/// What the average pooling layers share; not used by itself.
class AvgPoolBase : public Module {
 public:
  std::string extra_repr() const override;

  Ints kernel_size;
  AvgPoolOptions options;  ///< its stride is set

 protected:
  AvgPoolBase(const Ints& kernel, const AvgPoolOptions& pool_options);
};

/// Torch: torch.nn.AvgPool1d
class AvgPool1d : public AvgPoolBase {
 public:
  explicit AvgPool1d(const Ints& kernel, const AvgPoolOptions& o = {})
      : AvgPoolBase(kernel, o) {}
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override;
};

/// Torch: torch.nn.AvgPool2d
class AvgPool2d : public AvgPoolBase {
 public:
  explicit AvgPool2d(const Ints& kernel, const AvgPoolOptions& o = {})
      : AvgPoolBase(kernel, o) {}
  Tensor forward(const Tensor& x) override;
};

/// Torch: torch.nn.AvgPool3d
class AvgPool3d : public AvgPoolBase {
 public:
  explicit AvgPool3d(const Ints& kernel, const AvgPoolOptions& o = {})
      : AvgPoolBase(kernel, o) {}
  Tensor forward(const Tensor& x) override;
};

/// Pooling to a given size, whatever the input's; -1 keeps a dimension's size
/// (Python's None).
class AdaptivePoolBase : public Module {
 public:
  std::string extra_repr() const override;

  Ints output_size;

 protected:
  explicit AdaptivePoolBase(const Ints& size) : output_size(size) {}
  // output_size without -1 for this input, whose last `rank` sizes count.
  Ints size_for(const Tensor& x, size_t rank) const;
};

/// Torch: torch.nn.AdaptiveAvgPool1d
class AdaptiveAvgPool1d : public AdaptivePoolBase {
 public:
  explicit AdaptiveAvgPool1d(const Ints& size) : AdaptivePoolBase(size) {}
  Tensor forward(const Tensor& x) override;
};

/// Torch: torch.nn.AdaptiveAvgPool2d
class AdaptiveAvgPool2d : public AdaptivePoolBase {
 public:
  explicit AdaptiveAvgPool2d(const Ints& size) : AdaptivePoolBase(size) {}
  Tensor forward(const Tensor& x) override;
};

/// Torch: torch.nn.AdaptiveAvgPool3d
class AdaptiveAvgPool3d : public AdaptivePoolBase {
 public:
  explicit AdaptiveAvgPool3d(const Ints& size) : AdaptivePoolBase(size) {}
  Tensor forward(const Tensor& x) override;
};

/// Torch: torch.nn.AdaptiveMaxPool1d
class AdaptiveMaxPool1d : public AdaptivePoolBase {
 public:
  explicit AdaptiveMaxPool1d(const Ints& size) : AdaptivePoolBase(size) {}
  Tensor forward(const Tensor& x) override;
};

/// Torch: torch.nn.AdaptiveMaxPool2d
class AdaptiveMaxPool2d : public AdaptivePoolBase {
 public:
  explicit AdaptiveMaxPool2d(const Ints& size) : AdaptivePoolBase(size) {}
  Tensor forward(const Tensor& x) override;
};

/// Torch: torch.nn.AdaptiveMaxPool3d
class AdaptiveMaxPool3d : public AdaptivePoolBase {
 public:
  explicit AdaptiveMaxPool3d(const Ints& size) : AdaptivePoolBase(size) {}
  Tensor forward(const Tensor& x) override;
};

}  // namespace cresset::nn

#endif  // CRESSET_NN_POOL_H_
