// What a run has measured, epoch by epoch: kept in the checkpoint, drawn as
// curves, and sent to TensorBoard.

#ifndef CRESSET_TOOLS_DEMOS_METRICS_H_
#define CRESSET_TOOLS_DEMOS_METRICS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "cresset/serialize/value.h"
#include "cresset/tools/demos/tensorboard.h"

namespace cresset::demos {

/// One epoch. Accuracies lie between 0 and 1.
struct EpochResult {
  int64_t epoch = 0;  ///< counted from 1
  double train_loss = 0;
  double train_accuracy = 0;
  double test_loss = 0;
  double test_accuracy = 0;
  double lr = 0;
};

using History = std::vector<EpochResult>;

/// A list with a dict for each epoch, and back.
Value to_value(const History& history);
/// Errors: kIndex or kValue if an entry is missing or of the wrong kind.
History history_from_value(const Value& value);

/// Loss and accuracy over the epochs as one picture.
void write_curves(const std::string& path, const History& history);

/// One point of each curve.
void write_events(EventWriter& writer, const EpochResult& result);

/// The best test accuracy so far; 0 without any epoch.
double best_accuracy(const History& history);

}  // namespace cresset::demos

#endif  // CRESSET_TOOLS_DEMOS_METRICS_H_
