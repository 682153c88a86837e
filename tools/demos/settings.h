// The options of the Fashion-MNIST demo: from the command line, and for those
// that shape the training, from a checkpoint.

#ifndef CRESSET_TOOLS_DEMOS_SETTINGS_H_
#define CRESSET_TOOLS_DEMOS_SETTINGS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cresset/serialize/value.h"
#include "cresset/tensor/base/device.h"

namespace cresset::demos {

/// What decides the numbers that training gives. It lies in the checkpoint, and
/// a resumed run keeps it.
struct TrainSettings {
  int64_t batch_size = 64;
  double lr = 0.03;
  double momentum = 0.9;
  double weight_decay = 5e-4;
  int64_t lr_step = 1;    ///< epochs until the learning rate changes
  double lr_gamma = 0.6;  ///< by this factor
  int64_t seed = 0;
  int64_t limit = 0;  ///< images per set; 0: all

  Value to_value() const;
  /// Errors: kIndex or kValue if an entry is missing or of the wrong kind.
  static TrainSettings from_value(const Value& value);
};

struct Settings {
  TrainSettings train;
  std::vector<std::string> given;  ///< which of `train` the caller has set

  std::string data = "/usr/share/datasets/fashion-mnist";
  std::string out = "runs/fashion_mnist";
  std::optional<int64_t> epochs;
  Device device;       ///< where the network runs
  bool amp = false;    ///< mixed precision: AutocastGuard and GradScaler
  bool graph = false;  ///< the training step as a CUDA graph
  int threads = 0;     ///< 0: as many as there are cores
  int workers = 1;
  bool quiet = false;
  std::optional<std::string> resume;  ///< a checkpoint; "": last.pth in `out`
  std::string evaluate;               ///< a checkpoint to test only

  /// Takes over what a checkpoint was trained with.
  /// Errors: kValue if the caller has asked for something else.
  void adopt(const TrainSettings& saved);
};

/// Reads the command line. No settings means that the program has been told to
/// end with `status`, and all has been said: the help text or what is wrong.
std::optional<Settings> parse_settings(int argc, const char* const* argv,
                                       int& status);

}  // namespace cresset::demos

#endif  // CRESSET_TOOLS_DEMOS_SETTINGS_H_
