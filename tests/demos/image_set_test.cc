#include "cresset/tools/demos/image_set.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cresset/tensor/base/error.h"
#include "cresset/tests/catch.h"

namespace {

using cresset::demos::ImageSet;
using cresset::demos::read_image_set;

// A folder of its own with the files of a set of two 1 x 2 images.
std::string folder(const std::string& name, const std::string& labels) {
  const char* base = std::getenv("TEST_TMPDIR");
  const auto path = (base ? std::filesystem::path(base)
                          : std::filesystem::temp_directory_path()) /
                    name;
  std::filesystem::create_directories(path);
  std::ofstream(path / "a-images-idx3-ubyte", std::ios::binary)
      << std::string("\0\0\x08\3\0\0\0\2\0\0\0\1\0\0\0\2\1\2\3\4", 20);
  std::ofstream(path / "a-labels-idx1-ubyte", std::ios::binary)
      << std::string("\0\0\x08\1\0\0\0", 7) + char(labels.size()) + labels;
  return path.string();
}

TEST_CASE("image set: images and labels are read together", "[demos]") {
  ImageSet set = read_image_set(folder("good", "\7\2"), "a", 10);
  CHECK(set.count == 2);
  CHECK(set.height == 1);
  CHECK(set.width == 2);
  CHECK(set.pixels == std::vector<uint8_t>{1, 2, 3, 4});
  CHECK(set.labels == std::vector<uint8_t>{7, 2});
  set.limit(5);
  CHECK(set.count == 2);
  set.limit(1);
  CHECK(set.pixels == std::vector<uint8_t>{1, 2});
  CHECK(set.labels == std::vector<uint8_t>{7});
}

TEST_CASE("image set: what does not belong together is an error",
          "[demos][error]") {
  const std::string few = folder("few", "\7");
  CHECK_THROWS_WITH(read_image_set(few, "a", 10),
                    few +
                        "/a-labels-idx1-ubyte: needs a label for each image; "
                        "got 1 labels and 2 images");
  const std::string large = folder("large", "\1\12");
  CHECK_THROWS_WITH(read_image_set(large, "a", 10),
                    large +
                        "/a-labels-idx1-ubyte: label at byte 9: must be "
                        "less than 10; got 10");
  CHECK_THROWS_WITH(read_image_set(large, "b", 10),
                    large +
                        "/b-images-idx3-ubyte.gz: there is no such file, "
                        "nor one without .gz");
}

}  // namespace
