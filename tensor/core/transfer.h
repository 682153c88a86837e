// Bytes that stream between the host and a device through a staging area: host
// memory of a fixed size that the device copies from and to by itself. It has
// two halves, so that the host works on one while the device copies the other.
// However large the tensors are, this is all the host memory they take.
//
// Copies go to the current streams, in order with all other work there.

#ifndef CRESSET_TENSOR_CORE_TRANSFER_H_
#define CRESSET_TENSOR_CORE_TRANSFER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset::internal {

// One device's end, used by one thread.
//
// Errors: kState while the current stream is captured.
class HostLink {
 public:
  virtual ~HostLink() = default;

  // Memory for staging, good for links of all devices of the type. It is not
  // handed on, once dropped, before the copies are done that use it.
  virtual std::shared_ptr<void> staging_memory(size_t bytes) = 0;

  // Queues a copy; `host` lies in memory of staging_memory().
  virtual void send(void* to, const void* host, size_t bytes) = 0;
  virtual void fetch(void* host, const void* from, size_t bytes) = 0;

  // Marks the present end of the queue as that of a half, 0 or 1; waits until
  // the queue has passed the half's last mark.
  virtual void mark(int half) = 0;
  virtual void wait(int half) = 0;

  // Waits for all that was queued.
  virtual void finish() = 0;
};

using HostLinkKernel = Kernel<std::unique_ptr<HostLink>(Device device)>;
extern HostLinkKernel host_link_kernel;

// The two halves and the links of the devices that use them.
class StagingArea {
 public:
  static constexpr size_t kHalf = size_t{8} << 20;

  // For `bytes` bytes in all, if that is known to be less than two halves.
  explicit StagingArea(uint64_t bytes);

  struct Half {
    std::shared_ptr<void> memory;  // had when it is first wanted
    size_t used = 0;
    std::vector<HostLink*> links;  // with copies since the last wait
  };

  HostLink& link(Device device);
  // Room for some of `wanted` bytes behind what is used; 0 if the half is full.
  size_t room(int half, uint64_t wanted) const;
  // Takes it.
  uint8_t* take(int half, size_t bytes, HostLink& link);
  void mark(int half);
  // Waits for the copies of a half, which may be filled anew after that.
  void wait(int half);
  void finish();

 private:
  struct Known {
    Device device;
    std::unique_ptr<HostLink> link;
  };

  size_t half_size_;
  Half halves_[2];
  std::vector<Known> links_;
};

// From the host to devices.
class Uploader {
 public:
  // `bytes`: at most how many will be sent; staging areas for less are smaller.
  explicit Uploader(uint64_t bytes) : area_(bytes) {}

  // Writes the `count` bytes from `at` on of what is sent to `into`.
  using Fill = std::function<void(uint64_t at, size_t count, uint8_t* into)>;

  // Fills a row-major tensor, piece by piece in order. All pieces but the last
  // have a multiple of 64 bytes.
  void send(const Tensor& to, const Fill& fill);

  // Waits until all has arrived.
  void finish() { area_.finish(); }

 private:
  StagingArea area_;
  int half_ = 0;
};

// From devices to the host. What will be wanted later is on its way already.
class Downloader {
 public:
  // `tensors` will be taken in this order, each in its row-major order. What is
  // not row-major is copied on its device when its turn comes.
  explicit Downloader(std::vector<Tensor> tensors);

  using Use = std::function<void(const void* data, size_t bytes)>;

  // Hands the bytes of the next tensor to `use`, piece by piece.
  void take(const Use& use);

 private:
  struct Piece {
    const uint8_t* data;
    size_t bytes;
  };

  // Queues as much as a half holds.
  void fetch(int half);

  StagingArea area_;
  std::vector<Tensor> tensors_;
  size_t taken_ = 0;      // tensors
  size_t fetching_ = 0;   // the tensor to be fetched next
  uint64_t fetched_ = 0;  // bytes of it
  std::deque<Piece> pieces_[2];
  int half_ = 0;
  bool started_ = false;
};

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_CORE_TRANSFER_H_
