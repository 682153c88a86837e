// Descriptors of the stand-in for cuDNN: attributes by name, their checks, and
// what finalised ones mean.

#ifndef CRESSET_TESTS_CUDA_SIM_DNN_DESCRIPTOR_H_
#define CRESSET_TESTS_CUDA_SIM_DNN_DESCRIPTOR_H_

#include <cudnn.h>

#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "cresset/tests/cuda_sim/device.h"

struct cudnnContext {
  int device;
  cudaStream_t stream = nullptr;
};

namespace cuda_sim::dnn {

struct Descriptor;
using DescriptorPtr = std::shared_ptr<Descriptor>;

struct Attribute {
  cudnnBackendAttributeType_t type;
  int64_t count = 0;
  std::vector<char> bytes;           // of plain values
  std::vector<DescriptorPtr> parts;  // of descriptors
};

struct Descriptor {
  cudnnBackendDescriptorType_t type;
  bool is_final = false;
  std::map<cudnnBackendAttributeName_t, Attribute> attributes;
  int engine = -1;      // of engines, their configurations and plans
  DescriptorPtr graph;  // of the same

  bool has(cudnnBackendAttributeName_t name) const {
    return attributes.count(name) != 0;
  }
  template <class T>
  std::vector<T> all(cudnnBackendAttributeName_t name) const {
    const auto at = attributes.find(name);
    if (at == attributes.end()) return {};
    std::vector<T> values(static_cast<size_t>(at->second.count));
    if (!values.empty()) {
      std::memcpy(values.data(), at->second.bytes.data(),
                  at->second.bytes.size());
    }
    return values;
  }
  template <class T>
  T one(cudnnBackendAttributeName_t name) const {
    T value{};
    const auto at = attributes.find(name);
    if (at != attributes.end() && at->second.bytes.size() >= sizeof(T)) {
      std::memcpy(&value, at->second.bytes.data(), sizeof(T));
    }
    return value;
  }
  const DescriptorPtr& part(cudnnBackendAttributeName_t name,
                            size_t i = 0) const {
    return attributes.at(name).parts.at(i);
  }
};

template <class... Parts>
std::string text(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return out.str();
}

// Complains and gives the status.
cudnnStatus_t refuse(cudnnStatus_t status, const std::string& why);
// Only gives it, keeping the text for cudnnGetLastErrorString: what the real
// library may say to a correct program.
cudnnStatus_t decline(cudnnStatus_t status, const std::string& why);
const std::string& last_error();

bool is_handle(cudnnHandle_t handle);

// What a descriptor type takes.
struct Rule {
  cudnnBackendAttributeName_t name;
  cudnnBackendAttributeType_t type;
  int64_t least, most;  // values
  bool is_required;
  cudnnBackendDescriptorType_t part;  // of descriptors among the values
};
const std::vector<Rule>& rules_of(cudnnBackendDescriptorType_t type);

// Bytes of a value of an attribute type.
size_t size_of(cudnnBackendAttributeType_t type);

// What is wrong with a descriptor that is about to be finalised; empty if
// nothing is. Refusals that a correct program may meet are not among them.
std::string flaw_of(const Descriptor& descriptor);

// A tensor's layout.
struct TensorShape {
  cudnnDataType_t type;
  std::vector<int64_t> sizes, strides;
  int64_t id, alignment;
  bool is_virtual;

  int64_t extent() const;  // elements from the first to behind the last
};
TensorShape shape_of(const Descriptor& tensor);
int64_t size_of(cudnnDataType_t type);

// A convolution between three tensors, and the geometry of its last three
// dimensions; absent leading ones count as 1.
struct Convolution {
  cudnnBackendDescriptorType_t operation;
  TensorShape x, w, y;
  int64_t stride[3], padding[3], dilation[3];
  double alpha, beta;
};
Convolution convolution_of(const Descriptor& operation);

bool is_convolution(const Descriptor& operation);

}  // namespace cuda_sim::dnn

#endif  // CRESSET_TESTS_CUDA_SIM_DNN_DESCRIPTOR_H_
