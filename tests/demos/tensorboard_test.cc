#include "cresset/tools/demos/tensorboard.h"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

#include "cresset/tensor/base/error.h"
#include "cresset/tests/catch.h"

namespace {

namespace internal = cresset::demos::internal;
using cresset::demos::EventWriter;

std::string place(const std::string& name) {
  const char* folder = std::getenv("TEST_TMPDIR");
  return (folder ? std::string(folder)
                 : std::filesystem::temp_directory_path().string()) +
         "/" + name;
}

std::string bytes(std::initializer_list<int> values) {
  std::string out;
  for (const int v : values) out += static_cast<char>(v);
  return out;
}

// Splits a file into its messages and checks every checksum.
std::vector<std::string> messages(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string file{std::istreambuf_iterator<char>(in), {}};
  std::vector<std::string> out;
  for (size_t at = 0; at < file.size();) {
    uint64_t size;
    uint32_t crc;
    std::memcpy(&size, &file[at], 8);
    std::memcpy(&crc, &file[at + 8], 4);
    CHECK(crc == internal::masked_crc32c(file.substr(at, 8)));
    out.push_back(file.substr(at + 12, size));
    std::memcpy(&crc, &file[at + 12 + size], 4);
    CHECK(crc == internal::masked_crc32c(out.back()));
    at += 16 + size;
  }
  return out;
}

TEST_CASE("crc32c: the values of RFC 3720", "[demos]") {
  CHECK(internal::crc32c("123456789") == 0xe3069283u);
  CHECK(internal::crc32c(std::string(32, '\0')) == 0x8a9136aau);
  CHECK(internal::crc32c(std::string(32, '\xff')) == 0x62a8ab43u);
  CHECK(internal::crc32c("") == 0);
}

TEST_CASE("crc32c: masking rotates by 15 and adds a constant", "[demos]") {
  const uint32_t c = 0xe3069283u;
  CHECK(internal::masked_crc32c("123456789") ==
        ((c >> 15 | c << 17) + 0xa282ead8u));
}

TEST_CASE("tensorboard: the messages are protobuf, byte by byte", "[demos]") {
  CHECK(internal::file_version_event(1.0) ==
        bytes({0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x1a, 13}) +
            "brain.Event:2");
  CHECK(internal::scalar_event(1.0, 300, "lr", 0.5f) ==
        bytes({0x09, 0,    0,    0,   0,   0, 0, 0xf0, 0x3f,  // wall_time = 1
               0x10, 0xac, 0x02,                              // step = 300
               0x2a, 11,                                      // summary
               0x0a, 9,                                       //   value
               0x0a, 2,    'l',  'r',                         //     tag
               0x15, 0,    0,    0,   0x3f}));  //     simple_value = 0.5
}

TEST_CASE("tensorboard: a file holds its version and then the points",
          "[demos]") {
  EventWriter writer(place("run/events"));
  writer.scalar("loss/train", 0.25, 1);
  writer.scalar("loss/train", 0.125, 2);
  const auto all = messages(writer.path());
  REQUIRE(all.size() == 3);
  CHECK(all[0].find("brain.Event:2") != std::string::npos);
  CHECK(all[1].find("loss/train") != std::string::npos);
  CHECK(all[2].substr(all[2].size() - 4) == bytes({0, 0, 0, 0x3e}));
}

TEST_CASE("tensorboard: two writers of one program have two files", "[demos]") {
  const EventWriter a(place("two")), b(place("two"));
  CHECK(a.path() != b.path());
  CHECK(a.path().find("/events.out.tfevents.") != std::string::npos);
}

TEST_CASE("tensorboard: a folder that cannot be made is an error",
          "[demos][error]") {
  const std::string file = place("file");
  std::ofstream(file) << "x";
  CHECK_THROWS_AS(EventWriter(file + "/events"), cresset::Error);
}

}  // namespace
