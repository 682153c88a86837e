#include "cresset/tools/cresset/content_sums.h"

#include "cresset/serialize/refusal.h"
#include "cresset/serialize/value_node.h"
#include "cresset/tools/cresset/python_text.h"
#include "cresset/tools/cresset/sha256.h"
#include "cresset/tools/cresset/tensor_bytes.h"

namespace cresset::cli {
namespace {

constexpr uint64_t kLargeView = 65536;
constexpr uint64_t kFreeBytes = 4'000'000'000;
constexpr uint64_t kRepeats = 4;
constexpr uint64_t kMaxSteps = 400'000'000;

}  // namespace

// What its elements are, in numbers.
ContentSums::View ContentSums::view_of(const Tensor& tensor) {
  View view = {reinterpret_cast<intptr_t>(tensor.storage().get()),
               tensor.storage_offset(),
               static_cast<int64_t>(tensor.itemsize())};
  view.insert(view.end(), tensor.sizes().begin(), tensor.sizes().end());
  view.insert(view.end(), tensor.strides().begin(), tensor.strides().end());
  return view;
}

void ContentSums::charge(uint64_t bytes) {
  planned_ += bytes;
  CRESSET_ALLOW(planned_ <= kFreeBytes + kRepeats * stored_,
                "its values repeat what the file holds so often that listing "
                "them takes checksums of more than ",
                planned_ / 1'000'000,
                " MB; look at parts of it with ls, or "
                "print");
}

void ContentSums::plan(const Tensor& tensor) {
  if (storages_.insert(tensor.storage().get()).second) {
    stored_ += tensor.storage()->nbytes();
  }
  if (tensor.nbytes() >= kLargeView &&
      !views_.emplace(view_of(tensor), "").second) {
    return;
  }
  charge(tensor.nbytes());
}

void ContentSums::plan_text(const Value& text) {
  if (texts_.insert(text.node().get()).second) charge(text.size());
}

// Its digits take time in the square of its size.
void ContentSums::plan_int(uint64_t bytes) {
  steps_ += bytes * bytes / 32;
  CRESSET_ALLOW(bytes < (1 << 20) && steps_ <= kMaxSteps, "it holds an int of ",
                bytes, " bytes, whose digits cannot be waited for");
}

std::string ContentSums::sum(const Tensor& tensor) {
  if (tensor.nbytes() < kLargeView) return content_sha256(tensor);
  std::string& known = views_[view_of(tensor)];
  if (known.empty()) known = content_sha256(tensor);
  return known;
}

const ContentSums::Text& ContentSums::sum_text(const Value& text) {
  Text& known = text_sums_[text.node().get()];
  if (known.sum.empty()) {
    const std::string& bytes = text.is_str() ? text.as_str() : text.as_bytes();
    known.length =
        static_cast<int64_t>(text.is_str() ? text_length(bytes) : bytes.size());
    known.sum = sha256_hex(bytes);
  }
  return known;
}

}  // namespace cresset::cli
