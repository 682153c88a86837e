#include "cresset/tensor/core/transfer.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "cresset/tensor/base/error.h"
#include "cresset/tensor/core/copy.h"

namespace cresset::internal {
namespace {

constexpr size_t kAlignment = 64;

size_t aligned(size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

uint64_t bytes_of(const std::vector<Tensor>& tensors) {
  uint64_t bytes = 0;
  for (const Tensor& x : tensors) bytes += aligned(x.nbytes());
  return bytes;
}

// The CPU as a device: copies are done when they are queued.
class CpuLink final : public HostLink {
 public:
  std::shared_ptr<void> staging_memory(size_t bytes) override {
    return std::shared_ptr<uint8_t[]>(new uint8_t[bytes]);
  }
  void send(void* to, const void* host, size_t bytes) override {
    std::memcpy(to, host, bytes);
  }
  void fetch(void* host, const void* from, size_t bytes) override {
    std::memcpy(host, from, bytes);
  }
  void mark(int) override {}
  void wait(int) override {}
  void finish() override {}
};

std::unique_ptr<HostLink> cpu_link(Device) {
  return std::make_unique<CpuLink>();
}

}  // namespace

constinit HostLinkKernel host_link_kernel{"transfer", cpu_link};

StagingArea::StagingArea(uint64_t bytes)
    : half_size_(
          static_cast<size_t>(std::clamp<uint64_t>(bytes, kAlignment, kHalf))) {
  half_size_ = aligned(half_size_);
}

HostLink& StagingArea::link(Device device) {
  for (const Known& known : links_) {
    if (known.device == device) return *known.link;
  }
  links_.push_back({device, host_link_kernel(device, device)});
  return *links_.back().link;
}

size_t StagingArea::room(int half, uint64_t wanted) const {
  const size_t left = half_size_ - halves_[half].used;
  return static_cast<size_t>(std::min<uint64_t>(left, wanted));
}

uint8_t* StagingArea::take(int half, size_t bytes, HostLink& link) {
  Half& h = halves_[half];
  if (h.memory == nullptr) h.memory = link.staging_memory(half_size_);
  uint8_t* const data = static_cast<uint8_t*>(h.memory.get()) + h.used;
  h.used += aligned(bytes);
  if (std::find(h.links.begin(), h.links.end(), &link) == h.links.end()) {
    h.links.push_back(&link);
  }
  return data;
}

void StagingArea::mark(int half) {
  for (HostLink* const link : halves_[half].links) link->mark(half);
}

void StagingArea::wait(int half) {
  for (HostLink* const link : halves_[half].links) link->wait(half);
  halves_[half].links.clear();
  halves_[half].used = 0;
}

void StagingArea::finish() {
  for (const Known& known : links_) known.link->finish();
}

void Uploader::send(const Tensor& to, const Fill& fill) {
  CRESSET_ASSERT(to.is_contiguous());
  const uint64_t bytes = to.nbytes();
  for (uint64_t at = 0; at < bytes;) {
    const size_t count = area_.room(half_, bytes - at);
    if (count == 0) {
      area_.mark(half_);
      half_ = 1 - half_;
      area_.wait(half_);
      continue;
    }
    HostLink& link = area_.link(to.device());
    uint8_t* const host = area_.take(half_, count, link);
    fill(at, count, host);
    link.send(static_cast<uint8_t*>(to.raw_data()) + at, host, count);
    at += count;
  }
}

Downloader::Downloader(std::vector<Tensor> tensors)
    : area_(bytes_of(tensors)), tensors_(std::move(tensors)) {}

void Downloader::fetch(int half) {
  while (fetching_ < tensors_.size()) {
    Tensor& x = tensors_[fetching_];
    const uint64_t bytes = x.nbytes();
    if (fetched_ < bytes) {
      const size_t count = area_.room(half, bytes - fetched_);
      if (count == 0) break;
      if (!x.is_contiguous()) x = dense_copy(x);
      HostLink& link = area_.link(x.device());
      uint8_t* const host = area_.take(half, count, link);
      link.fetch(host, static_cast<uint8_t*>(x.raw_data()) + fetched_, count);
      pieces_[half].push_back({host, count});
      fetched_ += count;
    }
    if (fetched_ == bytes) {
      ++fetching_;
      fetched_ = 0;
    }
  }
  area_.mark(half);
}

void Downloader::take(const Use& use) {
  CRESSET_ASSERT(taken_ < tensors_.size());
  uint64_t left = tensors_[taken_].nbytes();
  while (left != 0) {
    if (!started_) {
      started_ = true;
      fetch(0);
      fetch(1);
      area_.wait(0);
    } else if (pieces_[half_].empty()) {
      fetch(half_);
      half_ = 1 - half_;
      area_.wait(half_);
    }
    const Piece piece = pieces_[half_].front();
    use(piece.data, piece.bytes);
    pieces_[half_].pop_front();
    left -= piece.bytes;
  }
  // A copy that was made for this is no longer needed.
  tensors_[taken_++] = Tensor();
}

}  // namespace cresset::internal
