// A thread's place in its block, and what the threads of a block share.

#ifndef CRESSET_TESTS_CUDA_SIM_KERNEL_BLOCK_H_
#define CRESSET_TESTS_CUDA_SIM_KERNEL_BLOCK_H_

#include <cuda_runtime_api.h>

// Of the thread that runs now; the scheduler sets them.
extern uint3 threadIdx;
extern uint3 blockIdx;
extern dim3 blockDim;
extern dim3 gridDim;
inline constexpr int warpSize = 32;

namespace cuda_sim {

// Where in the source a barrier or a warp function was called.
struct CallSite {
  const char* file;
  int line;
};

enum class Vote { kNone, kCount, kAnd, kOr };

// Waits for the whole block. Returns the votes of all threads as asked for.
int barrier(CallSite site, Vote vote, int predicate);

// The block's dynamic shared memory. A fault if none was asked for.
void* dynamic_shared();

}  // namespace cuda_sim

inline void __syncthreads(const char* file = __builtin_FILE(),
                          int line = __builtin_LINE()) {
  cuda_sim::barrier({file, line}, cuda_sim::Vote::kNone, 0);
}
inline int __syncthreads_count(int predicate,
                               const char* file = __builtin_FILE(),
                               int line = __builtin_LINE()) {
  return cuda_sim::barrier({file, line}, cuda_sim::Vote::kCount, predicate);
}
inline int __syncthreads_and(int predicate, const char* file = __builtin_FILE(),
                             int line = __builtin_LINE()) {
  return cuda_sim::barrier({file, line}, cuda_sim::Vote::kAnd, predicate);
}
inline int __syncthreads_or(int predicate, const char* file = __builtin_FILE(),
                            int line = __builtin_LINE()) {
  return cuda_sim::barrier({file, line}, cuda_sim::Vote::kOr, predicate);
}

// One thread runs at a time, so memory is always in order.
inline void __threadfence_block() {}
inline void __threadfence() {}
inline void __threadfence_system() {}

// The kernel fails as with an illegal instruction.
[[noreturn]] void __trap();

#endif  // CRESSET_TESTS_CUDA_SIM_KERNEL_BLOCK_H_
