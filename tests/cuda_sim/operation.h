// One thing that a stream does.

#ifndef CRESSET_TESTS_CUDA_SIM_OPERATION_H_
#define CRESSET_TESTS_CUDA_SIM_OPERATION_H_

#include <cuda_runtime_api.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cuda_sim {

// One call of cudaEventRecord: a place in a stream.
struct Record {
  CUstream_st* stream;
  uint64_t number;  // of the operation that it is
  bool done = false;
  std::chrono::steady_clock::time_point time = {};
};

enum class Touches {
  kDevice,  // memory of the stream's device, by its addresses
  kAlias,   // only what the simulator's own view shows
  kHost,    // it is a function of the host's
};

struct Operation {
  std::string what;
  const void* kernel = nullptr;  // if it is one; its name is slow to find
  Touches touches = Touches::kAlias;
  std::function<void()> work;      // may be empty
  std::shared_ptr<Record> wait;    // what must be done before
  std::shared_ptr<Record> record;  // what is done after
  // A graph's operations instead of `work`.
  std::shared_ptr<const std::vector<Operation>> graph;
  uint64_t number = 0;  // in the order of submission, over all streams
};

}  // namespace cuda_sim

#endif  // CRESSET_TESTS_CUDA_SIM_OPERATION_H_
