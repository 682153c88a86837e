// A caller publishes one job at a time. Workers that wake in time join it by
// counting themselves in at a gate, take pieces and count themselves out. The
// caller works on pieces too, then shuts the gate and waits only for those
// inside: a worker that the system did not run in time (a busy neighbour, a
// sleeping core) finds the gate shut and costs nothing.
//
// Each thread has a share of the range, the same one in every job of that
// length, so that the next op finds in a core's cache what the last one left
// there. Who is done with the own share takes pieces of the others'.

#include "cresset/tensor/core/parallel.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "cresset/tensor/base/error.h"

namespace cresset {
namespace {

using Body = internal::FunctionRef<void(int64_t, int64_t)>;

// How long a worker stays awake between jobs: longer than the gap between two
// ops of one model, far shorter than a scheduler's time slice.
constexpr std::chrono::microseconds kSpin{30};

// Pieces for each thread, so that a thread that falls behind gives work away.
constexpr int64_t kPiecesPerThread = 8;

constexpr uint32_t kOpen = uint32_t{1} << 31;

// True in workers, and in a caller while its job runs.
thread_local bool inside_job = false;

void pause_cpu() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

// Watches `word` for at most kSpin; true if it changed from `value`.
bool spin_while_equal(const std::atomic<uint32_t>& word, uint32_t value) {
  const auto start = std::chrono::steady_clock::now();
  do {
    for (int i = 0; i < 16; ++i) {
      if (word.load(std::memory_order_acquire) != value) return true;
      pause_cpu();
    }
  } while (std::chrono::steady_clock::now() - start < kSpin);
  return false;
}

struct Job {
  const Body* body = nullptr;
  int64_t begin = 0;
  int64_t end = 0;
  int64_t step = 0;  // length of a piece
  int helpers = 0;   // workers that may take part: those numbered below this
};

class Pool {
 public:
  // Runs `job` on the caller and its helpers; false, with nothing done, if
  // another thread's job is running.
  bool run(const Job& job) {
    const std::unique_lock<std::mutex> lock(busy_, std::try_to_lock);
    if (!lock.owns_lock()) return false;
    const int helpers = start_workers(job.helpers);
    job_ = job;
    job_.helpers = helpers;
    deal_shares();
    gate_.store(kOpen, std::memory_order_release);
    for (int i = 0; i < helpers; ++i) {
      workers_[i]->calls.fetch_add(1, std::memory_order_release);
      workers_[i]->calls.notify_one();
    }
    work(0);
    close_and_wait();
    if (error_) {
      std::exception_ptr error;
      std::swap(error, error_);
      std::rethrow_exception(error);
    }
    return true;
  }

 private:
  // A part of the job's range.
  struct alignas(64) Share {
    std::atomic<int64_t> next{0};  // first index not handed out
    int64_t end = 0;
  };

  struct Worker {
    explicit Worker(int i) : index(i) {}
    const int index;
    Share share;
    alignas(64) std::atomic<uint32_t> calls{0};  // jobs it was called to
  };

  // The caller's for 0, then the workers'.
  Share& share(int thread) {
    return thread == 0 ? callers_ : workers_[thread - 1]->share;
  }

  void deal_shares() {
    const int64_t pieces = (job_.end - job_.begin - 1) / job_.step + 1;
    const int threads = job_.helpers + 1;
    int64_t first = job_.begin;
    for (int t = 0; t < threads; ++t) {
      Share& dealt = share(t);
      dealt.next.store(first, std::memory_order_relaxed);
      first = job_.begin + pieces * (t + 1) / threads * job_.step;
      dealt.end = std::min(first, job_.end);
    }
  }

  // Makes sure of `wanted` workers; returns how many of them there are.
  int start_workers(int wanted) {
    while (static_cast<int>(workers_.size()) < wanted) {
      const int index = static_cast<int>(workers_.size());
      workers_.push_back(std::make_unique<Worker>(index));
      try {
        // Detached: idle workers touch only the pool, which is never freed, so
        // they may outlive everything else at exit.
        std::thread(&Pool::serve, this, workers_.back().get()).detach();
      } catch (const std::system_error&) {
        workers_.pop_back();
        break;
      }
    }
    return std::min(wanted, static_cast<int>(workers_.size()));
  }

  void serve(Worker* self) {
    inside_job = true;
    // A worker starts uncalled, so the call that made it counts as news.
    uint32_t seen = 0;
    for (;;) {
      if (!spin_while_equal(self->calls, seen)) {
        self->calls.wait(seen, std::memory_order_acquire);
      }
      seen = self->calls.load(std::memory_order_acquire);
      if (enter()) {
        // A late worker may meet a job it was not called to.
        if (self->index < job_.helpers) work(self->index + 1);
        leave();
      }
    }
  }

  bool enter() {
    uint32_t gate = gate_.load(std::memory_order_relaxed);
    while ((gate & kOpen) != 0) {
      if (gate_.compare_exchange_weak(gate, gate + 1, std::memory_order_acquire,
                                      std::memory_order_relaxed)) {
        return true;
      }
    }
    return false;
  }

  void leave() {
    // The last one out of a shut gate wakes the caller.
    if (gate_.fetch_sub(1, std::memory_order_acq_rel) == 1) gate_.notify_one();
  }

  void close_and_wait() {
    uint32_t gate = gate_.fetch_and(~kOpen, std::memory_order_acq_rel) & ~kOpen;
    while (gate != 0) {
      if (!spin_while_equal(gate_, gate)) {
        gate_.wait(gate, std::memory_order_acquire);
      }
      gate = gate_.load(std::memory_order_acquire);
    }
  }

  void work(int thread) {
    const Job job = job_;
    const int threads = job.helpers + 1;
    try {
      for (int k = 0; k < threads; ++k) {
        Share& from = share((thread + k) % threads);
        for (;;) {
          const int64_t first =
              from.next.fetch_add(job.step, std::memory_order_relaxed);
          if (first >= from.end) break;
          (*job.body)(first, std::min(first + job.step, from.end));
        }
      }
    } catch (...) {
      for (int t = 0; t < threads; ++t) {  // no further pieces
        share(t).next.store(share(t).end, std::memory_order_relaxed);
      }
      const std::lock_guard<std::mutex> lock(error_mutex_);
      if (!error_) error_ = std::current_exception();
    }
  }

  std::mutex busy_;  // held by the caller whose job runs
  std::vector<std::unique_ptr<Worker>> workers_;
  Job job_;
  std::mutex error_mutex_;
  std::exception_ptr error_;
  // kOpen while a job takes workers, plus the number of workers in it.
  alignas(64) std::atomic<uint32_t> gate_{0};
  Share callers_;
};

std::atomic<Pool*> the_pool{nullptr};
// After a fork the child has the parent's pool without its workers. It is kept
// reachable, and the child makes another.
Pool* abandoned_pool = nullptr;

Pool& pool() {
  Pool* existing = the_pool.load(std::memory_order_acquire);
  if (existing != nullptr) return *existing;
  static const int at_fork = pthread_atfork(nullptr, nullptr, [] {
    abandoned_pool = the_pool.exchange(nullptr, std::memory_order_relaxed);
  });
  static_cast<void>(at_fork);
  Pool* const fresh = new Pool;
  if (the_pool.compare_exchange_strong(existing, fresh,
                                       std::memory_order_acq_rel)) {
    return *fresh;
  }
  delete fresh;
  return *existing;
}

int available_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) == 0) {
    const int count = CPU_COUNT(&set);
    if (count > 0) return count;
  }
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

int initial_threads() {
  const char* wish = std::getenv("CRESSET_NUM_THREADS");
  if (wish == nullptr || *wish == '\0') return available_cores();
  int n = 0;
  const char* const end = wish + std::strlen(wish);
  const auto [stop, code] = std::from_chars(wish, end, n);
  CRESSET_CHECK(code == std::errc() && stop == end && n >= 1, kValue,
                "CRESSET_NUM_THREADS: expected a whole number of at least 1; "
                "got '",
                wish, "'");
  return n;
}

std::atomic<int>& thread_count() {
  static std::atomic<int> count{initial_threads()};
  return count;
}

}  // namespace

int get_num_threads() { return thread_count().load(std::memory_order_relaxed); }

void set_num_threads(int n) {
  CRESSET_CHECK(n >= 1, kValue,
                "set_num_threads: expected at least 1 thread; got ", n);
  thread_count().store(n, std::memory_order_relaxed);
}

namespace internal {

void parallel_run(int64_t begin, int64_t end, int64_t grain,
                  FunctionRef<void(int64_t, int64_t)> body) {
  if (begin >= end) return;
  grain = std::max<int64_t>(grain, 1);
  const int64_t blocks = (end - begin - 1) / grain + 1;
  const int64_t threads = std::min<int64_t>(get_num_threads(), blocks);
  if (threads <= 1 || inside_job) return body(begin, end);

  const int64_t per_piece =
      std::max<int64_t>(1, blocks / (threads * kPiecesPerThread));
  const Job job{&body, begin, end, per_piece * grain,
                static_cast<int>(threads) - 1};
  struct Inside {
    Inside() { inside_job = true; }
    ~Inside() { inside_job = false; }
  };
  bool done = false;
  {
    const Inside inside;
    done = pool().run(job);
  }
  // Another thread of the program has the workers; this one does without.
  if (!done) body(begin, end);
}

}  // namespace internal
}  // namespace cresset
