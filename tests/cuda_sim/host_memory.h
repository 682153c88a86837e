// Host memory that devices may use: what cudaHostAlloc returned, and what
// cudaHostRegister was told of.

#ifndef CRESSET_TESTS_CUDA_SIM_HOST_MEMORY_H_
#define CRESSET_TESTS_CUDA_SIM_HOST_MEMORY_H_

#include <cstddef>
#include <string>

namespace cuda_sim {

// nullptr if the system has no memory left.
void* allocate_pinned(size_t bytes);
// Whether `data` is what allocate_pinned() returned.
bool release_pinned(void* data);

void register_pinned(void* data, size_t bytes);
bool unregister_pinned(void* data);

bool is_pinned(const void* data);
// Empty, or why [data, data + bytes) is not one piece of pinned memory.
std::string pinned_problem(const void* data, size_t bytes);

}  // namespace cuda_sim

#endif  // CRESSET_TESTS_CUDA_SIM_HOST_MEMORY_H_
