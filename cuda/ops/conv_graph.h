// One convolution as a graph of cuDNN's operations.

#ifndef CRESSET_CUDA_OPS_CONV_GRAPH_H_
#define CRESSET_CUDA_OPS_CONV_GRAPH_H_

#include <array>
#include <vector>

#include "cresset/cuda/ops/dnn.h"
#include "cresset/tensor/core/tensor.h"
#include "cresset/tensor/ops/conv.h"

namespace cresset::internal::cuda {

enum class ConvPass { kForward, kXGrad, kWGrad };

// The operands of a convolution in device memory; each pass writes one of
// them. The bias, of the forward pass alone, may be null.
struct ConvPointers {
  void *x, *w, *y, *bias;
};

struct ConvProblem {
  ConvPass pass;
  Dtype dtype;
  Device device;
  const ConvShape& shape;
  ConvPointers data;
  bool allow_tf32;
  // What a GPU is like, for planning where there is none; no handle then.
  const DnnDescriptor* properties = nullptr;
};

// Descriptors that depend on each other, the graph last. Plans refer to them.
struct ConvGraph {
  std::vector<DnnDescriptor> parts;

  const DnnDescriptor& graph() const { return parts.back(); }
  bool ok() const { return graph().ok(); }
};

// The bias is part of the graph if `fuse_bias`.
ConvGraph conv_graph(cudnnHandle_t handle, const ConvProblem& problem,
                     bool fuse_bias);

// Engines for the graph, best first, those that the problem does not allow
// left out.
std::vector<DnnDescriptor> conv_engines(const ConvGraph& graph,
                                        const ConvProblem& problem);

// The plan of an engine; not ok() where the engine cannot.
DnnDescriptor conv_plan(cudnnHandle_t handle, const ConvProblem& problem,
                        const DnnDescriptor& engine);
int64_t workspace_of(const DnnDescriptor& plan);

// Runs a plan of a graph.
cudnnStatus_t run_conv_plan(cudnnHandle_t handle, const DnnDescriptor& plan,
                            const ConvPointers& data, bool fused_bias,
                            void* workspace);

// The largest power of two, up to 16, that divides an address.
int64_t pack_alignment(const void* data);

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_CONV_GRAPH_H_
