// Start values for parameters: PyTorch's torch.nn.init, draw for draw, so that
// a seed gives PyTorch's weights.
//
// Every function fills a tensor in place, outside the graph, and returns it.
//   Shape:  any, unless the function says otherwise.
//   Dtype:  floating.
//   Errors: kShape if the tensor has too few or too many dimensions.
//   Torch:  torch.nn.init.<name>
// Without a generator the default one is used.

#ifndef CRESSET_NN_INIT_H_
#define CRESSET_NN_INIT_H_

#include <string_view>
#include <utility>

#include "cresset/tensor/core/generator.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset::nn::init {

/// While one exists, the functions of this folder leave their tensors as they
/// are in this thread, and draw no numbers: for a network that gets its
/// weights from a file anyway.
///
///   const nn::init::SkipInit skip;
///   nn::models::VGG net = nn::models::vgg16();
///
/// Torch: torch.nn.utils.skip_init
class SkipInit {
 public:
  SkipInit();
  ~SkipInit();
  SkipInit(const SkipInit&) = delete;
  SkipInit& operator=(const SkipInit&) = delete;
};

/// Uniform on [a, b).
const Tensor& uniform_(const Tensor& x, double a = 0, double b = 1,
                       Generator* generator = nullptr);
const Tensor& normal_(const Tensor& x, double mean = 0, double std = 1,
                      Generator* generator = nullptr);
/// Normal numbers outside [a, b] are drawn as if they were drawn again.
const Tensor& trunc_normal_(const Tensor& x, double mean = 0, double std = 1,
                            double a = -2, double b = 2,
                            Generator* generator = nullptr);
const Tensor& constant_(const Tensor& x, const Scalar& value);
const Tensor& ones_(const Tensor& x);
const Tensor& zeros_(const Tensor& x);
/// The identity matrix. Shape: two dimensions.
const Tensor& eye_(const Tensor& x);
/// Convolution weights that pass their input on. Shape: [out, in, k...] with
/// one to three kernel dimensions; `groups` divides out.
const Tensor& dirac_(const Tensor& x, int64_t groups = 1);

/// By Glorot and Bengio. Shape: two dimensions or more.
const Tensor& xavier_uniform_(const Tensor& x, double gain = 1,
                              Generator* generator = nullptr);
const Tensor& xavier_normal_(const Tensor& x, double gain = 1,
                             Generator* generator = nullptr);

struct KaimingOptions {
  double a = 0;                      ///< slope of the leaky ReLU that follows
  std::string_view mode = "fan_in";  ///< or "fan_out"
  std::string_view nonlinearity = "leaky_relu";
};
/// By He and others. Shape: two dimensions or more.
/// Errors: also kValue for an unknown mode or nonlinearity.
const Tensor& kaiming_uniform_(const Tensor& x,
                               const KaimingOptions& options = {},
                               Generator* generator = nullptr);
const Tensor& kaiming_normal_(const Tensor& x,
                              const KaimingOptions& options = {},
                              Generator* generator = nullptr);

/// A (half-)orthogonal matrix of [n, everything else]. Shape: two dimensions
/// or more.
const Tensor& orthogonal_(const Tensor& x, double gain = 1,
                          Generator* generator = nullptr);
/// Normal numbers with a part `sparsity` of each column zero. Shape: two
/// dimensions.
const Tensor& sparse_(const Tensor& x, double sparsity, double std = 0.01,
                      Generator* generator = nullptr);

/// The factor that keeps the variance through a nonlinearity.
/// Errors: kValue for an unknown name.
/// Torch:  torch.nn.init.calculate_gain(nonlinearity, param)
double calculate_gain(std::string_view nonlinearity, double param = 0.01);

/// Inputs and outputs of one unit of a weight [out, in, k...].
std::pair<int64_t, int64_t> fan_in_and_out(const Tensor& x);

}  // namespace cresset::nn::init

#endif  // CRESSET_NN_INIT_H_
