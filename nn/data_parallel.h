// The wrappers for several devices that files of PyTorch hold.

#ifndef CRESSET_NN_DATA_PARALLEL_H_
#define CRESSET_NN_DATA_PARALLEL_H_

#include <memory>
#include <utility>

#include "cresset/nn/batch_norm.h"
#include "cresset/nn/container.h"

namespace cresset::nn {

/// A module under the name "module", which runs on the device where it is:
/// what a model that was saved from several devices is on one.
///
/// Torch: torch.nn.DataParallel(module, device_ids=[])
class DataParallel : public Container {
 public:
  DataParallel() = default;
  template <IsModule M>
  explicit DataParallel(M&& m) {
    set_child("module", own(std::forward<M>(m)));
  }
  template <IsModule M>
  explicit DataParallel(std::shared_ptr<M> m) {
    set_child("module", std::move(m));
  }

  Tensor forward(const Tensor& x) override { return (*this)["module"](x); }
};

/// Batch normalisation of inputs of any rank from 2 on, with the statistics of
/// this process.
///
/// Torch: torch.nn.SyncBatchNorm in a run of one process
class SyncBatchNorm : public BatchNormBase {
 public:
  explicit SyncBatchNorm(int64_t features, const BatchNormOptions& options = {})
      : BatchNormBase(features, options) {}
  Tensor forward(const Tensor& x) override {
    CRESSET_CHECK(x.dim() >= 2, kShape,
                  "SyncBatchNorm: x has at least 2 dimensions; got ",
                  x.shape());
    return normalise(x);
  }
};

}  // namespace cresset::nn

#endif  // CRESSET_NN_DATA_PARALLEL_H_
