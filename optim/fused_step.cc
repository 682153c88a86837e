#include "cresset/optim/fused_step.h"

#include "cresset/tensor/core/parallel.h"

namespace cresset::internal {
namespace {

// A multiple of every vector length, and about what one thread moves in the
// time that waking another takes.
constexpr int64_t kGrain = 1 << 14;

template <class T>
T* at(const Tensor& x, int64_t first) {
  return x.defined() ? x.data<T>() + first : nullptr;
}

void sgd_step_cpu(const SgdNumbers& numbers, const Tensor& p, const Tensor& g,
                  const Tensor& buffer) {
  parallel_for(0, p.numel(), kGrain, [&](int64_t first, int64_t last) {
    const int64_t n = last - first;
    if (p.dtype() == float32) {
      sgd_float()(numbers, n, at<float>(p, first), at<float>(g, first),
                  at<float>(buffer, first));
    } else {
      sgd_double()(numbers, n, at<double>(p, first), at<double>(g, first),
                   at<double>(buffer, first));
    }
  });
}

void adam_step_cpu(const AdamNumbers& numbers, const Tensor& p, const Tensor& g,
                   const Tensor& mean, const Tensor& square,
                   const Tensor& largest) {
  parallel_for(0, p.numel(), kGrain, [&](int64_t first, int64_t last) {
    const int64_t n = last - first;
    if (p.dtype() == float32) {
      adam_float()(numbers, n, at<float>(p, first), at<float>(g, first),
                   at<float>(mean, first), at<float>(square, first),
                   at<float>(largest, first));
    } else {
      adam_double()(numbers, n, at<double>(p, first), at<double>(g, first),
                    at<double>(mean, first), at<double>(square, first),
                    at<double>(largest, first));
    }
  });
}

void rmsprop_step_cpu(const RmspropNumbers& numbers, const Tensor& p,
                      const Tensor& g, const Tensor& square, const Tensor& mean,
                      const Tensor& buffer) {
  parallel_for(0, p.numel(), kGrain, [&](int64_t first, int64_t last) {
    const int64_t n = last - first;
    if (p.dtype() == float32) {
      rmsprop_float()(numbers, n, at<float>(p, first), at<float>(g, first),
                      at<float>(square, first), at<float>(mean, first),
                      at<float>(buffer, first));
    } else {
      rmsprop_double()(numbers, n, at<double>(p, first), at<double>(g, first),
                       at<double>(square, first), at<double>(mean, first),
                       at<double>(buffer, first));
    }
  });
}

}  // namespace

constinit SgdStepKernel sgd_step_kernel{"sgd", sgd_step_cpu};
constinit AdamStepKernel adam_step_kernel{"adam", adam_step_cpu};
constinit RmspropStepKernel rmsprop_step_kernel{"rmsprop", rmsprop_step_cpu};

Tensor state_tensor(Value& state, const char* key, const Tensor& p) {
  const Value found = state.get(key);
  if (found.is_tensor()) return found.as_tensor();
  const Tensor made = make_empty(p.sizes(), p.dtype(), p.device());
  made.zero_();
  state[key] = made;
  return made;
}

}  // namespace cresset::internal
