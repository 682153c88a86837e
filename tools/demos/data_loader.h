// DataLoader: turns images into batches of tensors, in threads of its own,
// while the network computes.
//
//   const DataLoader loader(set, {.batch_size = 64, .workers = 2});
//   for (const Batch& batch : loader.epoch(order)) {
//     const Tensor loss = cross_entropy(model(batch.images), batch.labels);
//
// The caller gives the order of an epoch, so that it comes from the generator
// whose state lies in the checkpoint; the number of workers changes nothing.

#ifndef CRESSET_TOOLS_DEMOS_DATA_LOADER_H_
#define CRESSET_TOOLS_DEMOS_DATA_LOADER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "cresset/tensor/core/tensor.h"
#include "cresset/tools/demos/image_set.h"

namespace cresset::demos {

/// What a network gets at once, on the CPU.
struct Batch {
  Tensor images;  ///< float32 [N, 1, height, width], normalised
  Tensor labels;  ///< int64 [N]
};

struct DataLoaderOptions {
  int64_t batch_size = 64;
  int workers = 1;   ///< threads that prepare batches; 0: the caller does
  float mean = 0;    ///< of the pixels as 0 to 1: subtracted
  float stddev = 1;  ///< of the same: divided by
};

class Epoch;

/// Batches of one image set, which must outlive the loader.
/// Torch: torch.utils.data.DataLoader
class DataLoader {
 public:
  /// Errors: kValue for a batch size below 1 or a negative number of workers.
  DataLoader(const ImageSet& set, const DataLoaderOptions& options);

  /// Number of batches of an epoch over the whole set.
  int64_t batches() const;

  /// One pass over the set as it lies.
  Epoch epoch() const;

  /// One pass over the images with these indices, in this order.
  /// Errors: kIndex if an index is not in the set.
  Epoch epoch(std::vector<int64_t> order) const;

 private:
  const ImageSet& set_;
  DataLoaderOptions options_;
};

/// The batches of one pass; may be walked once. Leaving the loop early is fine.
class Epoch {
 public:
  class Iterator {
   public:
    explicit Iterator(Epoch* epoch) : epoch_(epoch) { ++*this; }
    const Batch& operator*() const { return batch_; }
    const Batch* operator->() const { return &batch_; }
    Iterator& operator++() {
      if (!epoch_->next(batch_)) epoch_ = nullptr;
      return *this;
    }
    bool operator!=(std::nullptr_t) const { return epoch_ != nullptr; }

   private:
    Epoch* epoch_;
    Batch batch_;
  };

  Epoch(Epoch&&) noexcept;
  ~Epoch();

  Iterator begin() { return Iterator(this); }
  std::nullptr_t end() const { return nullptr; }

  /// Waits for the next batch; false after the last.
  /// Errors: what preparing the batch threw.
  bool next(Batch& batch);

 private:
  friend class DataLoader;
  class Work;
  explicit Epoch(std::unique_ptr<Work> work);

  std::unique_ptr<Work> work_;
};

}  // namespace cresset::demos

#endif  // CRESSET_TOOLS_DEMOS_DATA_LOADER_H_
