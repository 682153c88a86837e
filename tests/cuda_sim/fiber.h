// Threads of a kernel: stacks that the program switches between by itself.

#ifndef CRESSET_TESTS_CUDA_SIM_FIBER_H_
#define CRESSET_TESTS_CUDA_SIM_FIBER_H_

#include <cstddef>

namespace cuda_sim {

class Fiber {
 public:
  // The stack that the program runs on, whichever thread that is.
  Fiber() = default;
  // A stack of its own on which `entry` starts at the first switch to it.
  // `entry` never returns.
  explicit Fiber(void (*entry)());
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Forgets what was on the stack: the next switch starts `entry` again.
  void restart();

  // Leaves `from`, which is what runs, and goes on where `to` left off.
  static void run(Fiber& from, Fiber& to);

  // Whether the address lies in the stack or in the page that ends it.
  bool holds(const void* address) const;

 private:
  static void start();

  void* top_ = nullptr;  // where the registers were saved
  char* stack_ = nullptr;
  void (*entry_)() = nullptr;
  void* fake_stack_ = nullptr;  // AddressSanitizer's
  const void* bounds_ = nullptr;
  size_t size_ = 0;
  size_t color_ = 0;
};

}  // namespace cuda_sim

#endif  // CRESSET_TESTS_CUDA_SIM_FIBER_H_
