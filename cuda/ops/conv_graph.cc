#include "cresset/cuda/ops/conv_graph.h"

#include <algorithm>
#include <utility>

#include "cresset/cuda/runtime/conv_settings.h"

namespace cresset::internal::cuda {
namespace {

// Names of the tensors in graphs and variant packs.
enum TensorId : int64_t { kX = 1, kW, kY, kBias, kSum };

// cuDNN wants two spatial dimensions or three.
int64_t spatial_rank(const ConvShape& shape) {
  return std::max<int64_t>(2, shape.rank);
}

DnnDescriptor tensor(const ConvProblem& problem, TensorId id,
                     std::span<const int64_t> sizes, const void* data) {
  std::array<int64_t, 5> strides{};
  int64_t step = 1;
  for (size_t d = sizes.size(); d-- > 0;) {
    strides[d] = step;
    step *= sizes[d];
  }
  DnnDescriptor y(CUDNN_BACKEND_TENSOR_DESCRIPTOR);
  const bool is_virtual = id == kSum;
  // What is only between two operations keeps the precision of the sums.
  const cudnnDataType_t type = is_virtual && problem.dtype != float64
                                   ? CUDNN_DATA_FLOAT
                                   : dnn_type(problem.dtype);
  y.set(CUDNN_ATTR_TENSOR_DATA_TYPE, type);
  y.set(CUDNN_ATTR_TENSOR_DIMENSIONS, sizes);
  y.set(CUDNN_ATTR_TENSOR_STRIDES,
        std::span<const int64_t>(strides.data(), sizes.size()));
  y.set(CUDNN_ATTR_TENSOR_UNIQUE_ID, static_cast<int64_t>(id));
  y.set(CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT,
        is_virtual ? int64_t{16} : pack_alignment(data));
  if (is_virtual) {
    y.set(CUDNN_ATTR_TENSOR_IS_VIRTUAL, CUDNN_TYPE_BOOLEAN, 1, &is_virtual);
  }
  y.finalize();
  return y;
}

// Batch or output channels, channels and spatial sizes.
std::vector<int64_t> sizes_of(int64_t first, int64_t channels,
                              const int64_t (&spatial)[3], int64_t rank) {
  std::vector<int64_t> sizes{first, channels};
  sizes.insert(sizes.end(), spatial + 3 - rank, spatial + 3);
  return sizes;
}

cudnnDataType_t compute_type_of(const ConvProblem& problem) {
  return problem.dtype == float64 ? CUDNN_DATA_DOUBLE : CUDNN_DATA_FLOAT;
}

DnnDescriptor convolution(const ConvProblem& problem) {
  const ConvShape& s = problem.shape;
  const int64_t rank = spatial_rank(s);
  const auto last = [rank](const int64_t(&x)[3]) {
    return std::span<const int64_t>(x + 3 - rank, static_cast<size_t>(rank));
  };
  const cudnnConvolutionMode_t mode = CUDNN_CROSS_CORRELATION;
  DnnDescriptor y(CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR);
  y.set(CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, rank);
  y.set(CUDNN_ATTR_CONVOLUTION_COMP_TYPE, compute_type_of(problem));
  y.set(CUDNN_ATTR_CONVOLUTION_CONV_MODE, CUDNN_TYPE_CONVOLUTION_MODE, 1,
        &mode);
  y.set(CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, last(s.padding));
  y.set(CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, last(s.padding));
  y.set(CUDNN_ATTR_CONVOLUTION_DILATIONS, last(s.dilation));
  y.set(CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, last(s.stride));
  y.finalize();
  return y;
}

// What an operation calls its attributes.
struct OperationNames {
  cudnnBackendDescriptorType_t type;
  cudnnBackendAttributeName_t convolution, x, w, y, alpha, beta;
};

OperationNames names_of(ConvPass pass) {
  switch (pass) {
    case ConvPass::kXGrad:
      return {CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA};
    case ConvPass::kWGrad:
      return {CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_X,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DW,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DY,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA};
    case ConvPass::kForward:
      break;
  }
  return {CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR,
          CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC,
          CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X,
          CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W,
          CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y,
          CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA,
          CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA};
}

DnnDescriptor operation(const ConvProblem& problem, const DnnDescriptor& conv,
                        const DnnDescriptor& x, const DnnDescriptor& w,
                        const DnnDescriptor& y) {
  const OperationNames names = names_of(problem.pass);
  DnnDescriptor op(names.type);
  op.set(names.convolution, conv);
  op.set(names.x, x);
  op.set(names.w, w);
  op.set(names.y, y);
  const float one = 1, zero = 0;
  const double wide_one = 1, wide_zero = 0;
  if (problem.dtype == float64) {
    op.set(names.alpha, CUDNN_TYPE_DOUBLE, 1, &wide_one);
    op.set(names.beta, CUDNN_TYPE_DOUBLE, 1, &wide_zero);
  } else {
    op.set(names.alpha, CUDNN_TYPE_FLOAT, 1, &one);
    op.set(names.beta, CUDNN_TYPE_FLOAT, 1, &zero);
  }
  op.finalize();
  return op;
}

DnnDescriptor addition(const ConvProblem& problem) {
  const cudnnPointwiseMode_t mode = CUDNN_POINTWISE_ADD;
  DnnDescriptor y(CUDNN_BACKEND_POINTWISE_DESCRIPTOR);
  y.set(CUDNN_ATTR_POINTWISE_MODE, CUDNN_TYPE_POINTWISE_MODE, 1, &mode);
  y.set(CUDNN_ATTR_POINTWISE_MATH_PREC, compute_type_of(problem));
  y.finalize();
  return y;
}

// Whether an engine of the heuristics may be used.
bool is_allowed(const DnnDescriptor& config, const ConvProblem& problem) {
  DnnDescriptor engine(CUDNN_BACKEND_ENGINE_DESCRIPTOR);
  cudnnBackendDescriptor_t raw = engine.get();
  if (config.values(CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_TYPE_BACKEND_DESCRIPTOR,
                    1, &raw) != 1) {
    return false;
  }
  cudnnBackendNumericalNote_t notes[CUDNN_NUMERICAL_NOTE_TYPE_COUNT];
  const int64_t count =
      engine.values(CUDNN_ATTR_ENGINE_NUMERICAL_NOTE, CUDNN_TYPE_NUMERICAL_NOTE,
                    CUDNN_NUMERICAL_NOTE_TYPE_COUNT, notes);
  const bool exact = problem.dtype == float32 && !problem.allow_tf32;
  for (int64_t i = 0; i < count; ++i) {
    if (notes[i] == CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC &&
        conv_deterministic()) {
      return false;
    }
    if (notes[i] == CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS &&
        (problem.dtype == float32 || problem.dtype == float64)) {
      return false;
    }
    if (notes[i] == CUDNN_NUMERICAL_NOTE_TENSOR_CORE && exact) return false;
  }
  if (conv_benchmark()) return true;
  // Compiling a kernel takes long; whether it pays only measuring can tell.
  cudnnBackendBehaviorNote_t behavior[CUDNN_BEHAVIOR_NOTE_TYPE_COUNT];
  const int64_t behaviors =
      engine.values(CUDNN_ATTR_ENGINE_BEHAVIOR_NOTE, CUDNN_TYPE_BEHAVIOR_NOTE,
                    CUDNN_BEHAVIOR_NOTE_TYPE_COUNT, behavior);
  return std::find(behavior, behavior + behaviors,
                   CUDNN_BEHAVIOR_NOTE_RUNTIME_COMPILATION) ==
         behavior + behaviors;
}

void add_engines(const ConvGraph& graph, const ConvProblem& problem,
                 cudnnBackendHeurMode_t mode,
                 std::vector<DnnDescriptor>& engines) {
  DnnDescriptor heuristics(CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);
  heuristics.set(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, graph.graph());
  heuristics.set(CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_TYPE_HEUR_MODE, 1, &mode);
  if (problem.properties != nullptr) {
    heuristics.set(CUDNN_ATTR_ENGINEHEUR_DEVICEPROP, *problem.properties);
  }
  heuristics.finalize();
  if (!heuristics.ok()) return;
  const int64_t room = heuristics.values(
      CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_TYPE_BACKEND_DESCRIPTOR, 0, nullptr);
  std::vector<DnnDescriptor> configs;
  std::vector<cudnnBackendDescriptor_t> raw;
  for (int64_t i = 0; i < room; ++i) {
    configs.emplace_back(CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
    raw.push_back(configs.back().get());
  }
  const int64_t found =
      heuristics.values(CUDNN_ATTR_ENGINEHEUR_RESULTS,
                        CUDNN_TYPE_BACKEND_DESCRIPTOR, room, raw.data());
  for (int64_t i = 0; i < std::min(found, room); ++i) {
    DnnDescriptor& config = configs[static_cast<size_t>(i)];
    if (is_allowed(config, problem)) engines.push_back(std::move(config));
  }
}

}  // namespace

int64_t pack_alignment(const void* data) {
  const auto address = reinterpret_cast<uintptr_t>(data);
  int64_t alignment = 16;
  while (address % static_cast<uintptr_t>(alignment) != 0) alignment /= 2;
  return alignment;
}

ConvGraph conv_graph(cudnnHandle_t handle, const ConvProblem& problem,
                     bool fuse_bias) {
  const ConvShape& s = problem.shape;
  const int64_t rank = spatial_rank(s);
  const std::vector<int64_t> y_sizes =
      sizes_of(s.batch, s.out_channels, s.out, rank);
  ConvGraph result;
  std::vector<DnnDescriptor>& parts = result.parts;
  parts.reserve(10);  // references into it stay
  const auto add = [&parts](DnnDescriptor part) -> const DnnDescriptor& {
    parts.push_back(std::move(part));
    return parts.back();
  };
  const DnnDescriptor& x =
      add(tensor(problem, kX, sizes_of(s.batch, s.in_channels, s.in, rank),
                 problem.data.x));
  const DnnDescriptor& w = add(
      tensor(problem, kW,
             sizes_of(s.out_channels, s.in_channels / s.groups, s.kernel, rank),
             problem.data.w));
  const DnnDescriptor& y = add(tensor(problem, kY, y_sizes, problem.data.y));
  const DnnDescriptor& conv = add(convolution(problem));
  std::vector<cudnnBackendDescriptor_t> operations;
  if (fuse_bias) {
    const DnnDescriptor& sum = add(tensor(problem, kSum, y_sizes, nullptr));
    std::vector<int64_t> bias_sizes(y_sizes.size(), 1);
    bias_sizes[1] = s.out_channels;
    const DnnDescriptor& bias =
        add(tensor(problem, kBias, bias_sizes, problem.data.bias));
    operations.push_back(add(operation(problem, conv, x, w, sum)).get());
    const DnnDescriptor& add_mode = add(addition(problem));
    DnnDescriptor op(CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR);
    op.set(CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR, add_mode);
    op.set(CUDNN_ATTR_OPERATION_POINTWISE_XDESC, sum);
    op.set(CUDNN_ATTR_OPERATION_POINTWISE_BDESC, bias);
    op.set(CUDNN_ATTR_OPERATION_POINTWISE_YDESC, y);
    op.finalize();
    operations.push_back(add(std::move(op)).get());
  } else {
    operations.push_back(add(operation(problem, conv, x, w, y)).get());
  }
  DnnDescriptor graph(CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);
  for (const DnnDescriptor& part : parts) graph.fail_with(part);
  if (problem.properties == nullptr) {
    graph.set(CUDNN_ATTR_OPERATIONGRAPH_HANDLE, CUDNN_TYPE_HANDLE, 1, &handle);
  }
  graph.set(CUDNN_ATTR_OPERATIONGRAPH_OPS, CUDNN_TYPE_BACKEND_DESCRIPTOR,
            static_cast<int64_t>(operations.size()), operations.data());
  graph.finalize();
  add(std::move(graph));
  return result;
}

std::vector<DnnDescriptor> conv_engines(const ConvGraph& graph,
                                        const ConvProblem& problem) {
  std::vector<DnnDescriptor> engines;
  if (!graph.ok()) return engines;
  add_engines(graph, problem, CUDNN_HEUR_MODE_A, engines);
  add_engines(graph, problem, CUDNN_HEUR_MODE_FALLBACK, engines);
  return engines;
}

DnnDescriptor conv_plan(cudnnHandle_t handle, const ConvProblem& problem,
                        const DnnDescriptor& engine) {
  DnnDescriptor plan(CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
  if (problem.properties == nullptr) {
    plan.set(CUDNN_ATTR_EXECUTION_PLAN_HANDLE, CUDNN_TYPE_HANDLE, 1, &handle);
  } else {
    plan.set(CUDNN_ATTR_EXECUTION_PLAN_DEVICEPROP, *problem.properties);
  }
  plan.set(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, engine);
  plan.finalize();
  return plan;
}

int64_t workspace_of(const DnnDescriptor& plan) {
  int64_t bytes = 0;
  plan.values(CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE, CUDNN_TYPE_INT64, 1,
              &bytes);
  return bytes;
}

cudnnStatus_t run_conv_plan(cudnnHandle_t handle, const DnnDescriptor& plan,
                            const ConvPointers& data, bool fused_bias,
                            void* workspace) {
  const int64_t ids[] = {kX, kW, kY, kBias};
  void* const pointers[] = {data.x, data.w, data.y, data.bias};
  const int64_t count = fused_bias ? 4 : 3;
  DnnDescriptor pack(CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR);
  pack.set(CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, CUDNN_TYPE_VOID_PTR, count,
           pointers);
  pack.set(CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, CUDNN_TYPE_INT64, count, ids);
  pack.set(CUDNN_ATTR_VARIANT_PACK_WORKSPACE, CUDNN_TYPE_VOID_PTR, 1,
           &workspace);
  pack.finalize();
  if (!pack.ok()) return pack.status();
  return cudnnBackendExecute(handle, plan.get(), pack.get());
}

}  // namespace cresset::internal::cuda
