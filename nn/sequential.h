#ifndef CRESSET_NN_SEQUENTIAL_H_
#define CRESSET_NN_SEQUENTIAL_H_

#include "cresset/nn/container.h"

namespace cresset::nn {

/// Layers that run one after another.
///
///   nn::Sequential model{nn::Linear(784, 100), nn::ReLU(),
///                        nn::Linear(100, 10)};
///   nn::Sequential named{{"fc", nn::Linear(784, 10)}, {"act", nn::ReLU()}};
///
/// Children are named "0", "1", ... unless names are given. In braces they are
/// made from left to right, so that a seed gives PyTorch's weights.
/// Torch: torch.nn.Sequential
class Sequential : public Container {
 public:
  Sequential() = default;
  Sequential(std::initializer_list<NamedModule> modules) { set_all(modules); }

  Tensor forward(const Tensor& x) override;

  /// Adds a layer at the end.
  template <class M>
  Sequential& append(M&& m) {
    push(own(std::forward<M>(m)));
    return *this;
  }
};

}  // namespace cresset::nn

#endif  // CRESSET_NN_SEQUENTIAL_H_
