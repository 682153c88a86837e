// What the simulator tells AddressSanitizer; nothing in builds without it.

#ifndef CRESSET_TESTS_CUDA_SIM_SANITIZER_H_
#define CRESSET_TESTS_CUDA_SIM_SANITIZER_H_

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define CRESSET_SIM_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CRESSET_SIM_ASAN 1
#endif
#endif

#ifdef CRESSET_SIM_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace cuda_sim::sanitizer {

#ifdef CRESSET_SIM_ASAN
inline constexpr bool kOn = true;

inline void forbid(const void* data, size_t bytes) {
  __asan_poison_memory_region(data, bytes);
}
inline void allow(const void* data, size_t bytes) {
  __asan_unpoison_memory_region(data, bytes);
}
inline void before_switch(void** fake, const void* stack, size_t bytes) {
  __sanitizer_start_switch_fiber(fake, stack, bytes);
}
inline void after_switch(void* fake, const void** from, size_t* bytes) {
  __sanitizer_finish_switch_fiber(fake, from, bytes);
}
#else
inline constexpr bool kOn = false;

inline void forbid(const void*, size_t) {}
inline void allow(const void*, size_t) {}
inline void before_switch(void**, const void*, size_t) {}
inline void after_switch(void*, const void**, size_t*) {}
#endif

}  // namespace cuda_sim::sanitizer

#endif  // CRESSET_TESTS_CUDA_SIM_SANITIZER_H_
