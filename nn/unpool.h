// The inverse of max pooling.

#ifndef CRESSET_NN_UNPOOL_H_
#define CRESSET_NN_UNPOOL_H_

#include <string>

#include "cresset/nn/module.h"
#include "cresset/tensor/base/shape.h"

namespace cresset::nn {

/// What the unpooling layers share; not used by itself. Called with a pooled
/// tensor and the indices that pooling gave.
class MaxUnpoolBase : public ModuleOf<Tensor(const Tensor&, const Tensor&)> {
 public:
  using ModuleOf::forward;
  Tensor forward(const Tensor& x, const Tensor& indices) override {
    return forward_to(x, indices, {});
  }
  /// The same for an output of given spatial sizes.
  virtual Tensor forward_to(const Tensor& x, const Tensor& indices,
                            const Ints& output_size) const = 0;
  std::string extra_repr() const override;

  Shape kernel_size, stride, padding;

 protected:
  MaxUnpoolBase(const Ints& kernel, const Ints& steps, const Ints& border,
                size_t rank);
};

/// Torch: torch.nn.MaxUnpool1d
class MaxUnpool1d : public MaxUnpoolBase {
 public:
  explicit MaxUnpool1d(const Ints& kernel, const Ints& steps = {},
                       const Ints& border = 0)
      : MaxUnpoolBase(kernel, steps, border, 1) {}
  Tensor forward_to(const Tensor& x, const Tensor& indices,
                    const Ints& output_size) const override;
};

/// Torch: torch.nn.MaxUnpool2d
class MaxUnpool2d : public MaxUnpoolBase {
 public:
  explicit MaxUnpool2d(const Ints& kernel, const Ints& steps = {},
                       const Ints& border = 0)
      : MaxUnpoolBase(kernel, steps, border, 2) {}
  Tensor forward_to(const Tensor& x, const Tensor& indices,
                    const Ints& output_size) const override;
};

/// Torch: torch.nn.MaxUnpool3d
class MaxUnpool3d : public MaxUnpoolBase {
 public:
  explicit MaxUnpool3d(const Ints& kernel, const Ints& steps = {},
                       const Ints& border = 0)
      : MaxUnpoolBase(kernel, steps, border, 3) {}
  Tensor forward_to(const Tensor& x, const Tensor& indices,
                    const Ints& output_size) const override;
};

}  // namespace cresset::nn

#endif  // CRESSET_NN_UNPOOL_H_
