// Words for messages about the threads of a block.

#ifndef CRESSET_TESTS_CUDA_SIM_THREAD_SETS_H_
#define CRESSET_TESTS_CUDA_SIM_THREAD_SETS_H_

#include <string>
#include <vector>

#include "cresset/tests/cuda_sim/kernel/block.h"

namespace cuda_sim {

// "0-31, 64"; at most a few ranges, then "...".
std::string ranges_of(const std::vector<unsigned>& numbers);
std::string ranges_of(unsigned mask);

// "0xffffffff"
std::string hex(unsigned mask);

// " (file.cu:12)"
std::string at(CallSite site);

// "(1, 0, 0)"
std::string triple(uint3 index);

}  // namespace cuda_sim

#endif  // CRESSET_TESTS_CUDA_SIM_THREAD_SETS_H_
