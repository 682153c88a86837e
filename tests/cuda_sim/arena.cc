#include "cresset/tests/cuda_sim/arena.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "cresset/tests/cuda_sim/sanitizer.h"

namespace cuda_sim {
namespace {

constexpr size_t kAlign = 256;
constexpr size_t kGuard = 256;
constexpr unsigned char kFill = 0xff;
constexpr unsigned char kGuardByte = 0xe5;
// Freed blocks of this size altogether are watched before they are reused.
constexpr size_t kWatched = size_t{16} << 20;
// So much of them is looked at when nothing asks for all.
constexpr size_t kGlance = size_t{128} << 10;
constexpr size_t kPage = 4096;

size_t round_up(size_t n, size_t to) { return (n + to - 1) / to * to; }

// The first byte of [data, data + bytes) that differs, or nullptr.
const char* first_other(const char* data, size_t bytes, unsigned char value) {
  if (bytes == 0) return nullptr;
  const auto v = static_cast<char>(value);
  if (*data == v && std::memcmp(data, data + 1, bytes - 1) == 0) return nullptr;
  return std::find_if(data, data + bytes, [v](char c) { return c != v; });
}

std::string name_of(const Arena::Block& block, int device) {
  return "allocation " + std::to_string(block.serial) +
         " of cuda:" + std::to_string(device) + " (" +
         std::to_string(block.bytes) + " bytes)";
}

}  // namespace

Arena::Arena(int device, size_t bytes)
    : device_(device),
      total_(bytes),
      // Room for guards and for what fragments leave unused.
      reserved_(round_up(2 * bytes + (size_t{64} << 20), kPage)) {
  file_ = memfd_create("cuda_sim", MFD_CLOEXEC);
  if (file_ < 0 || ftruncate(file_, static_cast<off_t>(reserved_)) != 0) {
    throw std::runtime_error("cuda_sim: no memory for a device");
  }
  void* view =
      mmap(nullptr, reserved_, PROT_NONE, MAP_SHARED | MAP_NORESERVE, file_, 0);
  void* alias = mmap(nullptr, reserved_, PROT_READ | PROT_WRITE,
                     MAP_SHARED | MAP_NORESERVE, file_, 0);
  if (view == MAP_FAILED || alias == MAP_FAILED) {
    throw std::runtime_error("cuda_sim: no addresses for a device's memory");
  }
  base_ = reinterpret_cast<uintptr_t>(view);
  alias_ = static_cast<char*>(alias);
  end_ = base_ + kPage;  // nothing lives right at the start
}

Arena::~Arena() {
  munmap(reinterpret_cast<void*>(base_), reserved_);
  munmap(alias_, reserved_);
  ::close(file_);
}

bool Arena::holds(const void* data) const {
  const auto p = reinterpret_cast<uintptr_t>(data);
  return p >= base_ && p < base_ + reserved_;
}

char* Arena::alias(const void* data) const {
  return alias_ + (reinterpret_cast<uintptr_t>(data) - base_);
}

void* Arena::allocate(size_t bytes) {
  if (bytes > total_ - used_) return nullptr;
  const size_t span = round_up(bytes, kAlign) + kGuard;
  uintptr_t begin = take_hole(span);
  if (begin == 0 && span <= base_ + reserved_ - end_) {
    begin = end_;
    end_ += span;
    if (is_open_) open();
  }
  while (begin == 0 && !freed_.empty()) {
    forget_oldest();
    begin = take_hole(span);
  }
  if (begin == 0) return nullptr;
  void* data = reinterpret_cast<void*>(begin);
  std::memset(alias(data), kFill, bytes);
  std::memset(alias(data) + bytes, kGuardByte, span - bytes);
  sanitizer::allow(data, span);
  sanitizer::forbid(static_cast<char*>(data) + bytes, span - bytes);
  blocks_[begin] = {bytes, span, ++serial_, true};
  used_ += bytes;
  return data;
}

Arena::Release Arena::release(void* data) {
  const auto begin = reinterpret_cast<uintptr_t>(data);
  const auto it = blocks_.find(begin);
  if (it == blocks_.end()) return {"it is " + describe(data), ""};
  Block& block = it->second;
  if (!block.live) return {name_of(block, device_) + " was freed before", ""};
  std::string damage = check_guard(begin, block);
  block.live = false;
  used_ -= block.bytes;
  std::memset(alias(data), kFill, block.bytes);
  sanitizer::forbid(data, block.span);
  freed_.push_back(begin);
  freed_bytes_ += block.span;
  while (freed_bytes_ > kWatched) forget_oldest();
  return {"", std::move(damage)};
}

void Arena::forget_oldest() {
  const uintptr_t begin = freed_.front();
  freed_.pop_front();
  const size_t span = blocks_.at(begin).span;
  if (late_damage_.empty())
    late_damage_ = check_freed(begin, blocks_.at(begin));
  blocks_.erase(begin);
  freed_bytes_ -= span;
  // Whole pages go back to the system.
  const size_t from = round_up(begin - base_, kPage);
  const size_t to = (begin - base_ + span) / kPage * kPage;
  if (to > from + (size_t{1} << 20)) {
    fallocate(file_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
              static_cast<off_t>(from), static_cast<off_t>(to - from));
  }
  add_hole(begin, span);
}

void Arena::add_hole(uintptr_t begin, size_t span) {
  auto next = holes_.lower_bound(begin);
  if (next != holes_.end() && begin + span == next->first) {
    span += next->second;
    next = holes_.erase(next);
  }
  if (next != holes_.begin()) {
    auto before = std::prev(next);
    if (before->first + before->second == begin) {
      before->second += span;
      return;
    }
  }
  holes_[begin] = span;
}

uintptr_t Arena::take_hole(size_t span) {
  for (auto it = holes_.begin(); it != holes_.end(); ++it) {
    if (it->second < span) continue;
    const uintptr_t begin = it->first;
    const size_t rest = it->second - span;
    holes_.erase(it);
    if (rest > 0) holes_[begin + span] = rest;
    return begin;
  }
  return 0;
}

const Arena::Block* Arena::find(const void* data, const char** begin) const {
  const auto p = reinterpret_cast<uintptr_t>(data);
  auto it = blocks_.upper_bound(p);
  if (it == blocks_.begin()) return nullptr;
  --it;
  if (!it->second.live || p > it->first + it->second.bytes) return nullptr;
  *begin = reinterpret_cast<const char*>(it->first);
  return &it->second;
}

std::string Arena::describe(const void* data) const {
  const auto p = reinterpret_cast<uintptr_t>(data);
  auto it = blocks_.upper_bound(p);
  if (it == blocks_.begin() ||
      p >= std::prev(it)->first + std::prev(it)->second.span) {
    return "memory of cuda:" + std::to_string(device_) +
           " that is not allocated";
  }
  --it;
  const Block& block = it->second;
  const size_t offset = p - it->first;
  const std::string name = name_of(block, device_);
  if (!block.live) {
    return "byte " + std::to_string(offset) + " of " + name +
           ", which was freed";
  }
  if (offset < block.bytes) {
    return "byte " + std::to_string(offset) + " of " + name;
  }
  return std::to_string(offset - block.bytes) + " bytes past the end of " +
         name;
}

void Arena::open() {
  mprotect(reinterpret_cast<void*>(base_), round_up(end_ - base_, kPage),
           PROT_READ | PROT_WRITE);
  is_open_ = true;
}

void Arena::close() {
  if (!is_open_) return;
  mprotect(reinterpret_cast<void*>(base_), round_up(end_ - base_, kPage),
           PROT_NONE);
  is_open_ = false;
}

std::string Arena::check_guard(uintptr_t begin, Block& block) {
  char* guard = alias(reinterpret_cast<void*>(begin)) + block.bytes;
  const size_t size = block.span - block.bytes;
  const char* bad = first_other(guard, size, kGuardByte);
  if (bad == nullptr) return "";
  const std::string where = std::to_string(bad - guard);
  std::memset(guard, kGuardByte, size);
  return "something was written " + where + " bytes past the end of " +
         name_of(block, device_);
}

std::string Arena::check_freed(uintptr_t begin, const Block& block) const {
  const char* data = alias(reinterpret_cast<void*>(begin));
  const char* bad = first_other(data, block.bytes, kFill);
  if (bad == nullptr) return "";
  return "byte " + std::to_string(bad - data) + " of " +
         name_of(block, device_) + " was written after it had been freed";
}

std::string Arena::overrun() {
  for (auto& [begin, block] : blocks_) {
    std::string damage = check_guard(begin, block);
    if (!damage.empty()) return damage;
  }
  return "";
}

std::string Arena::late_write(Look look) {
  std::string damage = std::exchange(late_damage_, "");
  size_t left = look == Look::kAtAll ? kWatched : kGlance;
  for (size_t i = 0; i < freed_.size() && damage.empty(); ++i) {
    const uintptr_t begin = freed_[next_look_++ % freed_.size()];
    const Block& block = blocks_.at(begin);
    damage = check_freed(begin, block);
    if (!damage.empty()) {
      std::memset(alias(reinterpret_cast<void*>(begin)), kFill, block.bytes);
    }
    if (block.bytes >= left) break;
    left -= block.bytes;
  }
  return damage;
}

}  // namespace cuda_sim
