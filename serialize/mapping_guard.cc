#include "cresset/serialize/mapping_guard.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <mutex>

#include "cresset/tensor/base/error.h"
#include "cresset/tensor/core/lost_memory.h"

namespace cresset::serialize {

// The handler walks the list at any moment, so ranges are reused, never freed.
struct MappingGuard::Range {
  std::atomic<uintptr_t> begin{0};
  std::atomic<uintptr_t> end{0};  // 0 while nothing is mapped
  std::atomic<bool> lost{false};
  bool reported = false;  // under the mutex, as is `path`
  std::string path;
  Range* next = nullptr;
};

namespace {

using Range = MappingGuard::Range;

std::atomic<Range*> ranges{nullptr};
struct sigaction previous = {};
uintptr_t page_size = 4096;

// Never destroyed: tensors of static lifetime may be freed at the very end.
std::mutex& mutex() {
  static std::mutex* const instance = new std::mutex;
  return *instance;
}

[[noreturn]] void throw_lost(const std::string& path) {
  internal::throw_error(
      ErrorCode::kIo,
      path +
          ": reading the mapped file failed: a part of it is gone; it was cut "
          "short or its disk failed while tensors were using it, and their "
          "values are lost; drop them and load again, with .mmap = false if "
          "other programs change the file in place");
}

// Throws the error of a loss that someone still uses or nobody has seen yet.
void report() {
  const std::lock_guard<std::mutex> lock(mutex());
  // A loss during the search sets it again.
  internal::lost_memory_report.store(nullptr);
  for (Range* range = ranges.load(); range != nullptr; range = range->next) {
    if (!range->lost.load()) continue;
    if (range->end.load() == 0 && range->reported) continue;
    range->reported = true;
    internal::lost_memory_report.store(report);
    throw_lost(range->path);
  }
}

// Puts zeros where the file has no bytes left. Calls nothing that a signal
// handler must not call.
bool replace_page(uintptr_t at) {
  for (Range* range = ranges.load(); range != nullptr; range = range->next) {
    const uintptr_t end = range->end.load();
    if (at < range->begin.load() || at >= end) continue;
    const uintptr_t page = at / page_size * page_size;
    constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
    void* const start = reinterpret_cast<void*>(page);  // NOLINT
    if (::mmap(start, page_size, PROT_READ | PROT_WRITE, kFlags, -1, 0) ==
            MAP_FAILED &&
        // Too many pieces: the rest of the file in one.
        ::mmap(start, end - page, PROT_READ | PROT_WRITE, kFlags, -1, 0) ==
            MAP_FAILED) {
      return false;
    }
    range->lost.store(true);
    internal::lost_memory_report.store(report);
    return true;
  }
  return false;
}

void on_bus_error(int number, siginfo_t* info, void* context) {
  const int saved = errno;
  const bool replaced =
      info->si_code == BUS_ADRERR &&
      replace_page(reinterpret_cast<uintptr_t>(info->si_addr));
  errno = saved;
  if (replaced) return;
  if ((previous.sa_flags & SA_SIGINFO) != 0) {
    previous.sa_sigaction(number, info, context);
  } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(number);
  } else {
    // The signal comes again as the handler returns, with its usual effect.
    struct sigaction usual = {};
    usual.sa_handler = SIG_DFL;
    ::sigaction(number, &usual, nullptr);
    if (info->si_code <= 0) ::raise(number);  // sent, so it does not come again
  }
}

// Once, under the mutex.
void install() {
  static bool installed = false;
  if (installed) return;
  installed = true;
  page_size = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  struct sigaction action = {};
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGBUS, &action, &previous);
}

// A range that nobody uses, or a new one.
Range* free_range() {
  for (Range* range = ranges.load(); range != nullptr; range = range->next) {
    const bool pending = range->lost.load() && !range->reported;
    if (range->end.load() == 0 && !pending) return range;
  }
  Range* const made = new Range;
  made->next = ranges.load();
  ranges.store(made);
  return made;
}

}  // namespace

MappingGuard::MappingGuard(const std::string& path, void* data, size_t bytes) {
  const std::lock_guard<std::mutex> lock(mutex());
  install();
  range_ = free_range();
  range_->path = path;
  range_->reported = false;
  range_->lost.store(false);
  const auto begin = reinterpret_cast<uintptr_t>(data);
  range_->begin.store(begin);
  range_->end.store((begin + bytes + page_size - 1) / page_size * page_size);
}

MappingGuard::~MappingGuard() {
  const std::lock_guard<std::mutex> lock(mutex());
  range_->end.store(0);
}

void MappingGuard::check() const {
  if (!range_->lost.load()) return;
  const std::lock_guard<std::mutex> lock(mutex());
  range_->reported = true;
  throw_lost(range_->path);
}

}  // namespace cresset::serialize
