// The name of a function of this program.

#ifndef CRESSET_TESTS_CUDA_SIM_SYMBOLS_H_
#define CRESSET_TESTS_CUDA_SIM_SYMBOLS_H_

#include <string>

namespace cuda_sim {

// From the symbol table of the executable; the address where it has none.
// Slow: for messages only.
std::string function_name(const void* function);

}  // namespace cuda_sim

#endif  // CRESSET_TESTS_CUDA_SIM_SYMBOLS_H_
