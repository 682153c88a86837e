// Parameter and Buffer: the tensors that a module owns, as its members.
//
//   nn::Parameter weight{parameter("weight", randn({3, 4}))};
//
// The member and the module's list of parameters are one thing: a new value
// for the member is what parameters() and state_dict() give from then on, and
// both move together when the module is moved.

#ifndef CRESSET_NN_PARAMETER_H_
#define CRESSET_NN_PARAMETER_H_

#include <memory>
#include <string>

#include "cresset/tensor/core/tensor.h"

namespace cresset {
namespace internal {

class MemberTensor;

// A module's entry for one tensor; undefined stands for Python's None.
struct TensorSlot {
  std::string name;
  Tensor value;
  bool persistent = true;          // of a buffer: part of the state_dict
  MemberTensor* member = nullptr;  // the member that mirrors `value`, if any
};

// A Tensor that follows its slot. A copy is an ordinary handle without one.
class MemberTensor : public Tensor {
 public:
  MemberTensor() = default;
  MemberTensor(const MemberTensor& other) : Tensor(other) {}
  MemberTensor(MemberTensor&& other) noexcept
      : Tensor(other), slot_(std::move(other.slot_)) {
    if (slot_) slot_->member = this;
  }
  MemberTensor& operator=(const MemberTensor& other);
  MemberTensor& operator=(MemberTensor&& other) noexcept;
  ~MemberTensor();

 protected:
  explicit MemberTensor(const Tensor& tensor) : Tensor(tensor) {}
  explicit MemberTensor(std::shared_ptr<TensorSlot> slot);
  // Takes another tensor, and so does the slot.
  void hold(const Tensor& tensor);

 private:
  // Whether the slot belongs to a module that is still there.
  bool is_registered() const { return slot_ && slot_.use_count() > 1; }

  std::shared_ptr<TensorSlot> slot_;
};

}  // namespace internal

namespace nn {

class Module;

/// A tensor that training changes. Assigning another Parameter to a module's
/// member replaces the module's parameter; an undefined one stands for None.
///
/// Errors: kState for a tensor that an op made from others that require
///         gradients; kDtype unless floating or complex.
/// Torch:  torch.nn.Parameter
class Parameter : public cresset::internal::MemberTensor {
 public:
  Parameter() = default;
  explicit Parameter(const Tensor& data, bool requires_grad = true);

 private:
  friend class Module;
  explicit Parameter(std::shared_ptr<cresset::internal::TensorSlot> slot)
      : MemberTensor(std::move(slot)) {}
};

/// A tensor that belongs to a module and is no parameter, such as a running
/// mean. A member of a module can be assigned any tensor.
///
/// Torch: torch.nn.Buffer
class Buffer : public cresset::internal::MemberTensor {
 public:
  Buffer() = default;
  explicit Buffer(const Tensor& data) : MemberTensor(data) {}
  Buffer(const Buffer&) = default;
  Buffer(Buffer&&) noexcept = default;
  Buffer& operator=(const Buffer&) = default;
  Buffer& operator=(Buffer&&) noexcept = default;
  ~Buffer() = default;
  Buffer& operator=(const Tensor& tensor) {
    hold(tensor);
    return *this;
  }

 private:
  friend class Module;
  explicit Buffer(std::shared_ptr<cresset::internal::TensorSlot> slot)
      : MemberTensor(std::move(slot)) {}
};

}  // namespace nn
}  // namespace cresset

#endif  // CRESSET_NN_PARAMETER_H_
