#include "cresset/tests/cuda_sim/fiber.h"

#include <sys/mman.h>

#include <cstdint>
#include <new>

#include "cresset/tests/cuda_sim/sanitizer.h"

#ifndef __x86_64__
#error "The simulated device switches stacks with code for x86-64."
#endif

// Saves the registers that a call keeps, and the stack pointer in *save; takes
// up both from `load`.
extern "C" void cuda_sim_switch(void** save, void* load);
asm(R"(
.text
.globl cuda_sim_switch
.hidden cuda_sim_switch
.type cuda_sim_switch, @function
.align 16
cuda_sim_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size cuda_sim_switch, .-cuda_sim_switch
)");

namespace cuda_sim {
namespace {

constexpr size_t kGuard = 4096;
constexpr size_t kStack = sanitizer::kOn ? 512 << 10 : 128 << 10;

// The fiber that is being switched to, for the one that starts.
Fiber* starting = nullptr;
Fiber* leaving = nullptr;

}  // namespace

Fiber::Fiber(void (*entry)()) : entry_(entry), size_(kStack) {
  void* data = mmap(nullptr, kGuard + kStack, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (data == MAP_FAILED) throw std::bad_alloc();
  mprotect(data, kGuard, PROT_NONE);
  stack_ = static_cast<char*>(data);
  bounds_ = stack_ + kGuard;
  static size_t count = 0;
  color_ = ++count % 61 * 192;
  restart();
}

Fiber::~Fiber() {
  if (stack_ != nullptr) munmap(stack_, kGuard + kStack);
}

void Fiber::restart() {
  sanitizer::allow(bounds_, size_);
  fake_stack_ = nullptr;
  // Stacks start at different offsets in a page, or all their ends would want
  // the same few lines of the cache.
  char* end = stack_ + kGuard + kStack - color_;
  // Below the end: an empty return address for start(), start() itself, and
  // six registers, so that start() begins as if it had been called.
  auto* top = reinterpret_cast<uintptr_t*>(end) - 8;
  for (int i = 0; i < 8; ++i) top[i] = 0;
  top[6] = reinterpret_cast<uintptr_t>(&Fiber::start);
  top_ = top;
}

void Fiber::run(Fiber& from, Fiber& to) {
  leaving = &from;
  starting = &to;
  sanitizer::before_switch(&from.fake_stack_, to.bounds_, to.size_);
  cuda_sim_switch(&from.top_, to.top_);
  // Here `from` goes on, left by whoever switched to it.
  const void* bounds = nullptr;
  size_t size = 0;
  sanitizer::after_switch(from.fake_stack_, &bounds, &size);
  if (leaving->stack_ == nullptr) {
    leaving->bounds_ = bounds;
    leaving->size_ = size;
  }
}

void Fiber::start() {
  Fiber& self = *starting;
  const void* bounds = nullptr;
  size_t size = 0;
  sanitizer::after_switch(nullptr, &bounds, &size);
  if (leaving->stack_ == nullptr) {
    leaving->bounds_ = bounds;
    leaving->size_ = size;
  }
  self.entry_();
  __builtin_trap();
}

bool Fiber::holds(const void* address) const {
  const char* p = static_cast<const char*>(address);
  return stack_ != nullptr && p >= stack_ && p < stack_ + kGuard + kStack;
}

}  // namespace cuda_sim
