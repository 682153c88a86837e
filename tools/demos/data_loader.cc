#include "cresset/tools/demos/data_loader.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <numeric>
#include <thread>
#include <utility>

#include "cresset/tensor/base/error.h"

namespace cresset::demos {

// The state that the workers of an epoch share with its reader. Batch number n
// waits in slot n % slots; a worker starts on it once the slot is free.
class Epoch::Work {
 public:
  Work(const ImageSet& set, const DataLoaderOptions& options,
       std::vector<int64_t> order)
      : set_(set),
        batch_size_(options.batch_size),
        order_(std::move(order)),
        count_((static_cast<int64_t>(order_.size()) + batch_size_ - 1) /
               batch_size_),
        slots_(static_cast<size_t>(2 * options.workers)) {
    for (int value = 0; value < 256; ++value) {
      levels_[static_cast<size_t>(value)] =
          (static_cast<float>(value) / 255 - options.mean) / options.stddev;
    }
    for (int i = 0; i < options.workers; ++i) {
      threads_.emplace_back([this] { work(); });
    }
  }

  ~Work() {
    {
      const std::lock_guard lock(mutex_);
      claimed_ = count_;
      read_ = count_;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  bool next(Batch& batch) {
    if (read_ == count_) return false;
    if (threads_.empty()) {
      batch = make(read_++);
      return true;
    }
    std::unique_lock lock(mutex_);
    Slot& slot = slots_[static_cast<size_t>(read_) % slots_.size()];
    changed_.wait(lock, [&] { return slot.ready; });
    slot.ready = false;
    batch = std::move(slot.batch);
    const std::exception_ptr error = std::exchange(slot.error, nullptr);
    ++read_;
    lock.unlock();
    changed_.notify_all();
    if (error) std::rethrow_exception(error);
    return true;
  }

 private:
  struct Slot {
    bool ready = false;
    Batch batch;
    std::exception_ptr error;
  };

  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      if (claimed_ == count_) return;
      const int64_t number = claimed_++;
      changed_.wait(lock, [&] {
        return number < read_ + static_cast<int64_t>(slots_.size());
      });
      if (read_ == count_) return;  // nobody reads on
      lock.unlock();
      Batch batch;
      std::exception_ptr error;
      try {
        batch = make(number);
      } catch (...) {
        error = std::current_exception();
      }
      lock.lock();
      Slot& slot = slots_[static_cast<size_t>(number) % slots_.size()];
      slot = {true, std::move(batch), error};
      changed_.notify_all();
    }
  }

  Batch make(int64_t number) const {
    const int64_t first = number * batch_size_;
    const int64_t n = std::min<int64_t>(
        batch_size_, static_cast<int64_t>(order_.size()) - first);
    const int64_t area = set_.height * set_.width;
    const Device host;
    Batch batch{empty({n, 1, set_.height, set_.width},
                      {.dtype = float32, .device = host}),
                empty({n}, {.dtype = int64, .device = host})};
    auto* to = batch.images.data<float>();
    auto* label = batch.labels.data<int64_t>();
    for (int64_t i = 0; i < n; ++i) {
      const auto index =
          static_cast<size_t>(order_[static_cast<size_t>(first + i)]);
      const uint8_t* from = &set_.pixels[index * static_cast<size_t>(area)];
      to = std::transform(from, from + area, to,
                          [this](uint8_t value) { return levels_[value]; });
      *label++ = set_.labels[index];
    }
    return batch;
  }

  const ImageSet& set_;
  const int64_t batch_size_;
  const std::vector<int64_t> order_;
  const int64_t count_;            // batches
  std::array<float, 256> levels_;  // a byte as the network sees it

  std::mutex mutex_;
  std::condition_variable changed_;
  int64_t claimed_ = 0;  // batches that a worker has taken on
  int64_t read_ = 0;     // batches that the reader has
  std::vector<Slot> slots_;
  std::vector<std::thread> threads_;
};

Epoch::Epoch(std::unique_ptr<Work> work) : work_(std::move(work)) {}
Epoch::Epoch(Epoch&&) noexcept = default;
Epoch::~Epoch() = default;

bool Epoch::next(Batch& batch) { return work_->next(batch); }

DataLoader::DataLoader(const ImageSet& set, const DataLoaderOptions& options)
    : set_(set), options_(options) {
  CRESSET_CHECK(options.batch_size >= 1, kValue,
                "DataLoader: batch_size must be positive; got ",
                options.batch_size);
  CRESSET_CHECK(options.workers >= 0, kValue,
                "DataLoader: workers must not be negative; got ",
                options.workers);
}

int64_t DataLoader::batches() const {
  return (set_.count + options_.batch_size - 1) / options_.batch_size;
}

Epoch DataLoader::epoch() const {
  std::vector<int64_t> order(static_cast<size_t>(set_.count));
  std::iota(order.begin(), order.end(), int64_t{0});
  return epoch(std::move(order));
}

Epoch DataLoader::epoch(std::vector<int64_t> order) const {
  for (const int64_t index : order) {
    CRESSET_CHECK(index >= 0 && index < set_.count, kIndex,
                  "DataLoader: an index must be less than ", set_.count,
                  "; got ", index);
  }
  return Epoch(std::make_unique<Epoch::Work>(set_, options_, std::move(order)));
}

}  // namespace cresset::demos
