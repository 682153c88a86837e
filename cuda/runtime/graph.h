// A captured sequence of work, see cuda::Graph.

#ifndef CRESSET_CUDA_RUNTIME_GRAPH_H_
#define CRESSET_CUDA_RUNTIME_GRAPH_H_

#include <cuda_runtime_api.h>

#include <string>

#include "cresset/cuda/api.h"
#include "cresset/cuda/runtime/capture.h"

namespace cresset::internal::cuda {

class Graph final : public CudaGraph {
 public:
  Graph() = default;
  ~Graph() override;
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  void begin(Device device) override;
  void end() override;
  void cancel() noexcept override;
  void replay() override;

 private:
  void finish();
  void renew_random_state();
  void wait_for_replays() noexcept;

  Capture capture_;
  bool is_open_ = false;
  cudaGraphExec_t exec_ = nullptr;
  std::string failure_;  // why there is no exec_ after end()
};

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_RUNTIME_GRAPH_H_
