// Plans belong to a thread, as its handle does: cuDNN does not promise that all
// of them may run from two threads at once.

#include "cresset/cuda/ops/conv_plan.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "cresset/cuda/runtime/capture.h"
#include "cresset/cuda/runtime/check.h"
#include "cresset/cuda/runtime/conv_settings.h"
#include "cresset/cuda/runtime/device.h"
#include "cresset/cuda/runtime/handles.h"
#include "cresset/cuda/runtime/scratch.h"
#include "cresset/cuda/runtime/stream.h"

namespace cresset::internal::cuda {
namespace {

constexpr size_t kMostPlans = 10000;
constexpr size_t kMostMeasured = 10;  // plans that benchmark mode compares
constexpr int kTimedRuns = 3;

// A plan with all that it is made of; without a plan, cuDNN has none.
struct Choice {
  ConvGraph graph;
  std::optional<DnnDescriptor> engine, plan;
  int64_t workspace = 0;
  bool fused_bias = false;
};

using Key = std::array<int64_t, 30>;

Key key_of(const ConvProblem& problem) {
  const ConvShape& s = problem.shape;
  Key key{};
  size_t i = 0;
  for (const int64_t value :
       {int64_t{problem.device.index}, static_cast<int64_t>(problem.pass),
        static_cast<int64_t>(problem.dtype), int64_t{problem.allow_tf32},
        int64_t{problem.data.bias != nullptr}, int64_t{conv_deterministic()},
        int64_t{conv_benchmark()},
        pack_alignment(problem.data.x) + 32 * pack_alignment(problem.data.w) +
            1024 * pack_alignment(problem.data.y) +
            32768 * pack_alignment(problem.data.bias),
        s.batch, s.in_channels, s.out_channels, s.groups}) {
    key[i++] = value;
  }
  for (const auto& sizes :
       {s.in, s.out, s.kernel, s.stride, s.padding, s.dilation}) {
    for (int d = 0; d < 3; ++d) key[i++] = sizes[d];
  }
  return key;
}

std::map<Key, Choice>& plans() {
  static thread_local std::map<Key, Choice> all;
  return all;
}

// A workspace, or nothing if there is not enough memory for it.
std::optional<Scratch> scratch_of(Device device, int64_t bytes) {
  try {
    return Scratch(device, static_cast<size_t>(bytes));
  } catch (const Error&) {
    return std::nullopt;
  }
}

bool run(cudnnHandle_t handle, const ConvProblem& problem,
         const Choice& choice) {
  const std::optional<Scratch> workspace =
      scratch_of(problem.device, choice.workspace);
  return workspace &&
         run_conv_plan(handle, *choice.plan, problem.data, choice.fused_bias,
                       workspace->as<void>()) == CUDNN_STATUS_SUCCESS;
}

// Makes the plan of an engine; false if the engine cannot, or wants more
// workspace than is allowed.
bool make_plan(cudnnHandle_t handle, const ConvProblem& problem,
               Choice& choice) {
  choice.plan = conv_plan(handle, problem, *choice.engine);
  if (!choice.plan->ok()) return false;
  choice.workspace = workspace_of(*choice.plan);
  return choice.workspace <= conv_workspace_limit();
}

// Milliseconds of a few runs after one that loads the kernels; nothing if the
// plan fails.
std::optional<float> measure(cudnnHandle_t handle, const ConvProblem& problem,
                             const Choice& choice) {
  if (!run(handle, problem, choice)) return std::nullopt;
  const cudaStream_t stream = current_stream(problem.device);
  cudaEvent_t begin = nullptr, end = nullptr;
  CRESSET_CUDA_CHECK(cudaEventCreateWithFlags(&begin, cudaEventDefault));
  CRESSET_CUDA_CHECK(cudaEventCreateWithFlags(&end, cudaEventDefault));
  CRESSET_CUDA_CHECK(cudaEventRecord(begin, stream));
  bool good = true;
  for (int i = 0; i < kTimedRuns; ++i) {
    good = run(handle, problem, choice) && good;
  }
  CRESSET_CUDA_CHECK(cudaEventRecord(end, stream));
  wait_for_stream(problem.device);
  float time = 0;
  CRESSET_CUDA_CHECK(cudaEventElapsedTime(&time, begin, end));
  CRESSET_CUDA_CHECK(cudaEventDestroy(begin));
  CRESSET_CUDA_CHECK(cudaEventDestroy(end));
  return good ? std::optional<float>(time) : std::nullopt;
}

// Fills in the first plan that works, or the fastest, and runs it.
bool find_plan(cudnnHandle_t handle, const ConvProblem& problem,
               Choice& choice) {
  // Measuring waits, which a capture forbids.
  const bool compare =
      conv_benchmark() && capture_on(problem.device) == nullptr;
  std::optional<Choice> best;
  std::optional<float> best_time;
  size_t measured = 0;
  for (DnnDescriptor& engine : conv_engines(choice.graph, problem)) {
    choice.engine = std::move(engine);
    if (!make_plan(handle, problem, choice)) continue;
    if (!compare) {
      if (run(handle, problem, choice)) return true;
      continue;
    }
    const std::optional<float> time = measure(handle, problem, choice);
    if (time && (!best_time || *time < *best_time)) {
      best_time = time;
      best.emplace();
      best->engine = std::move(choice.engine);
      best->plan = std::move(choice.plan);
      best->workspace = choice.workspace;
    }
    if (++measured == kMostMeasured) break;
  }
  choice.engine.reset();
  choice.plan.reset();
  if (!best) return false;
  choice.engine = std::move(best->engine);
  choice.plan = std::move(best->plan);
  choice.workspace = best->workspace;
  return run(handle, problem, choice);
}

// The plan for a geometry that is new, run once; without a plan if refused.
Choice choose(cudnnHandle_t handle, const ConvProblem& problem) {
  const bool has_bias = problem.data.bias != nullptr;
  for (const bool fuse : {true, false}) {
    if (fuse && !has_bias) continue;
    Choice choice;
    choice.fused_bias = fuse;
    choice.graph = conv_graph(handle, problem, fuse);
    if (find_plan(handle, problem, choice)) return choice;
  }
  return {};
}

ConvOutcome outcome_of(const ConvProblem& problem, const Choice& choice) {
  if (!choice.plan) return ConvOutcome::kRefused;
  if (choice.fused_bias) ++conv_counts().fused;
  return problem.data.bias == nullptr || choice.fused_bias
             ? ConvOutcome::kDone
             : ConvOutcome::kNeedsBias;
}

}  // namespace

ConvOutcome run_by_plan(const ConvProblem& problem) {
  use_device(problem.device);
  const cudnnHandle_t handle = dnn_handle(problem.device);
  const Key key = key_of(problem);
  const auto found = plans().find(key);
  if (found != plans().end()) {
    if (!found->second.plan) return ConvOutcome::kRefused;
    if (run(handle, problem, found->second)) {
      ++conv_counts().reused;
      return outcome_of(problem, found->second);
    }
    plans().erase(found);  // memory is scarcer now, perhaps
  }
  if (plans().size() >= kMostPlans) plans().clear();
  ++conv_counts().plans;
  const Choice& choice =
      plans().emplace(key, choose(handle, problem)).first->second;
  return outcome_of(problem, choice);
}

void forget_conv_plans() { plans().clear(); }

}  // namespace cresset::internal::cuda
