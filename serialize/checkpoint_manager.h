// CheckpointManager: the checkpoints of one training run.

#ifndef CRESSET_SERIALIZE_CHECKPOINT_MANAGER_H_
#define CRESSET_SERIALIZE_CHECKPOINT_MANAGER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cresset/serialize/checkpoint.h"

namespace cresset {

struct CheckpointManagerOptions {
  int64_t keep_last = 3;          ///< how many of the newest stay
  bool keep_best = true;          ///< and the one with the best metric
  bool higher_is_better = false;  ///< as for an accuracy, not a loss
  std::string prefix = "checkpoint-";
  std::string suffix = ".pth";
  /// Reads every new file back and compares its checksums before it takes an
  /// older one's place.
  bool verify_after_write = true;
  SaveOptions save = {};
};

/// Saves checkpoints of a run in one folder, keeps the last few and the best,
/// and finds the newest again.
///
///   CheckpointManager checkpoints("runs/7", {.keep_last = 2});
///   if (checkpoints.latest()) restore(checkpoints.load_latest());
///   for (int64_t epoch = ...) {
///     checkpoints.save({{"epoch", epoch}, {"model", net.state_dict()}}, epoch,
///                      validation_loss);
///   }
///
/// The folder holds one file for each step, "checkpoint-000012.pth", and two
/// texts, "latest" and "best", with the name of such a file. A step is saved
/// in this order, each file complete or not there: the checkpoint, "best",
/// "latest"; only then are older checkpoints removed. So after a failure or a
/// kill at any moment "latest" names a complete checkpoint, and what a kill
/// left over goes with the next save.
///
/// Checkpoints of steps beyond the one saved, which a run that went back
/// finds, are left alone until they are written over.
///
/// Errors:  kIo with path and errno; kFormat if a checkpoint was not written
///          as it should be; kValue for a negative step or keep_last below 1.
/// Threads: one run at a time may write into a folder.
class CheckpointManager {
 public:
  /// The folder is made if it is not there.
  explicit CheckpointManager(std::string folder,
                             CheckpointManagerOptions options = {});

  /// Saves a step, over an earlier one of the same number, and returns the
  /// path. Without a metric, or with one that is no number, it cannot be the
  /// best.
  std::string save(const Value& checkpoint, int64_t step,
                   std::optional<double> metric = std::nullopt);

  /// Path of the newest checkpoint, or of the best; nothing if there is none.
  std::optional<std::string> latest() const;
  std::optional<std::string> best() const;
  /// The metric of the best.
  std::optional<double> best_metric() const;
  /// Steps of which there is a checkpoint, in order.
  std::vector<int64_t> steps() const;

  /// What save() was given.
  /// Errors: kIo if there is no checkpoint.
  Value load_latest(const LoadOptions& options = {}) const;
  Value load_best(const LoadOptions& options = {}) const;

 private:
  struct Pointer {
    std::string name;
    std::optional<double> metric;
  };

  std::string path_of(const std::string& name) const;
  std::string name_of(int64_t step) const;
  std::optional<int64_t> step_of(const std::string& name) const;
  std::optional<Pointer> read_pointer(const char* pointer) const;
  void write_pointer(const char* pointer, const std::string& text) const;
  bool is_best(double metric, const std::string& name) const;
  void remove_old(int64_t step) const;

  std::string folder_;
  CheckpointManagerOptions options_;
};

}  // namespace cresset

#endif  // CRESSET_SERIALIZE_CHECKPOINT_MANAGER_H_
