// Descriptors of cuDNN's graph interface.

#ifndef CRESSET_CUDA_OPS_DNN_H_
#define CRESSET_CUDA_OPS_DNN_H_

#include <cudnn.h>

#include <cstdint>
#include <initializer_list>
#include <span>
#include <utility>

#include "cresset/tensor/base/dtype.h"

namespace cresset::internal::cuda {

// A descriptor that is made, filled and then finalised. The first failure
// sticks, so that a caller asks once: what cuDNN refuses is not an error, other
// ways are left.
class DnnDescriptor {
 public:
  explicit DnnDescriptor(cudnnBackendDescriptorType_t type)
      : status_(cudnnBackendCreateDescriptor(type, &descriptor_)) {}
  ~DnnDescriptor() {
    if (descriptor_ != nullptr) cudnnBackendDestroyDescriptor(descriptor_);
  }
  DnnDescriptor(DnnDescriptor&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, nullptr)),
        status_(other.status_) {}
  DnnDescriptor& operator=(DnnDescriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(status_, other.status_);
    return *this;
  }

  cudnnBackendDescriptor_t get() const { return descriptor_; }
  cudnnStatus_t status() const { return status_; }
  bool ok() const { return status_ == CUDNN_STATUS_SUCCESS; }

  void set(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type,
           int64_t count, const void* values) {
    if (!ok()) return;
    status_ = cudnnBackendSetAttribute(descriptor_, name, type, count, values);
  }
  void set(cudnnBackendAttributeName_t name, std::span<const int64_t> values) {
    set(name, CUDNN_TYPE_INT64, static_cast<int64_t>(values.size()),
        values.data());
  }
  void set(cudnnBackendAttributeName_t name, int64_t value) {
    set(name, CUDNN_TYPE_INT64, 1, &value);
  }
  void set(cudnnBackendAttributeName_t name, const DnnDescriptor& part) {
    fail_with(part);
    set(name, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &part.descriptor_);
  }
  void set(cudnnBackendAttributeName_t name, cudnnDataType_t type) {
    set(name, CUDNN_TYPE_DATA_TYPE, 1, &type);
  }

  // Takes over the failure of a descriptor that this one is made of.
  void fail_with(const DnnDescriptor& part) {
    if (ok()) status_ = part.status();
  }

  void finalize() {
    if (ok()) status_ = cudnnBackendFinalize(descriptor_);
  }

  // Up to `room` values of an attribute; how many there are.
  int64_t values(cudnnBackendAttributeName_t name,
                 cudnnBackendAttributeType_t type, int64_t room,
                 void* to) const {
    int64_t count = 0;
    const cudnnStatus_t status =
        cudnnBackendGetAttribute(descriptor_, name, type, room, &count, to);
    return status == CUDNN_STATUS_SUCCESS ? count : 0;
  }

 private:
  cudnnBackendDescriptor_t descriptor_ = nullptr;
  cudnnStatus_t status_;
};

inline cudnnDataType_t dnn_type(Dtype dtype) {
  switch (dtype) {
    case Dtype::kFloat16:
      return CUDNN_DATA_HALF;
    case Dtype::kBfloat16:
      return CUDNN_DATA_BFLOAT16;
    case Dtype::kFloat64:
      return CUDNN_DATA_DOUBLE;
    default:
      return CUDNN_DATA_FLOAT;
  }
}

}  // namespace cresset::internal::cuda

#endif  // CRESSET_CUDA_OPS_DNN_H_
