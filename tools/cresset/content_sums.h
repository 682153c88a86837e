// The checksums of a node list: each once, and together no more than can be
// waited for.

#ifndef CRESSET_TOOLS_CRESSET_CONTENT_SUMS_H_
#define CRESSET_TOOLS_CRESSET_CONTENT_SUMS_H_

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "cresset/serialize/value.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset::cli {

/// Views repeat their storage, and values come many times, without a byte in
/// the file; so all that is to be summed is planned before the first sum.
class ContentSums {
 public:
  /// One more occurrence of a tensor, a long text, or an int of `bytes`.
  /// Errors: RefusedError when it is too much altogether.
  void plan(const Tensor& tensor);
  void plan_text(const Value& text);
  void plan_int(uint64_t bytes);

  /// The SHA-256 of the elements in row-major order.
  std::string sum(const Tensor& tensor);
  /// That of a text or of bytes, and how long it is.
  struct Text {
    int64_t length = 0;  ///< characters, or bytes
    std::string sum;
  };
  const Text& sum_text(const Value& text);

 private:
  using View = std::vector<int64_t>;

  static View view_of(const Tensor& tensor);
  void charge(uint64_t bytes);

  uint64_t stored_ = 0;   // bytes of all storages
  uint64_t planned_ = 0;  // bytes to sum
  uint64_t steps_ = 0;    // of writing ints in decimal
  std::unordered_set<const void*> storages_;
  std::unordered_set<const void*> texts_;
  std::map<View, std::string> views_;  // large ones; "" until it is summed
  std::unordered_map<const void*, Text> text_sums_;
};

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_CONTENT_SUMS_H_
