#include "cresset/tests/cuda_sim/shared_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "cresset/tests/cuda_sim/sanitizer.h"

namespace cuda_sim {
namespace {

constexpr size_t kPage = 4096;
constexpr size_t kPast = 1 << 20;  // addresses that cannot be touched
constexpr size_t kRoom = (kSharedMost + 2 * kPage - 1) / kPage * kPage;
constexpr size_t kBefore = 64;  // bytes that are watched below the start
constexpr char kGuardByte = '\x5e';

struct Memory {
  char* room;  // kRoom bytes, then kPast that cannot be touched
  char* begin;
  size_t bytes;
};

Memory& memory() {
  static Memory all = [] {
    void* room = mmap(nullptr, kRoom + kPast, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (room == MAP_FAILED) throw std::bad_alloc();
    char* data = static_cast<char*>(room);
    mprotect(data + kRoom, kPast, PROT_NONE);
    return Memory{data, data + kRoom, 0};
  }();
  return all;
}

char* end_of_room() { return memory().room + kRoom; }

bool untouched(const char* from, const char* to) {
  return std::all_of(from, to, [](char c) { return c == kGuardByte; });
}

}  // namespace

void* prepare_shared(size_t bytes) {
  Memory& m = memory();
  sanitizer::allow(m.room, kRoom);
  m.bytes = bytes;
  m.begin = end_of_room() - (bytes + 15) / 16 * 16;
  return m.begin;
}

void clear_shared() {
  Memory& m = memory();
  sanitizer::allow(m.room, kRoom);
  std::memset(m.begin - kBefore, kGuardByte, kBefore);
  std::memset(m.begin, 0xff, m.bytes);
  char* past = m.begin + m.bytes;
  std::memset(past, kGuardByte, static_cast<size_t>(end_of_room() - past));
  sanitizer::forbid(m.begin - kBefore, kBefore);
  sanitizer::forbid(past, static_cast<size_t>(end_of_room() - past));
}

std::string shared_problem() {
  Memory& m = memory();
  sanitizer::allow(m.room, kRoom);
  const char* past = m.begin + m.bytes;
  const bool after = !untouched(past, end_of_room());
  if (!after && untouched(m.begin - kBefore, m.begin)) return "";
  return std::string("something was written ") +
         (after ? "past the end" : "before the start") +
         " of the dynamic shared memory (" + std::to_string(m.bytes) +
         " bytes)";
}

std::string describe_shared(const void* address) {
  const Memory& m = memory();
  const char* p = static_cast<const char*>(address);
  if (p < m.room || p >= m.room + kRoom + kPast) return "";
  return "byte " + std::to_string(p - m.begin) +
         " of the dynamic shared memory, which has " + std::to_string(m.bytes) +
         " bytes";
}

}  // namespace cuda_sim
