// Reads the scalars of TensorBoard's event files.

#ifndef CRESSET_TOOLS_CRESSET_EVENT_FILE_H_
#define CRESSET_TOOLS_CRESSET_EVENT_FILE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cresset::cli {

/// One value of a curve.
struct EventPoint {
  std::string tag;
  int64_t step = 0;
  double time = 0;  ///< seconds since 1970
  double value = 0;
};

/// The scalars of an event file in its order; other events are passed over.
/// An event that the end of the file cuts short counts as not written.
///
/// Errors: CliError with kExitDamaged for a wrong checksum or message.
std::vector<EventPoint> read_events(std::string_view bytes,
                                    const std::string& path);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_EVENT_FILE_H_
