// Mapped files that shrink: an error instead of the signal that ends programs.

#ifndef CRESSET_SERIALIZE_MAPPING_GUARD_H_
#define CRESSET_SERIALIZE_MAPPING_GUARD_H_

#include <cstddef>
#include <string>

namespace cresset::serialize {

/// Watches over a mapped file as long as it lives.
///
/// When another program cuts a mapped file short, or its disk fails, the
/// kernel answers the next touch of a missing page with SIGBUS. The handler
/// that the first guard installs puts a page of zeros there and records the
/// loss; from then on every new tensor, in-place change, item() and save
/// throws until the mapping is gone, and at least once. SIGBUS elsewhere goes
/// to the handler that was there before.
///
/// Threads: guards may be made and destroyed in any thread.
class MappingGuard {
 public:
  /// Of `bytes` bytes mapped at `data`, unmapped after the guard is gone.
  MappingGuard(const std::string& path, void* data, size_t bytes);
  MappingGuard(const MappingGuard&) = delete;
  MappingGuard& operator=(const MappingGuard&) = delete;
  ~MappingGuard();

  /// Errors: kIo if a page of the mapping was missing when it was touched.
  void check() const;

  struct Range;

 private:
  Range* range_;
};

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_MAPPING_GUARD_H_
