// The dynamic shared memory of the block that runs.

#ifndef CRESSET_TESTS_CUDA_SIM_SHARED_MEMORY_H_
#define CRESSET_TESTS_CUDA_SIM_SHARED_MEMORY_H_

#include <cstddef>
#include <string>

namespace cuda_sim {

inline constexpr size_t kSharedDefault = 48 << 10;
inline constexpr size_t kSharedMost = 227 << 10;

// For all blocks of a kernel. What lies past the end cannot be touched, except
// for the up to 15 bytes that alignment takes.
void* prepare_shared(size_t bytes);

// Before each block: 0xff everywhere.
void clear_shared();

// After each block: empty, or what was written outside.
std::string shared_problem();

// Where in shared memory an address lies; empty if elsewhere.
std::string describe_shared(const void* address);

}  // namespace cuda_sim

#endif  // CRESSET_TESTS_CUDA_SIM_SHARED_MEMORY_H_
