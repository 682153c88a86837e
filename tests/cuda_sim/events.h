// Which events there are.

#ifndef CRESSET_TESTS_CUDA_SIM_EVENTS_H_
#define CRESSET_TESTS_CUDA_SIM_EVENTS_H_

#include <cuda_runtime_api.h>

namespace cuda_sim {

// Whether the handle is an event that has not been destroyed.
bool is_event(cudaEvent_t event);

}  // namespace cuda_sim

#endif  // CRESSET_TESTS_CUDA_SIM_EVENTS_H_
