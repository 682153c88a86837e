#include "cresset/nn/parameter.h"

#include <utility>

namespace cresset {
namespace internal {

MemberTensor::MemberTensor(std::shared_ptr<TensorSlot> slot)
    : Tensor(slot->value), slot_(std::move(slot)) {
  slot_->member = this;
}

void MemberTensor::hold(const Tensor& tensor) {
  Tensor::operator=(tensor);
  if (slot_) slot_->value = tensor;
}

MemberTensor& MemberTensor::operator=(const MemberTensor& other) {
  hold(other);
  return *this;
}

// `net.weight = Parameter(...)` keeps the slot and fills it. When a whole
// module is assigned, its lists come first, so that the old slot has no owner
// any more and the member goes over to the slot of `other`.
MemberTensor& MemberTensor::operator=(MemberTensor&& other) noexcept {
  if (this == &other) return *this;
  if (is_registered() || !other.slot_) {
    hold(other);
    return *this;
  }
  Tensor::operator=(other);
  slot_ = std::move(other.slot_);
  slot_->member = this;
  return *this;
}

MemberTensor::~MemberTensor() {
  if (slot_ && slot_->member == this) slot_->member = nullptr;
}

}  // namespace internal

namespace nn {

Parameter::Parameter(const Tensor& data, bool requires_grad)
    : MemberTensor(data.detach()) {
  requires_grad_(requires_grad);
}

}  // namespace nn
}  // namespace cresset
