#include "cresset/tests/cuda_sim/dnn/engines.h"

#include <algorithm>
#include <cstring>

#include "cresset/tests/cuda_sim/dnn/behaviour.h"

namespace cuda_sim::dnn {
namespace {

enum Engine { kTensorCores, kUnordered, kPlain, kNoWorkspace, kCompiled };

int& last() {
  static int engine = -1;
  return engine;
}

const Descriptor& first_operation(const Descriptor& graph) {
  return *graph.part(CUDNN_ATTR_OPERATIONGRAPH_OPS);
}

bool has_bias(const Descriptor& graph) {
  return graph.attributes.at(CUDNN_ATTR_OPERATIONGRAPH_OPS).count == 2;
}

// Patterns: a convolution, or a forward one and an addition.
bool is_known(const Descriptor& graph) {
  const auto& ops = graph.attributes.at(CUDNN_ATTR_OPERATIONGRAPH_OPS).parts;
  if (!is_convolution(*ops[0]) || ops.size() > 2) return false;
  return ops.size() == 1 ||
         (ops[0]->type ==
              CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR &&
          ops[1]->type == CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR);
}

std::vector<int> engines_for(const Descriptor& graph,
                             cudnnBackendHeurMode_t mode) {
  if (behaviour().refuses_all || !is_known(graph)) return {};
  const Convolution c = convolution_of(first_operation(graph));
  const bool is_double = c.w.type == CUDNN_DATA_DOUBLE;
  if (has_bias(graph) &&
      (behaviour().refuses_bias || is_double || c.x.sizes.size() == 5)) {
    return {};
  }
  if (mode == CUDNN_HEUR_MODE_FALLBACK) return {kNoWorkspace};
  std::vector<int> engines{kCompiled};
  if (!is_double) engines.push_back(kTensorCores);
  if (c.operation ==
      CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR) {
    engines.push_back(kUnordered);
  }
  engines.push_back(kPlain);
  return engines;
}

int64_t workspace_of(int engine) {
  return engine == kNoWorkspace ? 0 : behaviour().workspace;
}

// Bytes of device memory that an operand covers.
size_t bytes_of(const TensorShape& shape) {
  return static_cast<size_t>(shape.extent() * size_of(shape.type));
}

struct Operand {
  TensorShape shape;
  void* data;
  bool is_output;
};

std::string operand_problem(int device, const Operand& x) {
  if (x.data == nullptr) return text("tensor ", x.shape.id, " has no pointer");
  if (reinterpret_cast<uintptr_t>(x.data) %
          static_cast<uintptr_t>(x.shape.alignment) !=
      0) {
    return text("tensor ", x.shape.id, " is not aligned to ",
                x.shape.alignment);
  }
  const std::string problem = range_problem(device, x.data, bytes_of(x.shape));
  return problem.empty() ? "" : text("tensor ", x.shape.id, ": ", problem);
}

std::string overlap_problem(const std::vector<Operand>& operands) {
  for (const Operand& out : operands) {
    if (!out.is_output) continue;
    for (const Operand& in : operands) {
      if (&in == &out) continue;
      const char *a = static_cast<char*>(out.data),
                 *b = static_cast<char*>(in.data);
      if (a < b + bytes_of(in.shape) && b < a + bytes_of(out.shape)) {
        return text("tensor ", out.shape.id, " is written over tensor ",
                    in.shape.id);
      }
    }
  }
  return "";
}

}  // namespace

Behaviour& behaviour() {
  static Behaviour all;
  return all;
}

int last_engine() { return last(); }
void set_last_engine(int engine) { last() = engine; }

cudnnStatus_t on_finalize(Descriptor& d) {
  if (d.type == CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR) {
    d.graph = d.part(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH);
    const auto mode = d.one<cudnnBackendHeurMode_t>(CUDNN_ATTR_ENGINEHEUR_MODE);
    return engines_for(*d.graph, mode).empty()
               ? decline(CUDNN_STATUS_NOT_SUPPORTED_GRAPH_PATTERN,
                         "no engine for this graph")
               : CUDNN_STATUS_SUCCESS;
  }
  if (d.type == CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR) {
    const DescriptorPtr& config =
        d.part(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG);
    d.engine = config->engine;
    d.graph = config->graph;
    if (behaviour().plans_that_fail > 0) {
      --behaviour().plans_that_fail;
      return decline(CUDNN_STATUS_NOT_SUPPORTED, "this plan fails");
    }
  }
  if (d.type == CUDNN_BACKEND_ENGINE_DESCRIPTOR ||
      d.type == CUDNN_BACKEND_ENGINECFG_DESCRIPTOR) {
    return refuse(CUDNN_STATUS_NOT_SUPPORTED, "engines come from heuristics");
  }
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t get_attribute(const DescriptorPtr& from,
                            cudnnBackendAttributeName_t name,
                            cudnnBackendAttributeType_t type, int64_t room,
                            int64_t* count, void* values,
                            const std::vector<DescriptorPtr>& targets) {
  const auto fill = [&](size_t i, int engine,
                        cudnnBackendDescriptorType_t kind) {
    if (targets[i]->type != kind) return false;
    targets[i]->engine = engine;
    targets[i]->graph = from->graph;
    targets[i]->is_final = true;
    return true;
  };
  const auto give = [&](const std::vector<int32_t>& notes) {
    *count = static_cast<int64_t>(notes.size());
    const auto given = static_cast<size_t>(std::min(room, *count));
    if (given > 0) std::memcpy(values, notes.data(), given * sizeof(int32_t));
    return CUDNN_STATUS_SUCCESS;
  };
  const auto wrong = [&] {
    return refuse(CUDNN_STATUS_BAD_PARAM,
                  text("getting attribute ", name, " of descriptor type ",
                       from->type, " as ", type));
  };
  if (name == CUDNN_ATTR_ENGINEHEUR_RESULTS &&
      from->type == CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR) {
    if (type != CUDNN_TYPE_BACKEND_DESCRIPTOR) return wrong();
    const std::vector<int> engines = engines_for(
        *from->graph,
        from->one<cudnnBackendHeurMode_t>(CUDNN_ATTR_ENGINEHEUR_MODE));
    *count = static_cast<int64_t>(engines.size());
    if (room == 0) return CUDNN_STATUS_SUCCESS;
    *count = std::min(*count, room);
    for (size_t i = 0; i < static_cast<size_t>(*count); ++i) {
      if (!fill(i, engines[i], CUDNN_BACKEND_ENGINECFG_DESCRIPTOR)) {
        return wrong();
      }
    }
    return CUDNN_STATUS_SUCCESS;
  }
  if (name == CUDNN_ATTR_ENGINECFG_ENGINE &&
      from->type == CUDNN_BACKEND_ENGINECFG_DESCRIPTOR) {
    if (type != CUDNN_TYPE_BACKEND_DESCRIPTOR || room != 1 ||
        !fill(0, from->engine, CUDNN_BACKEND_ENGINE_DESCRIPTOR)) {
      return wrong();
    }
    *count = 1;
    return CUDNN_STATUS_SUCCESS;
  }
  if (from->type == CUDNN_BACKEND_ENGINE_DESCRIPTOR &&
      name == CUDNN_ATTR_ENGINE_NUMERICAL_NOTE) {
    if (type != CUDNN_TYPE_NUMERICAL_NOTE) return wrong();
    if (from->engine == kTensorCores) {
      return give({CUDNN_NUMERICAL_NOTE_TENSOR_CORE});
    }
    if (from->engine == kUnordered) {
      return give({CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC});
    }
    return give({});
  }
  if (from->type == CUDNN_BACKEND_ENGINE_DESCRIPTOR &&
      name == CUDNN_ATTR_ENGINE_BEHAVIOR_NOTE) {
    if (type != CUDNN_TYPE_BEHAVIOR_NOTE) return wrong();
    return from->engine == kCompiled
               ? give({CUDNN_BEHAVIOR_NOTE_RUNTIME_COMPILATION})
               : give({});
  }
  if (name == CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE &&
      from->type == CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR) {
    if (type != CUDNN_TYPE_INT64 || room < 1) return wrong();
    *static_cast<int64_t*>(values) = workspace_of(from->engine);
    *count = 1;
    return CUDNN_STATUS_SUCCESS;
  }
  return wrong();
}

cudnnStatus_t execute(cudnnContext& handle, const Descriptor& plan,
                      const Descriptor& pack) {
  const auto bad = [](const std::string& why) {
    return refuse(CUDNN_STATUS_BAD_PARAM, "executing: " + why);
  };
  const auto* const maker =
      plan.one<cudnnHandle_t>(CUDNN_ATTR_EXECUTION_PLAN_HANDLE);
  if (is_handle(const_cast<cudnnHandle_t>(maker)) &&
      maker->device != handle.device) {
    return bad("a plan of another device");
  }
  const auto ids = pack.all<int64_t>(CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS);
  const auto data = pack.all<void*>(CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS);
  const auto pointer = [&](int64_t id) -> void* {
    const auto at = std::find(ids.begin(), ids.end(), id);
    return at == ids.end() ? nullptr
                           : data[static_cast<size_t>(at - ids.begin())];
  };
  const Convolution c = convolution_of(first_operation(*plan.graph));
  const auto kind = c.operation;
  const bool writes_x =
      kind == CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR;
  const bool writes_w =
      kind == CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR;
  std::vector<Operand> operands{{c.x, pointer(c.x.id), writes_x},
                                {c.w, pointer(c.w.id), writes_w}};
  TensorShape y = c.y;
  const void* bias = nullptr;
  if (has_bias(*plan.graph)) {
    const Descriptor& op = *plan.graph->part(CUDNN_ATTR_OPERATIONGRAPH_OPS, 1);
    const TensorShape b =
        shape_of(*op.part(CUDNN_ATTR_OPERATION_POINTWISE_BDESC));
    y = shape_of(*op.part(CUDNN_ATTR_OPERATION_POINTWISE_YDESC));
    operands.push_back({b, pointer(b.id), false});
    bias = operands.back().data;
  }
  operands.push_back({y, pointer(y.id), !writes_x && !writes_w});
  std::string problem;
  for (const Operand& operand : operands) {
    if (problem.empty()) problem = operand_problem(handle.device, operand);
  }
  if (problem.empty()) problem = overlap_problem(operands);
  if (!problem.empty()) return bad(problem);
  const auto bytes = static_cast<size_t>(workspace_of(plan.engine));
  void* const workspace = pack.one<void*>(CUDNN_ATTR_VARIANT_PACK_WORKSPACE);
  if (bytes > 0) {
    if (workspace == nullptr) return bad("no workspace");
    if (reinterpret_cast<uintptr_t>(workspace) % 16 != 0) {
      return bad("an unaligned workspace");
    }
    problem = range_problem(handle.device, workspace, bytes);
    if (!problem.empty()) return bad("the workspace: " + problem);
  }
  if (behaviour().runs_that_fail > 0) {
    --behaviour().runs_that_fail;
    return decline(CUDNN_STATUS_EXECUTION_FAILED, "this run fails");
  }
  set_last_engine(plan.engine);
  void *const x = operands[0].data, *const w = operands[1].data,
              *const to = operands.back().data;
  Convolution call = c;
  call.y.strides = y.strides;
  const cudaError_t error =
      enqueue(handle.stream, "cudnnBackendExecute",
              [call, x, w, to, bias, workspace, bytes, operands, type = y.type,
               device = handle.device] {
                for (const Operand& operand : operands) {
                  const std::string late = operand_problem(device, operand);
                  if (!late.empty()) fault(cudaErrorIllegalAddress, late);
                }
                if (bytes > 0) std::memset(workspace, 0x5a, bytes);
                convolve(call, x, w, to, bias, type);
              });
  return error == cudaSuccess ? CUDNN_STATUS_SUCCESS
                              : CUDNN_STATUS_EXECUTION_FAILED_CUDART;
}

}  // namespace cuda_sim::dnn
