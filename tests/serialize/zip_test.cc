#include <zlib.h>

#include <filesystem>
#include <functional>
#include <string>

#include "cresset/serialize/crc32.h"
#include "cresset/serialize/zip_format.h"
#include "cresset/serialize/zip_reader.h"
#include "cresset/serialize/zip_writer.h"
#include "cresset/tensor/base/error.h"
#include "cresset/tests/catch.h"

namespace cresset::serialize {
namespace {

std::string little(uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i, value >>= 8) {
    out += static_cast<char>(value);
  }
  return out;
}

// One record of an archive made by hand, the way other programs write them.
struct Record {
  std::string name;
  std::string data;  // as stored in the file
  uint16_t method = 0;
  uint16_t flags = 0;
  uint32_t crc = 0;
  uint64_t size = 0;
  std::string local_name = name;
};

Record stored(const std::string& name, const std::string& data) {
  Record record{name, data};
  record.crc = crc32(0, data.data(), data.size());
  record.size = data.size();
  return record;
}

Record deflated(const std::string& name, const std::string& data) {
  Record record = stored(name, data);
  z_stream stream = {};
  REQUIRE(::deflateInit2(&stream, 9, Z_DEFLATED, -15, 9, 0) == Z_OK);
  std::string packed(::deflateBound(&stream, data.size()), '\0');
  stream.next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = reinterpret_cast<uint8_t*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  REQUIRE(::deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  ::deflateEnd(&stream);
  record.data = packed;
  record.method = 8;
  return record;
}

std::string archive(const std::vector<Record>& records,
                    const std::string& comment = "") {
  std::string out;
  std::string directory;
  for (const Record& r : records) {
    const std::string fields = little(r.flags, 2) + little(r.method, 2) +
                               little(0, 4) + little(r.crc, 4) +
                               little(r.data.size(), 4) + little(r.size, 4);
    directory += little(kCentralSignature, 4) + little(20, 2) + little(20, 2) +
                 fields + little(r.name.size(), 2) + little(0, 12) +
                 little(out.size(), 4) + r.name;
    out += little(kLocalSignature, 4) + little(20, 2) + fields +
           little(r.local_name.size(), 2) + little(0, 2) + r.local_name +
           r.data;
  }
  const size_t begin = out.size();
  out += directory + little(kEndSignature, 4) + little(0, 4) +
         little(records.size(), 2) + little(records.size(), 2) +
         little(directory.size(), 4) + little(begin, 4) +
         little(comment.size(), 2) + comment;
  return out;
}

ZipReader reader(const std::string& bytes) {
  return ZipReader(InputFile::from_bytes(bytes, "m.pt"));
}

std::string error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

std::string refused(const std::string& bytes) {
  return error_of([&] { reader(bytes); });
}

TEST_CASE("zip: records are aligned and come back", "[format]") {
  StringSink sink;
  ZipWriter writer(sink, "root");
  writer.add("a", "hello");
  writer.add("empty", "");
  writer.add("data/0", std::string(100000, 'x'));
  writer.finish();
  ZipReader zip = reader(sink.text);
  REQUIRE(zip.entries().size() == 3);
  for (const ZipEntry& entry : zip.entries()) CHECK(entry.data % 64 == 0);
  CHECK(zip.read_checked(*zip.find("root/a")).text() == "hello");
  CHECK(zip.read_checked(*zip.find("root/empty")).text().empty());
  CHECK(zip.read_checked(*zip.find("root/data/0")).size == 100000);
  CHECK(zip.find("root/b") == nullptr);
  CHECK(zip.find("ROOT/a") == nullptr);
}

TEST_CASE("zip: the writer's bytes are PyTorch's", "[format]") {
  // Offsets of torch.save({'a': torch.tensor([1., 2., 3.])}, 'tiny.pt').
  StringSink sink;
  ZipWriter writer(sink, "tiny");
  writer.add("data.pkl", std::string(162, 'p'));
  writer.add("data/0", std::string(12, 'd'));
  writer.add("version", "3\n");
  writer.finish();
  CHECK(sink.text.size() == 738);
  CHECK(sink.text.substr(0, 30) == "PK\x03\x04" + little(0, 2) +
                                       little(0x0808, 2) + little(0, 18) +
                                       little(13, 2) + little(21, 2));
  CHECK(sink.text.substr(43, 4) == "FB" + little(17, 2));
  CHECK(sink.text.substr(0xe2, 4) == little(kDescriptorSignature, 4));
  CHECK(sink.text.substr(0x1c0, 2) == "3\n");
  CHECK(sink.text.substr(0x1c6, 4) == little(0x55679ed1, 4));
  CHECK(sink.text.substr(0x280, 4) == little(kEnd64Signature, 4));
  CHECK(sink.text.substr(0x2b8, 4) == little(kLocatorSignature, 4));
}

// A sink that keeps only what a reader of the directory needs.
class SparseSink final : public Sink {
 public:
  explicit SparseSink(const std::string& path)
      : file_(std::fopen(path.c_str(), "wb")) {}
  ~SparseSink() override { std::fclose(file_); }
  void write(const void* data, size_t bytes) override {
    if (bytes >= (1 << 18)) {
      std::fseek(file_, static_cast<long>(bytes), SEEK_CUR);
    } else {
      std::fwrite(data, 1, bytes, file_);
    }
  }

 private:
  std::FILE* file_;
};

TEST_CASE("zip: sizes and offsets beyond 4 GiB", "[format][slow]") {
  const char* root = std::getenv("TEST_TMPDIR");
  const std::string path =
      std::string(root == nullptr ? "/tmp" : root) + "/big.zip";
  const uint64_t size = 0x100000000;
  {
    const auto zeros = InputFile::from_bytes("", "");
    // Memory that is never touched but by reading.
    std::FILE* hole = std::fopen((path + ".hole").c_str(), "wb");
    std::fclose(hole);
    std::filesystem::resize_file(path + ".hole", size);
    const auto source = InputFile::map(path + ".hole");
    SparseSink sink(path);
    ZipWriter writer(sink, "big");
    writer.add("data/0", source->data(), size);
    writer.add("data/1", "after");
    writer.finish();
  }
  ZipReader zip(InputFile::map(path));
  REQUIRE(zip.entries().size() == 2);
  CHECK(zip.entries()[0].size == size);
  CHECK(zip.entries()[1].header > 0xffffffffu);
  CHECK(zip.entries()[1].data % 64 == 0);
  CHECK(zip.read_checked(zip.entries()[1]).text() == "after");
  std::filesystem::remove(path);
  std::filesystem::remove(path + ".hole");
}

TEST_CASE("zip: archives of other programs are read", "[format]") {
  const std::string text(10000, 'a');
  const std::string bytes =
      archive({stored("r/version", "3"), deflated("r/x", text)}, "a comment");
  ZipReader zip = reader(bytes);
  CHECK(zip.read_checked(*zip.find("r/x")).text() == text);
  ZipReader junk = reader(bytes + "some bytes after the end");
  CHECK(junk.entries().size() == 2);
}

TEST_CASE("zip: a checksum of 0 counts as not computed", "[format]") {
  Record record = stored("r/x", "hello");
  record.crc = 0;
  ZipReader zip = reader(archive({record}));
  CHECK(zip.read_checked(zip.entries()[0]).text() == "hello");
  record.crc = 1;
  ZipReader wrong = reader(archive({record}));
  CHECK_THAT(error_of([&] { wrong.read_checked(wrong.entries()[0]); }),
             Catch::Contains("record 'r/x' at byte 33: its contents are "
                             "damaged"));
  CHECK(wrong.read_checked(wrong.entries()[0], false).text() == "hello");
}

TEST_CASE("zip: ambiguous and contradictory archives are refused",
          "[format][error]") {
  const Record a = stored("r/a", "1");
  CHECK_THAT(refused(archive({a, a})), Catch::Contains("two records"));
  CHECK_THAT(refused(archive({a, stored("R/A", "2")})),
             Catch::Contains("two records"));
  Record renamed = a;
  renamed.local_name = "r/b";
  CHECK_THAT(refused(archive({renamed})), Catch::Contains("another name"));
  Record locked = a;
  locked.flags = kFlagEncrypted;
  CHECK_THAT(refused(archive({locked})), Catch::Contains("encrypted"));
  Record longer = a;
  longer.size = 2;
  CHECK_THAT(refused(archive({longer})), Catch::Contains("two sizes"));

  std::string bytes = archive({a, stored("r/b", "2")});
  const std::string end = bytes.substr(bytes.size() - 22);
  CHECK_THAT(refused(bytes + end), Catch::Contains("directory"));
  const size_t second = bytes.rfind(little(kCentralSignature, 4));
  std::string overlapping = bytes;
  overlapping.replace(second + 42, 4, little(0, 4));
  CHECK_THAT(refused(overlapping), Catch::Contains("another name"));
  std::string outside = bytes;
  outside.replace(second + 42, 4, little(bytes.size(), 4));
  CHECK_THAT(refused(outside), Catch::Contains("outside the file"));
  std::string count = bytes;
  count.replace(bytes.size() - 14, 4, little(0x00030003, 4));
  CHECK_THAT(refused(count), Catch::Contains("directory"));
  CHECK_THAT(refused("PK\x03\x04"), Catch::Contains("no directory"));
}

TEST_CASE("zip: deflated data must have its declared size", "[format][error]") {
  for (const uint64_t lie : {uint64_t{9999}, uint64_t{10001}, uint64_t{0}}) {
    Record record = deflated("r/x", std::string(10000, 'a'));
    record.size = lie;
    ZipReader zip = reader(archive({record}));
    CHECK_THAT(error_of([&] { zip.read(zip.entries()[0]); }),
               Catch::Contains("inflates to"));
  }
  Record broken = deflated("r/x", std::string(10000, 'a'));
  broken.data[3] = static_cast<char>(broken.data[3] ^ 0x55);
  ZipReader zip = reader(archive({broken}));
  CHECK(error_of([&] { zip.read_checked(zip.entries()[0]); }) != "no error");
  Record other = stored("r/x", "abc");
  other.method = 12;
  ZipReader bzip = reader(archive({other}));
  CHECK_THAT(error_of([&] { bzip.read(bzip.entries()[0]); }),
             Catch::Contains("method 12"));
}

TEST_CASE("zip: a bomb is refused before it goes off", "[format][error]") {
  Record bomb = deflated("r/x", std::string(1 << 20, '\0'));
  bomb.size = 600 << 20;
  ZipReader zip = reader(archive({bomb}));
  CHECK_THAT(error_of([&] { zip.read(zip.entries()[0]); }),
             Catch::Contains("never makes"));
}

}  // namespace
}  // namespace cresset::serialize
