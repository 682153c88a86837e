// Writing a file so that its path always names a complete file.

#ifndef CRESSET_SERIALIZE_ATOMIC_FILE_H_
#define CRESSET_SERIALIZE_ATOMIC_FILE_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cresset/serialize/io_error.h"
#include "cresset/serialize/sink.h"

namespace cresset::serialize {

/// Writes next to `path` and takes its place by commit().
///
/// Until commit() the old file is untouched, and a failure or a kill at any
/// moment leaves the old file or the new one, whole. The bytes go to a file
/// ".cresset-save-*.tmp" of the same folder; one that a killed process left
/// behind is removed by the next save into that folder. A symbolic link is
/// followed and stays; the mode of a replaced file is kept, its other hard
/// links keep the old contents. Readers that have mapped the old file keep it.
///
/// Errors: kIo with path, operation and errno. A path that names a folder, a
///         pipe or a device, and a file without write permission, are refused.
class AtomicFile final : public Sink {
 public:
  explicit AtomicFile(const std::string& path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  /// Removes the temporary file unless commit() succeeded.
  ~AtomicFile() override;

  void write(const void* data, size_t bytes) override;

  /// Makes the written bytes the file. With `durable` they are on the disk
  /// before the call returns, so that even a loss of power keeps them.
  void commit(bool durable = true);

 private:
  void open_temporary(bool replaces, mode_t mode);
  void flush();
  void write_through(const char* data, size_t bytes);
  void discard() noexcept;

  std::string path_;       // as given, for messages
  std::string name_;       // inside the folder
  std::string temporary_;  // inside the folder; empty if there is none
  Descriptor folder_;
  Descriptor file_;
  std::vector<char> buffer_;
  uint64_t written_ = 0;
  uint64_t limit_ = 0;  // RLIMIT_FSIZE
};

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_ATOMIC_FILE_H_
