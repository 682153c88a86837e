// Accesses that memory protection stops.
//
// In a kernel they become a fault of the device: the signal handler lets the
// thread go on in after_bad_access(), on its own stack, which leaves the
// kernel. Elsewhere it was the host that touched device memory, which is told
// before the program ends as it would without the simulator.

#include <signal.h>
#include <ucontext.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

#include "cresset/tests/cuda_sim/device.h"
#include "cresset/tests/cuda_sim/fault.h"
#include "cresset/tests/cuda_sim/scheduler.h"
#include "cresset/tests/cuda_sim/shared_memory.h"
#include "cresset/tests/cuda_sim/world.h"

namespace cuda_sim {
namespace {

struct sigaction before;
const void* bad_address = nullptr;

std::string describe_address(const void* address) {
  if (address == nullptr) return "a null pointer, or a misaligned address";
  if (scheduler().on_stack(address)) return "past the end of its stack";
  const int device = device_holding(address);
  if (device >= 0) return arena(device).describe(address);
  const std::string shared = describe_shared(address);
  if (!shared.empty()) return shared;
  return "no memory of the device";
}

void after_bad_access() {
  std::string text = "reads or writes " + describe_address(bad_address);
  fault(cudaErrorIllegalAddress, std::move(text));
}

void on_signal(int number, siginfo_t* info, void* context) {
  const void* address = info->si_addr;
  if (scheduler().runs_here()) {
    bad_address = address;
    auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
    uintptr_t stack = static_cast<uintptr_t>(registers[REG_RSP]);
    // A stack that is used up has room again at its other end, since nothing
    // on it will be returned to.
    if (scheduler().on_stack(address)) stack += 64 << 10;
    stack = ((stack - 256) & ~uintptr_t{15}) - 8;
    registers[REG_RSP] = static_cast<greg_t>(stack);
    registers[REG_RIP] =
        static_cast<greg_t>(reinterpret_cast<uintptr_t>(&after_bad_access));
    return;
  }
  // Told once: whoever handles the signal next may raise it again.
  static bool told = false;
  const int device = told ? -1 : device_holding(address);
  if (device >= 0) {
    const std::string text = "cuda_sim: the host reads or writes " +
                             arena(device).describe(address) + "\n";
    // NOLINTNEXTLINE: nothing could be done if it failed
    if (write(STDERR_FILENO, text.data(), text.size()) < 0) return;
  }
  // What was there before ends the program when the access is tried again.
  if (told) before.sa_handler = SIG_DFL;
  told = true;
  sigaction(number, &before, nullptr);
}

// The handler must not need the stack that has run out.
void use_signal_stack() {
  static thread_local std::unique_ptr<char[]> memory;
  stack_t now;
  if (sigaltstack(nullptr, &now) != 0 || (now.ss_flags & SS_DISABLE) == 0) {
    return;
  }
  constexpr size_t kBytes = 64 << 10;
  memory = std::make_unique<char[]>(kBytes);
  stack_t stack = {};
  stack.ss_sp = memory.get();
  stack.ss_size = kBytes;
  sigaltstack(&stack, nullptr);
}

}  // namespace

void watch_accesses() {
  use_signal_stack();
  // Others, such as a test framework, may have put theirs in front.
  struct sigaction now;
  sigaction(SIGSEGV, nullptr, &now);
  if (now.sa_sigaction == on_signal) return;
  before = now;
  struct sigaction action = {};
  action.sa_sigaction = on_signal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  sigaction(SIGSEGV, &action, nullptr);
}

}  // namespace cuda_sim
