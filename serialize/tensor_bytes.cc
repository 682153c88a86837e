#include "cresset/serialize/tensor_bytes.h"

namespace cresset::serialize {

TensorBytes::TensorBytes(std::vector<Tensor> tensors)
    : tensors_(std::move(tensors)) {
  std::vector<Tensor> far;
  for (Tensor& x : tensors_) {
    if (x.device().is_cpu()) continue;
    far.push_back(x.detach());
    // The downloader's alone from now on, which lets go of it when it is done.
    x = Tensor();
  }
  if (!far.empty()) downloader_.emplace(std::move(far));
}

void TensorBytes::next(const ByteTake& take) {
  Tensor& x = tensors_[next_++];
  if (!x.defined()) return downloader_->take(take);
  const Tensor dense = x.detach().contiguous();
  if (dense.nbytes() != 0) take(dense.raw_data(), dense.nbytes());
  x = Tensor();
}

}  // namespace cresset::serialize
