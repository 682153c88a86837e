// What the scheduler says when a kernel cannot go on.

#include <map>
#include <utility>

#include "cresset/tests/cuda_sim/device.h"
#include "cresset/tests/cuda_sim/scheduler.h"
#include "cresset/tests/cuda_sim/symbols.h"
#include "cresset/tests/cuda_sim/thread_sets.h"

namespace cuda_sim {

std::string Scheduler::place() const {
  return "kernel " + function_name(kernel_->kernel) + ", block " +
         triple(blockIdx);
}

// "threads 0-31 wait at a barrier (softmax.cu:20); threads 32-63 have ended"
std::string Scheduler::who_waits() const {
  std::map<std::string, std::vector<unsigned>> groups;
  for (const Thread& thread : threads_) {
    switch (thread.state) {
      case State::kDone:
        groups["have ended"].push_back(thread.number);
        break;
      case State::kBarrier:
        groups["wait at a barrier" + at(thread.site)].push_back(thread.number);
        break;
      case State::kWarp:
        groups["wait for lanes " + hex(thread.mask) + " of their warp" +
               at(thread.site)]
            .push_back(thread.number);
        break;
      default:
        break;
    }
  }
  std::string out;
  for (const auto& [state, numbers] : groups) {
    out += (out.empty() ? "threads " : "; threads ") + ranges_of(numbers) +
           " " + state;
  }
  return out;
}

void Scheduler::fail(cudaError_t error, std::string text) {
  fault_ = std::make_unique<Fault>(
      Fault{error, place() + ", thread " + triple(threadIdx) + ": " + text});
  std::string().swap(text);  // an assignment would keep the memory
  leave();
}

void Scheduler::deadlock() {
  fault_ = std::make_unique<Fault>(
      Fault{cudaErrorLaunchTimeout,
            place() + ": no thread can go on: " + who_waits()});
  leave();
}

int barrier(CallSite site, Vote vote, int predicate) {
  return scheduler().barrier(site, vote, predicate);
}

uint64_t collective(WarpOp op, unsigned mask, uint64_t value, int source,
                    CallSite site) {
  return scheduler().collective(op, mask, value, source, site);
}

int lane() { return scheduler().lane(); }

void* dynamic_shared() { return scheduler().shared(); }

void fault(cudaError_t error, std::string text) {
  if (scheduler().runs_here()) scheduler().fail(error, std::move(text));
  throw Fault{error, std::move(text)};
}

}  // namespace cuda_sim

void __trap() {
  cuda_sim::fault(cudaErrorIllegalInstruction, "__trap() was called");
}
