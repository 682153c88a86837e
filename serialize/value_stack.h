// The stack of the pickle machine.

#ifndef CRESSET_SERIALIZE_VALUE_STACK_H_
#define CRESSET_SERIALIZE_VALUE_STACK_H_

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "cresset/serialize/value.h"

namespace cresset::serialize {

/// A stack of any height that is never moved as a whole, and whose memory goes
/// back page by page while values leave it: millions of values become the
/// elements of a list without being there twice.
class ValueStack {
 public:
  size_t size() const { return size_; }
  Value& back() { return pages_[(size_ - 1) / kPage][(size_ - 1) % kPage]; }

  void push_back(Value value) {
    if (size_ == pages_.size() * kPage) {
      pages_.push_back(std::make_unique<Value[]>(kPage));
    }
    ++size_;
    back() = std::move(value);
  }

  void pop_back() {
    back() = Value();
    --size_;
    // One page more than needed stays, for a stack that sways about its edge.
    if (size_ + 2 * kPage <= pages_.size() * kPage) pages_.pop_back();
  }

  void clear() {
    pages_.clear();
    size_ = 0;
  }

 private:
  // Large enough for the memory to leave the process.
  static constexpr size_t kPage = 4096;

  std::vector<std::unique_ptr<Value[]>> pages_;
  size_t size_ = 0;
};

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_VALUE_STACK_H_
