#include "cresset/tools/demos/data_loader.h"

#include <numeric>

#include "cresset/tensor/base/error.h"
#include "cresset/tests/catch.h"

namespace {

using cresset::Error;
using cresset::demos::Batch;
using cresset::demos::DataLoader;
using cresset::demos::ImageSet;

// Image i has the pixels i, i + 1, ... and the label i % 10.
ImageSet sample(int64_t count) {
  ImageSet set{count, 2, 3, {}, {}};
  for (int64_t i = 0; i < count; ++i) {
    for (int64_t p = 0; p < 6; ++p) {
      set.pixels.push_back(static_cast<uint8_t>(i + p));
    }
    set.labels.push_back(static_cast<uint8_t>(i % 10));
  }
  return set;
}

std::vector<float> pixels(const Batch& batch) {
  const auto* data = batch.images.data<float>();
  return {data, data + batch.images.numel()};
}

std::vector<int64_t> labels(const Batch& batch) {
  const auto* data = batch.labels.data<int64_t>();
  return {data, data + batch.labels.numel()};
}

TEST_CASE("data loader: batches have the shapes and the last is shorter",
          "[demos]") {
  const ImageSet set = sample(7);
  const DataLoader loader(set, {.batch_size = 3});
  CHECK(loader.batches() == 3);
  std::vector<int64_t> sizes;
  for (const Batch& batch : loader.epoch()) {
    REQUIRE(batch.images.dim() == 4);
    CHECK(batch.images.size(1) == 1);
    CHECK(batch.images.size(2) == 2);
    CHECK(batch.images.size(3) == 3);
    CHECK(batch.images.size(0) == batch.labels.size(0));
    sizes.push_back(batch.labels.size(0));
  }
  CHECK(sizes == std::vector<int64_t>{3, 3, 1});
}

TEST_CASE("data loader: pixels are scaled and normalised", "[demos]") {
  const ImageSet set = sample(256);
  const DataLoader loader(set, {.mean = 0.5f, .stddev = 0.25f});
  auto epoch = loader.epoch({255, 51});
  Batch batch;
  REQUIRE(epoch.next(batch));
  const auto got = pixels(batch);
  CHECK(got[0] == Approx(2.0));
  CHECK(got[1] == Approx(-2.0));  // 256 wraps to 0
  CHECK(got[6] == Approx((51. / 255 - 0.5) / 0.25));
  CHECK(labels(batch) == std::vector<int64_t>{5, 1});
  CHECK_FALSE(epoch.next(batch));
}

TEST_CASE("data loader: the number of workers changes nothing", "[demos]") {
  const ImageSet set = sample(200);
  std::vector<int64_t> order(200);
  std::iota(order.rbegin(), order.rend(), 0);
  std::vector<std::vector<float>> expected;
  for (const int workers : {0, 1, 2, 5}) {
    const DataLoader loader(set, {.batch_size = 7, .workers = workers});
    std::vector<std::vector<float>> got;
    std::vector<int64_t> seen;
    for (const Batch& batch : loader.epoch(order)) {
      got.push_back(pixels(batch));
      for (const int64_t label : labels(batch)) seen.push_back(label);
    }
    INFO(workers << " workers");
    if (expected.empty()) expected = got;
    CHECK(got == expected);
    REQUIRE(seen.size() == 200);
    CHECK(seen[0] == 9);
    CHECK(seen[199] == 0);
  }
}

TEST_CASE("data loader: a loop may be left early", "[demos]") {
  const ImageSet set = sample(200);
  for (int i = 0; i < 50; ++i) {
    const DataLoader loader(set, {.batch_size = 2, .workers = 3});
    int seen = 0;
    for (const Batch& batch : loader.epoch()) {
      seen += batch.labels.defined();
      if (seen == i) break;
    }
    CHECK(seen == (i == 0 ? 100 : i));
  }
}

TEST_CASE("data loader: an empty set has no batch", "[demos]") {
  const ImageSet set = sample(0);
  const DataLoader loader(set, {.workers = 2});
  CHECK(loader.batches() == 0);
  Batch batch;
  CHECK_FALSE(loader.epoch().next(batch));
}

TEST_CASE("data loader: bad arguments are errors", "[demos][error]") {
  const ImageSet set = sample(3);
  CHECK_THROWS_WITH(DataLoader(set, {.batch_size = 0}),
                    "DataLoader: batch_size must be positive; got 0");
  CHECK_THROWS_WITH(DataLoader(set, {.workers = -1}),
                    "DataLoader: workers must not be negative; got -1");
  CHECK_THROWS_WITH(DataLoader(set, {}).epoch({0, 3}),
                    "DataLoader: an index must be less than 3; got 3");
}

}  // namespace
