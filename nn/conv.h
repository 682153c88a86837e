// Convolutions and transposed convolutions in one, two and three dimensions.

#ifndef CRESSET_NN_CONV_H_
#define CRESSET_NN_CONV_H_

#include <concepts>
#include <initializer_list>
#include <string>

#include "cresset/nn/module.h"
#include "cresset/tensor/base/shape.h"

namespace cresset::nn {

/// Zeros on each side: a number, one for each dimension, "valid" (none) or
/// "same" (as many as keep the size; stride must be 1).
struct ConvPadding {
  template <std::integral T>
  ConvPadding(T value) : sizes(value) {}                             // NOLINT
  ConvPadding(std::initializer_list<int64_t> list) : sizes(list) {}  // NOLINT
  ConvPadding(const Ints& list) : sizes(list) {}                     // NOLINT
  ConvPadding(const char* name) : mode(name) {}                      // NOLINT
  ConvPadding(std::string name) : mode(std::move(name)) {}           // NOLINT

  Ints sizes;
  std::string mode;  ///< "same", "valid" or empty
};

struct ConvOptions {
  Ints stride = 1;
  ConvPadding padding = 0;
  Ints dilation = 1;
  int64_t groups = 1;
  bool bias = true;
  std::string padding_mode = "zeros";  ///< "reflect", "replicate", "circular"
};

struct ConvTransposeOptions {
  Ints stride = 1;
  Ints padding = 0;
  Ints output_padding = 0;
  int64_t groups = 1;
  bool bias = true;
  Ints dilation = 1;
};

/// What all convolutions share; not used by itself.
class ConvBase : public Module {
 public:
  std::string extra_repr() const override;
  void reset_parameters();

  int64_t in_channels;
  int64_t out_channels;
  Shape kernel_size;
  Shape stride;
  Shape padding;             ///< without "same" or "valid"
  std::string padding_name;  ///< "same", "valid" or empty
  Shape dilation;
  Shape output_padding;
  int64_t groups;
  std::string padding_mode;
  bool transposed;
  Parameter weight;
  Parameter bias;  ///< [out_channels], undefined without bias

 protected:
  ConvBase(size_t rank, int64_t in, int64_t out, const Ints& kernel,
           const ConvOptions& options, const Ints& output_padding,
           bool transposed);
  Tensor convolve(const Tensor& x) const;
  Tensor convolve_transposed(const Tensor& x, IntSpan output_size) const;

 private:
  Tensor pad_by_mode(const Tensor& x) const;
};

/// Convolution of [N, C, ...] or [C, ...].
///
/// weight is [out_channels, in_channels / groups, kernel...].
/// Torch: torch.nn.Conv1d
class Conv1d : public ConvBase {
 public:
  Conv1d(int64_t in, int64_t out, const Ints& kernel_size,
         const ConvOptions& options = {});
  Tensor forward(const Tensor& x) override { return convolve(x); }
};

/// Torch: torch.nn.Conv2d
class Conv2d : public ConvBase {
 public:
  Conv2d(int64_t in, int64_t out, const Ints& kernel_size,
         const ConvOptions& options = {});
  Tensor forward(const Tensor& x) override { return convolve(x); }
};

/// Torch: torch.nn.Conv3d
class Conv3d : public ConvBase {
 public:
  Conv3d(int64_t in, int64_t out, const Ints& kernel_size,
         const ConvOptions& options = {});
  Tensor forward(const Tensor& x) override { return convolve(x); }
};

/// The gradient of a convolution with respect to its input, as a layer.
///
/// weight is [in_channels, out_channels / groups, kernel...]. `output_size`
/// picks one of the sizes that the stride leaves open.
/// Torch: torch.nn.ConvTranspose1d
class ConvTranspose1d : public ConvBase {
 public:
  ConvTranspose1d(int64_t in, int64_t out, const Ints& kernel_size,
                  const ConvTransposeOptions& options = {});
  Tensor forward(const Tensor& x) override {
    return convolve_transposed(x, {});
  }
  Tensor forward_to(const Tensor& x, IntSpan output_size) const {
    return convolve_transposed(x, output_size);
  }
};

/// Torch: torch.nn.ConvTranspose2d
class ConvTranspose2d : public ConvBase {
 public:
  ConvTranspose2d(int64_t in, int64_t out, const Ints& kernel_size,
                  const ConvTransposeOptions& options = {});
  Tensor forward(const Tensor& x) override {
    return convolve_transposed(x, {});
  }
  Tensor forward_to(const Tensor& x, IntSpan output_size) const {
    return convolve_transposed(x, output_size);
  }
};

/// Torch: torch.nn.ConvTranspose3d
class ConvTranspose3d : public ConvBase {
 public:
  ConvTranspose3d(int64_t in, int64_t out, const Ints& kernel_size,
                  const ConvTransposeOptions& options = {});
  Tensor forward(const Tensor& x) override {
    return convolve_transposed(x, {});
  }
  Tensor forward_to(const Tensor& x, IntSpan output_size) const {
    return convolve_transposed(x, output_size);
  }
};

}  // namespace cresset::nn

#endif  // CRESSET_NN_CONV_H_
