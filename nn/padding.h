// Layers that put a border around their input.
//
// Shape: [N, C, spatial...] or [C, spatial...]; each spatial size grows by its
//        two numbers.
// Padding is one number for all sides, or two for each spatial dimension, from
// the last: how much before and how much after.

#ifndef CRESSET_NN_PADDING_H_
#define CRESSET_NN_PADDING_H_

#include <string>

#include "cresset/nn/module.h"
#include "cresset/tensor/base/scalar.h"
#include "cresset/tensor/base/shape.h"

namespace cresset::nn {

/// What the padding layers share; not used by itself.
class PadBase : public Module {
 public:
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override;

  Shape padding;

 protected:
  // Errors: kValue for another number of paddings than 1 or 2 * rank.
  PadBase(const Ints& sides, size_t rank, const char* pad_mode);

  const char* mode_;
};

/// A border of one value.
class ConstantPadBase : public PadBase {
 public:
  Tensor forward(const Tensor& x) override;
  std::string extra_repr() const override;

  Scalar value;

 protected:
  ConstantPadBase(const Ints& sides, size_t rank, const Scalar& border)
      : PadBase(sides, rank, "constant"), value(border) {}
};

/// Torch: torch.nn.ConstantPad1d
class ConstantPad1d : public ConstantPadBase {
 public:
  ConstantPad1d(const Ints& sides, const Scalar& border)
      : ConstantPadBase(sides, 1, border) {}
};
/// Torch: torch.nn.ConstantPad2d
class ConstantPad2d : public ConstantPadBase {
 public:
  ConstantPad2d(const Ints& sides, const Scalar& border)
      : ConstantPadBase(sides, 2, border) {}
};
/// Torch: torch.nn.ConstantPad3d
class ConstantPad3d : public ConstantPadBase {
 public:
  ConstantPad3d(const Ints& sides, const Scalar& border)
      : ConstantPadBase(sides, 3, border) {}
};

/// Torch: torch.nn.ZeroPad2d
class ZeroPad2d : public PadBase {
 public:
  explicit ZeroPad2d(const Ints& sides) : PadBase(sides, 2, "constant") {}
};

/// The input mirrored at its edge. Torch: torch.nn.ReflectionPad1d
class ReflectionPad1d : public PadBase {
 public:
  explicit ReflectionPad1d(const Ints& sides) : PadBase(sides, 1, "reflect") {}
};
/// Torch: torch.nn.ReflectionPad2d
class ReflectionPad2d : public PadBase {
 public:
  explicit ReflectionPad2d(const Ints& sides) : PadBase(sides, 2, "reflect") {}
};
/// Torch: torch.nn.ReflectionPad3d
class ReflectionPad3d : public PadBase {
 public:
  explicit ReflectionPad3d(const Ints& sides) : PadBase(sides, 3, "reflect") {}
};

/// The edge again and again. Torch: torch.nn.ReplicationPad1d
class ReplicationPad1d : public PadBase {
 public:
  explicit ReplicationPad1d(const Ints& sides)
      : PadBase(sides, 1, "replicate") {}
};
/// Torch: torch.nn.ReplicationPad2d
class ReplicationPad2d : public PadBase {
 public:
  explicit ReplicationPad2d(const Ints& sides)
      : PadBase(sides, 2, "replicate") {}
};
/// Torch: torch.nn.ReplicationPad3d
class ReplicationPad3d : public PadBase {
 public:
  explicit ReplicationPad3d(const Ints& sides)
      : PadBase(sides, 3, "replicate") {}
};

}  // namespace cresset::nn

#endif  // CRESSET_NN_PADDING_H_
