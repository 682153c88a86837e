// Runs the blocks of a kernel one after the other, and the threads of a block
// as fibers.
//
// A thread runs until it ends or waits for others, so a kernel without
// barriers needs one fiber and no switch. CRESSET_SIM_ORDER chooses which
// thread, which block and which of several waiting threads goes first.

#ifndef CRESSET_TESTS_CUDA_SIM_SCHEDULER_H_
#define CRESSET_TESTS_CUDA_SIM_SCHEDULER_H_

#include <cuda_runtime_api.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cresset/tests/cuda_sim/fault.h"
#include "cresset/tests/cuda_sim/fiber.h"
#include "cresset/tests/cuda_sim/kernel/warp.h"
#include "cresset/tests/cuda_sim/ring.h"

namespace cuda_sim {

struct KernelRun {
  const void* kernel;
  dim3 grid;
  dim3 block;
  size_t shared;
  const std::function<void()>* thread;
};

class Scheduler {
 public:
  // Throws Fault.
  void run(const KernelRun& kernel);

  // The following are called by the threads of the kernel.
  int barrier(CallSite site, Vote vote, int predicate);
  uint64_t collective(WarpOp op, unsigned mask, uint64_t value, int source,
                      CallSite site);
  void* shared() const;
  // `text` by value: nothing on the caller's stack is destroyed any more, so
  // nothing there may own memory.
  [[noreturn]] void fail(cudaError_t error, std::string text);

  // Whether the calling host thread is in a kernel.
  bool runs_here() const;
  // Whether the address lies on a stack of a kernel's thread.
  bool on_stack(const void* address) const;
  int lane() const { return static_cast<int>(self_->number % 32); }

 private:
  enum class State { kNew, kRunning, kReady, kBarrier, kWarp, kDone };

  struct Thread {
    unsigned number;  // in the block
    uint3 index;
    State state;
    Fiber* fiber;
    CallSite site;    // where it waits
    unsigned mask;    // with which lanes
    uint64_t value;   // what it brought to the warp's function
    uint64_t result;  // what it gets from it
    int source;
  };

  // Lanes that have come to a warp function with the same mask.
  struct Meeting {
    unsigned mask;
    unsigned arrived;
    WarpOp op;
  };

  struct Warp {
    unsigned lanes;  // that there are
    unsigned left;   // that have ended
    std::vector<Meeting> meetings;
  };

  void set_up(const KernelRun& kernel);
  void run_block(uint64_t number);
  void start_threads();
  void start(Thread& thread);
  void finish(Thread& thread);

  // Gives way to another thread until something makes `self_` ready.
  void wait(State state, CallSite site);
  void make_ready(Thread& thread);
  // Switches to a thread that can run, or to a fiber that starts one.
  void go_on();
  [[noreturn]] void leave();
  void release_barrier();
  void finish_meeting(Warp& warp, unsigned mask, WarpOp op);

  [[noreturn]] void deadlock();
  std::string place() const;
  std::string who_waits() const;

  const KernelRun* kernel_ = nullptr;
  std::vector<Thread> threads_;
  std::vector<Warp> warps_;
  std::vector<unsigned> order_;  // in which threads start
  uint64_t random_ = 1;
  size_t started_ = 0;
  size_t done_ = 0;
  size_t at_barrier_ = 0;
  CallSite barrier_site_ = {};
  int votes_ = 0;
  int vote_result_ = 0;
  Ring<Thread*> ready_;
  Thread* self_ = nullptr;
  void* shared_ = nullptr;

  std::vector<std::unique_ptr<Fiber>> fibers_;
  std::vector<Fiber*> idle_;
  Fiber* running_ = nullptr;
  Fiber* host_ = nullptr;
  std::unique_ptr<Fault> fault_;
};

// The one scheduler: devices take turns.
Scheduler& scheduler();

}  // namespace cuda_sim

#endif  // CRESSET_TESTS_CUDA_SIM_SCHEDULER_H_
