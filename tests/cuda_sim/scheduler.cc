#include "cresset/tests/cuda_sim/scheduler.h"

#include <numeric>
#include <string_view>
#include <utility>

#include "cresset/tests/cuda_sim/settings.h"
#include "cresset/tests/cuda_sim/shared_memory.h"

uint3 threadIdx;
uint3 blockIdx;
dim3 blockDim;
dim3 gridDim;

namespace cuda_sim {
namespace {

// The host thread that is in a kernel; what it is set to does not matter
// elsewhere.
thread_local bool in_kernel = false;

uint64_t next_random(uint64_t& state) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return state >> 33;
}

uint64_t total(dim3 d) { return static_cast<uint64_t>(d.x) * d.y * d.z; }

// The index that number `n` has in a box; x counts fastest.
uint3 index_in(dim3 box, uint64_t n) {
  return {static_cast<unsigned>(n % box.x),
          static_cast<unsigned>(n / box.x % box.y),
          static_cast<unsigned>(n / box.x / box.y)};
}

// A step that visits all of `count` blocks in an order that looks random.
uint64_t step_for(uint64_t count, uint64_t random) {
  uint64_t step = count < 3 ? 1 : random % count;
  while (std::gcd(step, count) != 1) ++step;
  return step;
}

}  // namespace

Scheduler& scheduler() {
  static Scheduler one;
  return one;
}

bool Scheduler::runs_here() const { return in_kernel; }

bool Scheduler::on_stack(const void* address) const {
  for (const auto& fiber : fibers_) {
    if (fiber->holds(address)) return true;
  }
  return false;
}

void Scheduler::set_up(const KernelRun& kernel) {
  kernel_ = &kernel;
  blockDim = kernel.block;
  gridDim = kernel.grid;
  const auto count = static_cast<unsigned>(total(kernel.block));
  threads_.resize(count);
  order_.resize(count);
  for (unsigned i = 0; i < count; ++i) {
    threads_[i] = Thread{};
    threads_[i].number = i;
    threads_[i].index = index_in(kernel.block, i);
    order_[i] = settings().order == Order::kReverse ? count - 1 - i : i;
  }
  warps_.assign((count + 31) / 32, Warp{~0u, 0, {}});
  if (count % 32 != 0) warps_.back().lanes = (1u << count % 32) - 1;
  random_ = settings().seed;
}

void Scheduler::run(const KernelRun& kernel) {
  watch_accesses();
  set_up(kernel);
  shared_ = prepare_shared(kernel.shared);
  const uint64_t blocks = total(kernel.grid);
  uint64_t step = 1, number = 0;
  if (settings().order == Order::kReverse) {
    step = number = blocks - 1;
  } else if (settings().order == Order::kShuffle) {
    step = step_for(blocks, next_random(random_));
  }
  for (uint64_t i = 0; i < blocks; ++i) {
    run_block(number);
    number = (number + step) % blocks;
  }
  kernel_ = nullptr;
}

void Scheduler::run_block(uint64_t number) {
  blockIdx = index_in(kernel_->grid, number);
  if (settings().order == Order::kShuffle) {
    for (size_t i = order_.size(); i > 1; --i) {
      std::swap(order_[i - 1], order_[next_random(random_) % i]);
    }
  }
  started_ = done_ = at_barrier_ = 0;
  for (Thread& thread : threads_) thread.state = State::kNew;
  for (Warp& warp : warps_) warp.left = 0;
  ready_.reset(1024);
  if (kernel_->shared > 0) clear_shared();

  Fiber host;
  host_ = &host;
  running_ = &host;
  in_kernel = true;
  go_on();
  in_kernel = false;
  if (kernel_->shared > 0 && !fault_) {
    const std::string problem = shared_problem();
    if (!problem.empty()) {
      fault_ = std::make_unique<Fault>(
          Fault{cudaErrorIllegalAddress, place() + ": " + problem});
    }
  }
  if (fault_) {
    // The threads are left where they are; their stacks serve others.
    idle_.clear();
    for (const auto& fiber : fibers_) {
      fiber->restart();
      idle_.push_back(fiber.get());
    }
    const Fault fault = *fault_;
    fault_.reset();
    kernel_ = nullptr;
    throw fault;
  }
}

// What every fiber does: starts threads as long as none waits to go on.
void Scheduler::start_threads() {
  for (;;) {
    while (ready_.empty() && started_ < order_.size()) {
      Thread& thread = threads_[order_[started_++]];
      start(thread);
      (*kernel_->thread)();
      finish(*self_);
    }
    if (ready_.empty() && done_ < threads_.size()) deadlock();
    idle_.push_back(running_);
    go_on();
  }
}

void Scheduler::start(Thread& thread) {
  thread.fiber = running_;
  thread.state = State::kRunning;
  self_ = &thread;
  threadIdx = thread.index;
}

void Scheduler::finish(Thread& thread) {
  thread.state = State::kDone;
  warps_[thread.number / 32].left |= 1u << (thread.number % 32);
  ++done_;
}

void Scheduler::make_ready(Thread& thread) {
  thread.state = State::kReady;
  ready_.push(&thread);
}

void Scheduler::go_on() {
  Fiber* from = running_;
  Fiber* to = host_;
  if (!ready_.empty()) {
    Thread* thread = ready_.pop();
    thread->state = State::kRunning;
    self_ = thread;
    threadIdx = thread->index;
    to = thread->fiber;
  } else if (started_ < order_.size()) {
    if (idle_.empty()) {
      fibers_.push_back(
          std::make_unique<Fiber>([] { scheduler().start_threads(); }));
      idle_.push_back(fibers_.back().get());
    }
    to = idle_.back();
    idle_.pop_back();
  } else if (done_ < threads_.size()) {
    deadlock();
  }
  if (to == from) return;
  running_ = to;
  Fiber::run(*from, *to);
}

void Scheduler::leave() {
  Fiber* from = running_;
  running_ = host_;
  Fiber::run(*from, *host_);
  __builtin_unreachable();
}

void Scheduler::wait(State state, CallSite site) {
  Thread& thread = *self_;
  thread.state = state;
  thread.site = site;
  go_on();
}

int Scheduler::barrier(CallSite site, Vote vote, int predicate) {
  if (at_barrier_ == 0) {
    barrier_site_ = site;
    votes_ = 0;
  } else if (site.line != barrier_site_.line ||
             std::string_view(site.file) != barrier_site_.file) {
    self_->state = State::kBarrier;
    self_->site = site;
    std::string text =
        "threads of a block wait at different barriers: " + who_waits();
    fail(cudaErrorLaunchTimeout, std::move(text));
  }
  ++at_barrier_;
  votes_ += predicate != 0;
  if (at_barrier_ < threads_.size()) {
    wait(State::kBarrier, site);
  } else {
    const int all = static_cast<int>(threads_.size());
    vote_result_ = vote == Vote::kCount ? votes_
                   : vote == Vote::kAnd ? votes_ == all
                                        : votes_ > 0;
    release_barrier();
  }
  return vote_result_;
}

void Scheduler::release_barrier() {
  at_barrier_ = 0;
  for (const unsigned number : order_) {
    if (&threads_[number] != self_) make_ready(threads_[number]);
  }
}

void* Scheduler::shared() const { return shared_; }

}  // namespace cuda_sim
