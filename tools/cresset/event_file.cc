#include "cresset/tools/cresset/event_file.h"

#include <bit>
#include <optional>

#include "cresset/tools/cresset/exit_code.h"
#include "cresset/tools/demos/tensorboard.h"

namespace cresset::cli {
namespace {

uint64_t little_endian(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) {
    value = value << 8 | static_cast<uint8_t>(bytes[i]);
  }
  return value;
}

// A field of a protobuf message: a number, or bytes.
struct Field {
  uint64_t id = 0;
  int wire = 0;
  uint64_t number = 0;
  std::string_view bytes;
};

// Takes fields off the front of a message; nothing at its end, and nothing
// with `broken` set where it is no message.
class Fields {
 public:
  explicit Fields(std::string_view message) : left_(message) {}

  std::optional<Field> next() {
    if (left_.empty() || broken) return {};
    Field field;
    const uint64_t key = varint();
    field.id = key >> 3;
    field.wire = static_cast<int>(key & 7);
    switch (field.wire) {
      case 0:
        field.number = varint();
        break;
      case 1:
        field.number = little_endian(take(8));
        break;
      case 2:
        field.bytes = take(varint());
        break;
      case 5:
        field.number = little_endian(take(4));
        break;
      default:
        broken = true;
    }
    if (broken) return {};
    return field;
  }

  bool broken = false;

 private:
  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const std::string_view byte = take(1);
      if (byte.empty()) return 0;
      const auto b = static_cast<uint8_t>(byte[0]);
      value |= static_cast<uint64_t>(b & 127) << shift;
      if (b < 128) return value;
    }
    broken = true;
    return 0;
  }
  std::string_view take(uint64_t count) {
    if (count > left_.size()) {
      broken = true;
      return {};
    }
    const std::string_view taken = left_.substr(0, count);
    left_.remove_prefix(count);
    return taken;
  }

  std::string_view left_;
};

// A scalar is a plain float (field 2) in files of old writers and a tensor
// (field 8) with one float in those of new ones.
std::optional<double> scalar_of_tensor(std::string_view message) {
  Fields fields(message);
  std::optional<double> value;
  while (const auto field = fields.next()) {
    const bool floats = field->id == 5;
    if (floats && field->wire == 5) {
      value = std::bit_cast<float>(static_cast<uint32_t>(field->number));
    } else if ((floats || field->id == 4) && field->bytes.size() == 4) {
      value = std::bit_cast<float>(
          static_cast<uint32_t>(little_endian(field->bytes)));
    }
  }
  if (fields.broken) return {};
  return value;
}

// Adds the scalars of one event; false if it is no message.
bool add_event(std::string_view message, std::vector<EventPoint>& points) {
  EventPoint event;
  std::vector<std::string_view> summaries;
  Fields fields(message);
  while (const auto field = fields.next()) {
    if (field->id == 1) event.time = std::bit_cast<double>(field->number);
    if (field->id == 2) event.step = static_cast<int64_t>(field->number);
    if (field->id == 5 && field->wire == 2) summaries.push_back(field->bytes);
  }
  bool good = !fields.broken;
  for (const std::string_view summary : summaries) {
    Fields values(summary);
    while (const auto value = values.next()) {
      if (value->id != 1 || value->wire != 2) continue;
      Fields parts(value->bytes);
      EventPoint point = event;
      bool scalar = false;
      while (const auto part = parts.next()) {
        if (part->id == 1) point.tag = std::string(part->bytes);
        if (part->id == 2 && part->wire == 5) {
          point.value =
              std::bit_cast<float>(static_cast<uint32_t>(part->number));
          scalar = true;
        }
        if (part->id == 8 && part->wire == 2) {
          const auto number = scalar_of_tensor(part->bytes);
          scalar = scalar || number.has_value();
          point.value = number.value_or(point.value);
        }
      }
      good = good && !parts.broken;
      if (scalar && !point.tag.empty()) points.push_back(std::move(point));
    }
    good = good && !values.broken;
  }
  return good;
}

}  // namespace

std::vector<EventPoint> read_events(std::string_view bytes,
                                    const std::string& path) {
  constexpr size_t kHead = 12, kTail = 4;
  std::vector<EventPoint> points;
  size_t at = 0;
  const auto check = [&](bool good, const char* what) {
    if (good) return;
    throw CliError(kExitDamaged, path + ": event at byte " +
                                     std::to_string(at) + ": " + what);
  };
  const auto matches = [](std::string_view data, std::string_view sum) {
    return demos::internal::masked_crc32c(data) == little_endian(sum);
  };
  while (bytes.size() - at >= kHead) {
    const std::string_view length = bytes.substr(at, 8);
    check(matches(length, bytes.substr(at + 8, 4)),
          "the checksum of its length is wrong");
    const uint64_t size = little_endian(length);
    const size_t left = bytes.size() - at - kHead;
    if (left < kTail || size > left - kTail) break;
    const std::string_view message = bytes.substr(at + kHead, size);
    check(matches(message, bytes.substr(at + kHead + size, kTail)),
          "its checksum is wrong");
    check(add_event(message, points), "it is no event");
    at += kHead + size + kTail;
  }
  return points;
}

}  // namespace cresset::cli
