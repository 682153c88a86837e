// Damage of the bytes of a file: flipped bits and missing ends.

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <random>

#include "cresset/serialize/checkpoint.h"
#include "cresset/serialize/input_file.h"
#include "cresset/serialize/io_error.h"
#include "cresset/serialize/zip_reader.h"
#include "cresset/tests/catch.h"

namespace cresset {
namespace {

std::string temporary(const std::string& name) {
  const char* root = std::getenv("TEST_TMPDIR");
  return std::string(root == nullptr ? "/tmp" : root) + "/" + name;
}

void put(const serialize::Descriptor& file, uint64_t at, uint8_t byte) {
  REQUIRE(::pwrite(file.get(), &byte, 1, static_cast<off_t>(at)) == 1);
}

Tensor noise(int64_t numel, Dtype dtype, std::mt19937& random) {
  const Tensor tensor = empty({numel}, {.dtype = dtype});
  auto* bytes = static_cast<uint8_t*>(tensor.raw_data());
  for (size_t i = 0; i < tensor.nbytes(); ++i) {
    bytes[i] = static_cast<uint8_t>(random());
  }
  return tensor;
}

// What training saves, with records of several sizes.
Value checkpoint(std::mt19937& random) {
  StateDict model = {{"conv.weight", noise(800, float32, random)},
                     {"conv.bias", noise(16, float32, random)},
                     {"embedding.weight", noise(300, float16, random)}};
  return {{"epoch", 7},
          {"model", model},
          {"rng", noise(5056, uint8, random)},
          {"steps", noise(10, int64, random)}};
}

struct Outcome {
  bool loaded = false;
  std::string text;
};

Outcome outcome_of(const std::string& path) {
  try {
    load(path);
    return {true, ""};
  } catch (const Error& error) {
    return {false, error.what()};
  }
}

// Ten thousand flips of one bit, in the records of five files.
TEST_CASE("damage: no flipped bit of a record is accepted", "[format][error]") {
  constexpr int kFiles = 5, kFlips = 2000;
  std::mt19937 random(20);
  int accepted = 0, unclear = 0;
  for (int number = 0; number < kFiles; ++number) {
    const std::string path = temporary("flip.pt");
    const auto layout = static_cast<SaveLayout>(number % 3);
    save(checkpoint(random), path, {.layout = layout, .durable = false});
    const auto whole = serialize::InputFile::read(path);
    const serialize::ZipReader zip(whole);
    const serialize::Descriptor file(::open(path.c_str(), O_WRONLY));
    // Every bit of every record that torch or Cresset reads is as likely.
    std::vector<std::pair<uint64_t, std::string>> places;
    for (const serialize::ZipEntry& entry : zip.entries()) {
      if (entry.name.ends_with("serialization_id")) continue;
      for (uint64_t i = 0; i < entry.size; ++i) {
        places.emplace_back(entry.data + i, entry.name);
      }
    }
    for (int flip = 0; flip < kFlips; ++flip) {
      const auto& [at, record] = places[random() % places.size()];
      const uint8_t byte = whole->data()[at];
      put(file, at, static_cast<uint8_t>(byte ^ (1 << random() % 8)));
      const Outcome outcome = outcome_of(path);
      put(file, at, byte);
      accepted += outcome.loaded;
      unclear += outcome.text.find(record) == std::string::npos ||
                 !outcome.text.starts_with(path + ": ");
      if (outcome.loaded) UNSCOPED_INFO(record << " at byte " << at);
    }
    REQUIRE(outcome_of(path).loaded);
  }
  WARN(kFiles * kFlips << " flipped bits: " << accepted << " accepted");
  CHECK(accepted == 0);
  // The message says which file and which of its records.
  CHECK(unclear == 0);
}

TEST_CASE("damage: a file that ends early is refused at every length",
          "[format][error]") {
  std::mt19937 random(21);
  const std::string path = temporary("short.pt");
  save({{"epoch", 3}, {"w", noise(600, float32, random)}}, path,
       {.durable = false});
  REQUIRE(outcome_of(path).loaded);
  const auto whole = std::filesystem::file_size(path);
  int loaded = 0, unclear = 0;
  for (auto size = whole; size-- > 0;) {
    std::filesystem::resize_file(path, size);
    const Outcome outcome = outcome_of(path);
    loaded += outcome.loaded;
    unclear += !outcome.text.starts_with(path + ": ");
  }
  WARN(whole << " lengths: " << loaded << " accepted");
  CHECK(loaded == 0);
  CHECK(unclear == 0);
}

}  // namespace
}  // namespace cresset
