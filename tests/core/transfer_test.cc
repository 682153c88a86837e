// Streams between the host and a device, with the CPU as the device; that a
// half is not used too early, tests/cuda/checkpoint_test.cc shows.

#include "cresset/tensor/core/transfer.h"

#include <cstring>
#include <string>
#include <vector>

#include "cresset/tests/catch.h"

namespace cresset::internal {
namespace {

constexpr size_t kHalf = StagingArea::kHalf;

Tensor bytes(int64_t n) {
  return empty({n}, {.dtype = uint8, .device = Device()});
}

uint8_t pattern(uint64_t at, size_t which) {
  return static_cast<uint8_t>(at * 7 + at / 251 + which * 31);
}

// Sizes around the ends of halves, and many small ones.
std::vector<int64_t> sizes() {
  const auto half = static_cast<int64_t>(kHalf);
  std::vector<int64_t> all = {1, 0, 63, half - 200, 3 * half + 5, 64, half};
  for (int64_t i = 0; i < 40; ++i) all.push_back(i * 37);
  return all;
}

}  // namespace

TEST_CASE("transfer: what is sent arrives, whatever the sizes", "[core]") {
  Uploader uploader(uint64_t{6} * kHalf);
  std::vector<Tensor> tensors;
  size_t which = 0;
  for (const int64_t n : sizes()) {
    tensors.push_back(bytes(n));
    uint64_t next = 0;
    bool ended = false;
    uploader.send(tensors.back(), [&](uint64_t at, size_t count, uint8_t* to) {
      CHECK(at == next);
      CHECK_FALSE(ended);
      CHECK(count > 0);
      CHECK(count <= kHalf);
      ended = count % 64 != 0;
      for (size_t i = 0; i < count; ++i) to[i] = pattern(at + i, which);
      next += count;
    });
    CHECK(next == static_cast<uint64_t>(n));
    ++which;
  }
  uploader.finish();
  for (size_t k = 0; k < tensors.size(); ++k) {
    const auto* data = static_cast<const uint8_t*>(tensors[k].raw_data());
    int64_t wrong = 0;
    for (int64_t i = 0; i < tensors[k].numel(); ++i) {
      wrong += data[i] != pattern(static_cast<uint64_t>(i), k);
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("transfer: what is fetched comes in order", "[core]") {
  std::vector<Tensor> tensors;
  for (const int64_t n : sizes()) {
    tensors.push_back(bytes(n));
    auto* data = static_cast<uint8_t*>(tensors.back().raw_data());
    for (int64_t i = 0; i < n; ++i) {
      data[i] = pattern(static_cast<uint64_t>(i), tensors.size());
    }
  }
  Downloader downloader(tensors);
  for (const Tensor& x : tensors) {
    std::string got;
    downloader.take([&](const void* data, size_t count) {
      CHECK(count <= kHalf);
      got.append(static_cast<const char*>(data), count);
    });
    REQUIRE(got.size() == x.nbytes());
    CHECK((got.empty() ||
           std::memcmp(got.data(), x.raw_data(), got.size()) == 0));
  }
}

TEST_CASE("transfer: strided tensors come in row-major order", "[core]") {
  const Tensor base = bytes(6);
  auto* data = static_cast<uint8_t*>(base.raw_data());
  for (uint8_t i = 0; i < 6; ++i) data[i] = i;
  const Tensor turned = alias(base, {3, 2}, {1, 3}, 0);
  Downloader downloader({turned, base});
  std::string got;
  for (int i = 0; i < 2; ++i) {
    downloader.take([&](const void* from, size_t count) {
      got.append(static_cast<const char*>(from), count);
    });
  }
  CHECK(got == std::string("\0\3\1\4\2\5\0\1\2\3\4\5", 12));
}

}  // namespace cresset::internal
