// What is wrong with a descriptor: each kind's own rules.

#include <algorithm>
#include <set>

#include "cresset/tests/cuda_sim/dnn/descriptor.h"

namespace cuda_sim::dnn {
namespace {

std::string tensor_flaw(const Descriptor& d) {
  const TensorShape shape = shape_of(d);
  const int64_t size = size_of(shape.type);
  if (size == 0) return text("data type ", shape.type);
  if (shape.sizes.size() != shape.strides.size() || shape.sizes.size() < 3) {
    return text(shape.sizes.size(), " sizes and ", shape.strides.size(),
                " strides");
  }
  for (size_t i = 0; i < shape.sizes.size(); ++i) {
    if (shape.sizes[i] < 1 || shape.strides[i] < 1) {
      return text("dimension ", i, " has size ", shape.sizes[i], " and stride ",
                  shape.strides[i]);
    }
  }
  const int64_t alignment = shape.alignment;
  if (alignment < size || (alignment & (alignment - 1)) != 0) {
    return text("byte alignment ", alignment, " for elements of ", size,
                " bytes");
  }
  return "";
}

std::string convolution_flaw(const Descriptor& d) {
  const auto rank = d.one<int64_t>(CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS);
  if (rank < 2 || rank > 3) return text(rank, " spatial dimensions");
  for (const auto& [name, least] :
       {std::pair(CUDNN_ATTR_CONVOLUTION_DILATIONS, 1),
        std::pair(CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, 1),
        std::pair(CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, 0),
        std::pair(CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, 0)}) {
    const std::vector<int64_t> values = d.all<int64_t>(name);
    if (static_cast<int64_t>(values.size()) != rank) {
      return text("attribute ", name, " has ", values.size(), " values for ",
                  rank, " dimensions");
    }
    for (const int64_t value : values) {
      if (value < least) return text("attribute ", name, " is ", value);
    }
  }
  const auto type = d.one<cudnnDataType_t>(CUDNN_ATTR_CONVOLUTION_COMP_TYPE);
  if (type != CUDNN_DATA_FLOAT && type != CUDNN_DATA_DOUBLE) {
    return text("compute type ", type);
  }
  return "";
}

std::string operation_flaw(const Descriptor& d) {
  const Convolution c = convolution_of(d);
  const size_t rank = c.x.sizes.size();
  if (rank != c.w.sizes.size() || rank != c.y.sizes.size() || rank < 4 ||
      rank > 5) {
    return "tensors of different rank, or not of 4 or 5 dimensions";
  }
  const int64_t channels = c.x.sizes[1], filters = c.y.sizes[1];
  const int64_t groups = channels / c.w.sizes[1];
  if (c.x.sizes[0] != c.y.sizes[0] || c.w.sizes[0] != filters ||
      groups * c.w.sizes[1] != channels || groups < 1 ||
      filters % groups != 0) {
    return "batch, channels or groups do not fit";
  }
  for (size_t i = 2; i < rank; ++i) {
    const size_t at = 3 - (rank - i);
    const int64_t span = c.dilation[at] * (c.w.sizes[i] - 1) + 1;
    const int64_t room = c.x.sizes[i] + 2 * c.padding[at] - span;
    if (room < 0 || room / c.stride[at] + 1 != c.y.sizes[i]) {
      return text("output size ", c.y.sizes[i], " in dimension ", i);
    }
  }
  const bool is_double = c.w.type == CUDNN_DATA_DOUBLE;
  if (c.alpha != 1 || c.beta != 0) return "factors other than 1 and 0";
  if (is_double != (c.x.type == CUDNN_DATA_DOUBLE)) return "mixed data types";
  return "";
}

std::string pointwise_flaw(const Descriptor& d) {
  const auto mode = d.part(CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR)
                        ->one<cudnnPointwiseMode_t>(CUDNN_ATTR_POINTWISE_MODE);
  if (mode != CUDNN_POINTWISE_ADD) return text("pointwise mode ", mode);
  const TensorShape x = shape_of(*d.part(CUDNN_ATTR_OPERATION_POINTWISE_XDESC));
  const TensorShape b = shape_of(*d.part(CUDNN_ATTR_OPERATION_POINTWISE_BDESC));
  const TensorShape y = shape_of(*d.part(CUDNN_ATTR_OPERATION_POINTWISE_YDESC));
  if (x.sizes != y.sizes || b.sizes.size() != y.sizes.size()) {
    return "pointwise tensors of different sizes";
  }
  for (size_t i = 0; i < y.sizes.size(); ++i) {
    if (b.sizes[i] != 1 && b.sizes[i] != y.sizes[i]) {
      return text("no broadcast in dimension ", i);
    }
  }
  return "";
}

// The tensors of an operation; the one it writes last.
std::vector<TensorShape> tensors_of(const Descriptor& d) {
  if (!is_convolution(d)) {
    return {shape_of(*d.part(CUDNN_ATTR_OPERATION_POINTWISE_XDESC)),
            shape_of(*d.part(CUDNN_ATTR_OPERATION_POINTWISE_BDESC)),
            shape_of(*d.part(CUDNN_ATTR_OPERATION_POINTWISE_YDESC))};
  }
  const Convolution c = convolution_of(d);
  switch (c.operation) {
    case CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR:
      return {c.w, c.y, c.x};
    case CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR:
      return {c.x, c.y, c.w};
    default:
      return {c.x, c.w, c.y};
  }
}

std::string graph_flaw(const Descriptor& d) {
  if (!is_handle(d.one<cudnnHandle_t>(CUDNN_ATTR_OPERATIONGRAPH_HANDLE))) {
    return "no handle";
  }
  std::set<int64_t> made, ids;
  for (const DescriptorPtr& op :
       d.attributes.at(CUDNN_ATTR_OPERATIONGRAPH_OPS).parts) {
    if (!is_convolution(*op) &&
        op->type != CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR) {
      return text("descriptor type ", op->type, " is no operation");
    }
    const std::vector<TensorShape> tensors = tensors_of(*op);
    for (size_t i = 0; i + 1 < tensors.size(); ++i) {
      if (tensors[i].is_virtual && made.count(tensors[i].id) == 0) {
        return text("the virtual tensor ", tensors[i].id,
                    " is read before it is written");
      }
    }
    std::set<int64_t> own;
    for (const TensorShape& tensor : tensors) {
      if (!own.insert(tensor.id).second) {
        return text("two tensors have the id ", tensor.id);
      }
    }
    if (!made.insert(tensors.back().id).second) {
      return text("two operations write the tensor ", tensors.back().id);
    }
  }
  return "";
}

std::string pack_flaw(const Descriptor& d) {
  const auto ids = d.all<int64_t>(CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS);
  const auto data = d.all<void*>(CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS);
  if (ids.size() != data.size()) {
    return text(ids.size(), " ids for ", data.size(), " pointers");
  }
  if (std::set<int64_t>(ids.begin(), ids.end()).size() != ids.size()) {
    return "an id occurs twice";
  }
  if (std::find(data.begin(), data.end(), nullptr) != data.end()) {
    return "a null pointer";
  }
  return "";
}

}  // namespace

std::string flaw_of(const Descriptor& d) {
  for (const Rule& rule : rules_of(d.type)) {
    if (rule.is_required && !d.has(rule.name)) {
      return text("attribute ", rule.name, " is not set");
    }
  }
  switch (d.type) {
    case CUDNN_BACKEND_TENSOR_DESCRIPTOR:
      return tensor_flaw(d);
    case CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR:
      return convolution_flaw(d);
    case CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR:
      return pointwise_flaw(d);
    case CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR:
      return graph_flaw(d);
    case CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR:
      return pack_flaw(d);
    case CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR:
      return is_handle(d.one<cudnnHandle_t>(CUDNN_ATTR_EXECUTION_PLAN_HANDLE))
                 ? ""
                 : "no handle";
    default:
      return is_convolution(d) ? operation_flaw(d) : "";
  }
}

}  // namespace cuda_sim::dnn
