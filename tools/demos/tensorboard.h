// Writes scalars as a TensorBoard event file. A record is a length, the masked
// CRC-32C of it, a protobuf message and its masked CRC-32C; the few messages
// needed are put together by hand.

#ifndef CRESSET_TOOLS_DEMOS_TENSORBOARD_H_
#define CRESSET_TOOLS_DEMOS_TENSORBOARD_H_

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

namespace cresset::demos {

/// An event file in a folder; `tensorboard --logdir <folder>` shows it.
class EventWriter {
 public:
  /// Makes the folder if needed, and a file named as TensorBoard expects.
  /// Errors: kIo.
  explicit EventWriter(const std::string& folder);

  /// Appends one point of the curve `tag`, such as "loss/train". Each point is
  /// in the file when the call returns.
  /// Errors: kIo.
  void scalar(std::string_view tag, double value, int64_t step);

  const std::string& path() const { return path_; }

 private:
  void write(const std::string& message);

  std::string path_;
  std::ofstream out_;
};

namespace internal {

uint32_t crc32c(std::string_view bytes);
uint32_t masked_crc32c(std::string_view bytes);
std::string file_version_event(double wall_time);
std::string scalar_event(double wall_time, int64_t step, std::string_view tag,
                         float value);
std::string framed(std::string_view message);

}  // namespace internal
}  // namespace cresset::demos

#endif  // CRESSET_TOOLS_DEMOS_TENSORBOARD_H_
