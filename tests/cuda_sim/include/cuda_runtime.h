// Stands before the toolkit's <cuda_runtime.h>: what a .cu file needs to be
// C++. Types and prototypes are the toolkit's own; the language that nvcc adds
// is made of plain functions and variables (tests/cuda_sim/kernel).

#ifndef CRESSET_TESTS_CUDA_SIM_INCLUDE_CUDA_RUNTIME_H_
#define CRESSET_TESTS_CUDA_SIM_INCLUDE_CUDA_RUNTIME_H_

#include <cuda_runtime_api.h>
#include <vector_functions.h>

// Blocks run one after the other, so one copy of a variable serves them all.
#undef __shared__
#define __shared__ static

// Nothing runs at once, so nothing is bounded.
#define __launch_bounds__(...)

#include "cresset/tests/cuda_sim/kernel/atomics.h"
#include "cresset/tests/cuda_sim/kernel/bits.h"
#include "cresset/tests/cuda_sim/kernel/block.h"
#include "cresset/tests/cuda_sim/kernel/launch.h"
#include "cresset/tests/cuda_sim/kernel/loads.h"
#include "cresset/tests/cuda_sim/kernel/math.h"
#include "cresset/tests/cuda_sim/kernel/overloads.h"
#include "cresset/tests/cuda_sim/kernel/warp.h"

#endif  // CRESSET_TESTS_CUDA_SIM_INCLUDE_CUDA_RUNTIME_H_
