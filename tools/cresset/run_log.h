// The curves of a training run, from the logs that it wrote.

#ifndef CRESSET_TOOLS_CRESSET_RUN_LOG_H_
#define CRESSET_TOOLS_CRESSET_RUN_LOG_H_

#include <string>
#include <vector>

namespace cresset::cli {

/// One measure over a run: values at steps and, where the log has them, times
/// in seconds.
struct Curve {
  std::string name;  ///< "loss/train"
  std::vector<double> steps;
  std::vector<double> times;  ///< empty, or one for each value
  std::vector<double> values;
};

/// The curves of a run in the order in which the logs name them. `path` is a
/// log or a folder whose logs are read in the order of their names:
///
/// - *.csv: a line of names, then numbers. A column step, global_step,
///   iteration or epoch is the step; time, wall_time or timestamp the time.
/// - *.jsonl: an object a line, with the same names as keys, or with "tag" and
///   "value" for one point.
/// - *tfevents*: TensorBoard's events.
///
/// The last line or event may be cut short, as a run that was killed leaves it.
///
/// Errors: CliError with kExitMissing if there is no log, with kExitDamaged if
///         one is damaged before its end.
std::vector<Curve> read_run(const std::string& path);

/// `values` as a moving mean in which each value weighs `weight` times as much
/// as the next one. Values that are not finite stay as they are.
std::vector<double> smoothed(const std::vector<double>& values, double weight);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_RUN_LOG_H_
