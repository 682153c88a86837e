// Handles, descriptors and their attributes.

#include <algorithm>
#include <cstring>
#include <set>

#include "cresset/tests/cuda_sim/dnn/behaviour.h"
#include "cresset/tests/cuda_sim/dnn/descriptor.h"
#include "cresset/tests/cuda_sim/dnn/engines.h"

namespace cuda_sim::dnn {
namespace {

std::set<cudnnContext*>& handles() {
  static auto* const all = new std::set<cudnnContext*>;
  return *all;
}

std::map<void*, DescriptorPtr>& descriptors() {
  static auto* const all = new std::map<void*, DescriptorPtr>;
  return *all;
}

std::string& error_text() {
  static thread_local std::string error;
  return error;
}

DescriptorPtr find(void* descriptor) {
  const auto at = descriptors().find(descriptor);
  return at == descriptors().end() ? nullptr : at->second;
}

bool is_factor(cudnnBackendAttributeName_t name) {
  switch (name) {
    case CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA:
    case CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA:
    case CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA:
    case CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA:
    case CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA:
    case CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA:
      return true;
    default:
      return false;
  }
}

cudnnStatus_t set_parts(const Rule& rule, int64_t count, const void* values,
                        Attribute& to) {
  const auto* const raw = static_cast<const cudnnBackendDescriptor_t*>(values);
  for (int64_t i = 0; i < count; ++i) {
    const DescriptorPtr part = find(raw[i]);
    if (part == nullptr) {
      return refuse(
          CUDNN_STATUS_BAD_PARAM,
          text("attribute ", rule.name, ": value ", i, " is no descriptor"));
    }
    if (!part->is_final) {
      return refuse(
          CUDNN_STATUS_BAD_PARAM_NOT_FINALIZED,
          text("attribute ", rule.name, ": value ", i, " is not finalised"));
    }
    if (rule.name != CUDNN_ATTR_OPERATIONGRAPH_OPS && part->type != rule.part) {
      return refuse(CUDNN_STATUS_BAD_PARAM_DESCRIPTOR_TYPE,
                    text("attribute ", rule.name, ": descriptor type ",
                         part->type, " instead of ", rule.part));
    }
    to.parts.push_back(part);
  }
  return CUDNN_STATUS_SUCCESS;
}

}  // namespace

cudnnStatus_t refuse(cudnnStatus_t status, const std::string& why) {
  error_text() = why;
  complain("cuDNN: " + why);
  return status;
}

cudnnStatus_t decline(cudnnStatus_t status, const std::string& why) {
  error_text() = why;
  return status;
}

const std::string& last_error() { return error_text(); }

bool is_handle(cudnnHandle_t handle) { return handles().count(handle) != 0; }

}  // namespace cuda_sim::dnn

using namespace cuda_sim;       // NOLINT: defines the library's functions
using namespace cuda_sim::dnn;  // NOLINT

cudnnStatus_t cudnnCreate(cudnnHandle_t* handle) {
  const std::lock_guard guard(lock());
  if (handle == nullptr) {
    return refuse(CUDNN_STATUS_BAD_PARAM_NULL_POINTER, "cudnnCreate: null");
  }
  *handle = new cudnnContext{current_device()};
  handles().insert(*handle);
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnDestroy(cudnnHandle_t handle) {
  const std::lock_guard guard(lock());
  if (handles().erase(handle) == 0) {
    return refuse(CUDNN_STATUS_NOT_INITIALIZED, "cudnnDestroy: no handle");
  }
  delete handle;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnSetStream(cudnnHandle_t handle, cudaStream_t stream) {
  const std::lock_guard guard(lock());
  if (!is_handle(handle)) {
    return refuse(CUDNN_STATUS_NOT_INITIALIZED, "cudnnSetStream: no handle");
  }
  if (device_of(stream) != handle->device) {
    return refuse(CUDNN_STATUS_BAD_PARAM_STREAM_MISMATCH,
                  "cudnnSetStream: a stream of another device");
  }
  handle->stream = stream;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnGetStream(cudnnHandle_t handle, cudaStream_t* stream) {
  const std::lock_guard guard(lock());
  if (!is_handle(handle) || stream == nullptr) {
    return refuse(CUDNN_STATUS_BAD_PARAM, "cudnnGetStream");
  }
  *stream = handle->stream;
  return CUDNN_STATUS_SUCCESS;
}

size_t cudnnGetVersion() { return CUDNN_VERSION; }

const char* cudnnGetErrorString(cudnnStatus_t status) {
  switch (CUDNN_STATUS_CATEGORY(status)) {
    case CUDNN_STATUS_SUCCESS:
      return "CUDNN_STATUS_SUCCESS";
    case CUDNN_STATUS_BAD_PARAM:
      return "CUDNN_STATUS_BAD_PARAM";
    case CUDNN_STATUS_NOT_SUPPORTED:
      return "CUDNN_STATUS_NOT_SUPPORTED";
    case CUDNN_STATUS_EXECUTION_FAILED:
      return "CUDNN_STATUS_EXECUTION_FAILED";
    default:
      return status == CUDNN_STATUS_NOT_INITIALIZED
                 ? "CUDNN_STATUS_NOT_INITIALIZED"
                 : "CUDNN_STATUS_INTERNAL_ERROR";
  }
}

void cudnnGetLastErrorString(char* message, size_t room) {
  if (message == nullptr || room == 0) return;
  const std::string& error = last_error();
  const size_t length = std::min(room - 1, error.size());
  std::memcpy(message, error.data(), length);
  message[length] = '\0';
}

cudnnStatus_t cudnnBackendCreateDescriptor(
    cudnnBackendDescriptorType_t type, cudnnBackendDescriptor_t* descriptor) {
  const std::lock_guard guard(lock());
  if (descriptor == nullptr) {
    return refuse(CUDNN_STATUS_BAD_PARAM_NULL_POINTER,
                  "cudnnBackendCreateDescriptor: null");
  }
  auto made = std::make_shared<Descriptor>();
  made->type = type;
  *descriptor = made.get();
  descriptors().emplace(made.get(), made);
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnBackendDestroyDescriptor(
    cudnnBackendDescriptor_t descriptor) {
  const std::lock_guard guard(lock());
  if (descriptors().erase(descriptor) == 0) {
    return refuse(CUDNN_STATUS_BAD_PARAM,
                  "cudnnBackendDestroyDescriptor: no descriptor");
  }
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnBackendSetAttribute(cudnnBackendDescriptor_t descriptor,
                                       cudnnBackendAttributeName_t name,
                                       cudnnBackendAttributeType_t type,
                                       int64_t count, const void* values) {
  const std::lock_guard guard(lock());
  const DescriptorPtr d = find(descriptor);
  if (d == nullptr || values == nullptr) {
    return refuse(CUDNN_STATUS_BAD_PARAM_NULL_POINTER,
                  text("attribute ", name, ": no descriptor or no values"));
  }
  if (d->is_final) {
    return refuse(CUDNN_STATUS_NOT_INITIALIZED,
                  text("attribute ", name, ": the descriptor is finalised"));
  }
  const std::vector<Rule>& rules = rules_of(d->type);
  const auto rule =
      std::find_if(rules.begin(), rules.end(),
                   [name](const Rule& r) { return r.name == name; });
  if (rule == rules.end()) {
    return refuse(CUDNN_STATUS_BAD_PARAM, text("descriptor type ", d->type,
                                               " has no attribute ", name));
  }
  const bool is_wide_factor = is_factor(name) && type == CUDNN_TYPE_DOUBLE;
  if (type != rule->type && !is_wide_factor) {
    return refuse(
        CUDNN_STATUS_BAD_PARAM_ATTRIBUTE_TYPE,
        text("attribute ", name, " has type ", rule->type, ", not ", type));
  }
  if (count < rule->least || count > rule->most) {
    return refuse(CUDNN_STATUS_BAD_PARAM,
                  text("attribute ", name, " cannot have ", count, " values"));
  }
  Attribute attribute{type, count, {}, {}};
  if (type == CUDNN_TYPE_BACKEND_DESCRIPTOR) {
    const cudnnStatus_t status = set_parts(*rule, count, values, attribute);
    if (status != CUDNN_STATUS_SUCCESS) return status;
  } else {
    const auto* const bytes = static_cast<const char*>(values);
    attribute.bytes.assign(
        bytes, bytes + static_cast<size_t>(count) * dnn::size_of(type));
  }
  d->attributes[name] = std::move(attribute);
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnBackendFinalize(cudnnBackendDescriptor_t descriptor) {
  const std::lock_guard guard(lock());
  const DescriptorPtr d = find(descriptor);
  if (d == nullptr) {
    return refuse(CUDNN_STATUS_BAD_PARAM_NULL_POINTER, "finalising nothing");
  }
  if (d->is_final) {
    return refuse(CUDNN_STATUS_BAD_PARAM, "finalising a descriptor twice");
  }
  const std::string flaw = flaw_of(*d);
  if (!flaw.empty()) {
    return refuse(CUDNN_STATUS_BAD_PARAM,
                  text("descriptor type ", d->type, ": ", flaw));
  }
  const cudnnStatus_t status = on_finalize(*d);
  d->is_final = status == CUDNN_STATUS_SUCCESS;
  return status;
}

cudnnStatus_t cudnnBackendGetAttribute(
    cudnnBackendDescriptor_t const descriptor, cudnnBackendAttributeName_t name,
    cudnnBackendAttributeType_t type, int64_t room, int64_t* count,
    void* values) {
  const std::lock_guard guard(lock());
  const DescriptorPtr d = find(descriptor);
  if (d == nullptr || count == nullptr || (room > 0 && values == nullptr)) {
    return refuse(CUDNN_STATUS_BAD_PARAM_NULL_POINTER,
                  text("getting attribute ", name, ": null"));
  }
  if (!d->is_final) {
    return refuse(CUDNN_STATUS_BAD_PARAM_NOT_FINALIZED,
                  text("getting attribute ", name, " before finalising"));
  }
  std::vector<DescriptorPtr> targets;
  if (type == CUDNN_TYPE_BACKEND_DESCRIPTOR) {
    for (int64_t i = 0; i < room; ++i) {
      targets.push_back(
          find(static_cast<cudnnBackendDescriptor_t*>(values)[i]));
      if (targets.back() == nullptr) {
        return refuse(CUDNN_STATUS_BAD_PARAM,
                      text("getting attribute ", name,
                           ": descriptors to fill must be made before"));
      }
    }
  }
  return get_attribute(d, name, type, room, count, values, targets);
}

cudnnStatus_t cudnnBackendExecute(cudnnHandle_t handle,
                                  cudnnBackendDescriptor_t plan,
                                  cudnnBackendDescriptor_t pack) {
  const std::lock_guard guard(lock());
  const DescriptorPtr p = find(plan), v = find(pack);
  if (!is_handle(handle) || p == nullptr || v == nullptr ||
      p->type != CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR ||
      v->type != CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR) {
    return refuse(CUDNN_STATUS_BAD_PARAM, "executing: wrong arguments");
  }
  if (!p->is_final || !v->is_final) {
    return refuse(CUDNN_STATUS_BAD_PARAM_NOT_FINALIZED,
                  "executing what is not finalised");
  }
  if (handle->device != current_device()) {
    return refuse(CUDNN_STATUS_BAD_PARAM, "executing on another device");
  }
  return execute(*handle, *p, *v);
}
