#include "cresset/tools/demos/tensorboard.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <filesystem>
#include <system_error>

#include "cresset/tensor/base/error.h"

namespace cresset::demos {
namespace internal {
namespace {

constexpr std::array<uint32_t, 256> kCrcTable = [] {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t c = i;
    for (int k = 0; k < 8; ++k) c = c & 1 ? c >> 1 ^ 0x82f63b78u : c >> 1;
    table[i] = c;
  }
  return table;
}();

template <class T>
void append_little_endian(std::string& out, T value) {
  for (size_t i = 0; i < sizeof(T); ++i) {
    out += static_cast<char>(value >> 8 * i & 255);
  }
}

void append_varint(std::string& out, uint64_t value) {
  for (; value >= 128; value >>= 7) out += static_cast<char>(value | 128);
  out += static_cast<char>(value);
}

// A protobuf field starts with its number and how its value is stored.
enum Wire { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

void append_key(std::string& out, int field, Wire wire) {
  append_varint(out, static_cast<uint64_t>(field << 3 | wire));
}

void append_bytes(std::string& out, int field, std::string_view bytes) {
  append_key(out, field, kBytes);
  append_varint(out, bytes.size());
  out += bytes;
}

void append_wall_time(std::string& out, double wall_time) {
  append_key(out, 1, kFixed64);
  append_little_endian(out, std::bit_cast<uint64_t>(wall_time));
}

}  // namespace

uint32_t crc32c(std::string_view bytes) {
  uint32_t c = ~0u;
  for (const char b : bytes) {
    c = kCrcTable[(c ^ static_cast<uint8_t>(b)) & 255] ^ c >> 8;
  }
  return ~c;
}

uint32_t masked_crc32c(std::string_view bytes) {
  return std::rotr(crc32c(bytes), 15) + 0xa282ead8u;
}

std::string file_version_event(double wall_time) {
  std::string out;
  append_wall_time(out, wall_time);
  append_bytes(out, 3, "brain.Event:2");
  return out;
}

std::string scalar_event(double wall_time, int64_t step, std::string_view tag,
                         float value) {
  std::string point;
  append_bytes(point, 1, tag);
  append_key(point, 2, kFixed32);
  append_little_endian(point, std::bit_cast<uint32_t>(value));
  std::string summary;
  append_bytes(summary, 1, point);

  std::string out;
  append_wall_time(out, wall_time);
  append_key(out, 2, kVarint);
  append_varint(out, static_cast<uint64_t>(step));
  append_bytes(out, 5, summary);
  return out;
}

std::string framed(std::string_view message) {
  std::string length;
  append_little_endian(length, static_cast<uint64_t>(message.size()));
  std::string out = length;
  append_little_endian(out, masked_crc32c(length));
  out += message;
  append_little_endian(out, masked_crc32c(message));
  return out;
}

}  // namespace internal

namespace {

double wall_time() {
  return std::chrono::duration<double>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

EventWriter::EventWriter(const std::string& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  CRESSET_CHECK(!failed, kIo, folder, ": cannot make the folder; ",
                failed.message());
  static std::atomic<int> files{0};
  char host[256] = "localhost";
  gethostname(host, sizeof host - 1);
  path_ = cresset::internal::concat(
      folder, "/events.out.tfevents.", static_cast<int64_t>(wall_time()), ".",
      static_cast<const char*>(host), ".", getpid(), ".", files++);
  out_.open(path_, std::ios::binary);
  write(internal::file_version_event(wall_time()));
}

void EventWriter::scalar(std::string_view tag, double value, int64_t step) {
  write(internal::scalar_event(wall_time(), step, tag,
                               static_cast<float>(value)));
}

void EventWriter::write(const std::string& message) {
  out_ << internal::framed(message) << std::flush;
  CRESSET_CHECK(out_, kIo, path_, ": cannot write");
}

}  // namespace cresset::demos
