// Trainer: the training loop of the Fashion-MNIST demo, with checkpoints from
// which it goes on bit by bit as if it had never stopped.

#ifndef CRESSET_TOOLS_DEMOS_TRAINER_H_
#define CRESSET_TOOLS_DEMOS_TRAINER_H_

#include <cstdint>
#include <string>

#include "cresset/cresset.h"
#include "cresset/tools/demos/data_loader.h"
#include "cresset/tools/demos/fashion_net.h"
#include "cresset/tools/demos/graphed_step.h"
#include "cresset/tools/demos/metrics.h"
#include "cresset/tools/demos/settings.h"
#include "cresset/tools/demos/tally.h"

namespace cresset::demos {

class Trainer {
 public:
  explicit Trainer(const Settings& settings);

  /// Goes on where checkpoint() was called. The settings must be those of the
  /// checkpoint (Settings::adopt).
  /// Errors: kIndex or kValue if the checkpoint is not of this program, and
  ///         what load_state_dict throws.
  void restore(const Value& checkpoint);

  /// Trains until `epochs` are done; saves, draws and reports after each.
  void run(int64_t epochs);

  /// Tests the network as it is.
  Score test();

  /// All that resume() needs.
  Value checkpoint() const;

  const History& history() const { return history_; }

 private:
  Score train_epoch(int64_t epoch, int64_t epochs);
  StepResult train_step(const Batch& batch);

  Settings settings_;
  ImageSet train_set_, test_set_;
  FashionNet net_;
  optim::SGD optimizer_;
  optim::StepLR scheduler_;
  optim::GradScaler scaler_;
  GraphedStep graphed_step_;
  History history_;
};

/// What the program does with these settings.
void run_fashion_mnist(Settings settings);

}  // namespace cresset::demos

#endif  // CRESSET_TOOLS_DEMOS_TRAINER_H_
