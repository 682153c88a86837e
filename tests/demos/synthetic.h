// A small Fashion-MNIST of its own making: images of ten patterns with noise,
// the same each time.

#ifndef CRESSET_TESTS_DEMOS_SYNTHETIC_H_
#define CRESSET_TESTS_DEMOS_SYNTHETIC_H_

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

namespace cresset::testing {

inline void write_idx(const std::string& path,
                      const std::vector<uint32_t>& sizes,
                      const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file << std::string("\0\0\x08", 3) << static_cast<char>(sizes.size());
  for (const uint32_t size : sizes) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      file << static_cast<char>(size >> shift);
    }
  }
  file << bytes;
}

/// Writes `count` images and labels as <folder>/<prefix>-*-ubyte.
inline void write_synthetic_set(const std::string& folder,
                                const std::string& prefix, uint32_t count) {
  constexpr uint32_t kSide = 28, kClasses = 10;
  std::filesystem::create_directories(folder);
  std::mt19937 random(count);
  std::string pixels, labels;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t label = random() % kClasses;
    labels += static_cast<char>(label);
    for (uint32_t at = 0; at < kSide * kSide; ++at) {
      const bool bright = (at / kSide + at * label) % kClasses < 4;
      pixels += static_cast<char>((bright ? 128 : 0) + random() % 128);
    }
  }
  const std::string start = folder + "/" + prefix;
  write_idx(start + "-images-idx3-ubyte", {count, kSide, kSide}, pixels);
  write_idx(start + "-labels-idx1-ubyte", {count}, labels);
}

}  // namespace cresset::testing

#endif  // CRESSET_TESTS_DEMOS_SYNTHETIC_H_
