// GraphedStep: a training step as one CUDA graph, so that a small network is
// not held up by the launch of each of its kernels.

#ifndef CRESSET_TOOLS_DEMOS_GRAPHED_STEP_H_
#define CRESSET_TOOLS_DEMOS_GRAPHED_STEP_H_

#include <functional>
#include <utility>

#include "cresset/cuda/cuda.h"
#include "cresset/tools/demos/data_loader.h"

namespace cresset::demos {

/// What a step gives.
struct StepResult {
  Tensor loss;    ///< []
  Tensor scores;  ///< [N, classes]
};

class GraphedStep {
 public:
  using Step = std::function<StepResult(const Batch&)>;

  /// `step` must wait for nothing and keep to the device of its batch.
  explicit GraphedStep(Step step) : step_(std::move(step)) {}

  /// Runs the step on a batch of the device. The first few run as they are,
  /// for libraries to load and momentum buffers to be made; so do batches of
  /// another size than the captured one. The result is overwritten by the next
  /// call.
  StepResult operator()(const Batch& batch) {
    if (captured_ && batch.images.sizes() != batch_.images.sizes()) {
      return step_(batch);
    }
    if (warm_ < kWarmUp) {
      ++warm_;
      return step_(batch);
    }
    if (!captured_) {
      batch_ = {batch.images.clone(), batch.labels.clone()};
      graph_.capture([this] { result_ = step_(batch_); },
                     batch.images.device());
      captured_ = true;
    }
    batch_.images.copy_(batch.images);
    batch_.labels.copy_(batch.labels);
    graph_.replay();
    return result_;
  }

  /// Captures anew at the next call: numbers such as the learning rate are
  /// fixed in a graph.
  void reset() {
    graph_.reset();
    captured_ = false;
  }

 private:
  static constexpr int kWarmUp = 3;

  Step step_;
  int warm_ = 0;
  bool captured_ = false;
  Batch batch_;
  StepResult result_;
  cuda::Graph graph_;
};

}  // namespace cresset::demos

#endif  // CRESSET_TOOLS_DEMOS_GRAPHED_STEP_H_
