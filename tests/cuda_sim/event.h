// Events.

#ifndef CRESSET_TESTS_CUDA_SIM_EVENT_H_
#define CRESSET_TESTS_CUDA_SIM_EVENT_H_

#include <cuda_runtime_api.h>

#include <memory>
#include <vector>

#include "cresset/tests/cuda_sim/operation.h"

namespace cuda_sim {
struct Capture;
}

struct CUevent_st {
  int device = 0;
  bool timing = true;
  std::shared_ptr<cuda_sim::Record> record;  // the last one; may be empty
  // Recorded in a captured stream: the operations that it comes after.
  std::shared_ptr<cuda_sim::Capture> capture;
  std::vector<int> frontier;
};

#endif  // CRESSET_TESTS_CUDA_SIM_EVENT_H_
