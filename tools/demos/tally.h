// Tally: loss and right answers of an epoch, added up where the network runs,
// so that a GPU need not be waited for after every step.

#ifndef CRESSET_TOOLS_DEMOS_TALLY_H_
#define CRESSET_TOOLS_DEMOS_TALLY_H_

#include <cstdint>

#include "cresset/tensor/tensor.h"

namespace cresset::demos {

/// Mean loss and share of right answers over a set.
struct Score {
  double loss = 0;
  double accuracy = 0;
};

class Tally {
 public:
  explicit Tally(Device device)
      : loss_sum_(zeros({}, {.dtype = float64, .device = device})),
        right_(zeros({}, {.dtype = int64, .device = device})) {}

  /// One batch: its mean loss, scores [N, classes] and labels [N].
  void add(const Tensor& loss, const Tensor& scores, const Tensor& labels) {
    const NoGradGuard no_grad;
    const int64_t n = labels.numel();
    loss_sum_.add_(loss.detach().to(float64), n);
    right_.add_(sum(eq(argmax(scores, 1), labels)));
    seen_ += n;
  }

  /// The score of all batches so far. Waits for the device.
  Score score() const {
    const auto n = static_cast<double>(seen_);
    return {loss_sum_.item<double>() / n, right_.item<double>() / n};
  }

 private:
  Tensor loss_sum_, right_;
  int64_t seen_ = 0;
};

}  // namespace cresset::demos

#endif  // CRESSET_TOOLS_DEMOS_TALLY_H_
