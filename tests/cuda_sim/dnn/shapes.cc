#include "cresset/tests/cuda_sim/dnn/descriptor.h"

namespace cuda_sim::dnn {

int64_t size_of(cudnnDataType_t type) {
  switch (type) {
    case CUDNN_DATA_HALF:
    case CUDNN_DATA_BFLOAT16:
      return 2;
    case CUDNN_DATA_FLOAT:
      return 4;
    case CUDNN_DATA_DOUBLE:
      return 8;
    default:
      return 0;
  }
}

int64_t TensorShape::extent() const {
  int64_t last = 0;
  for (size_t i = 0; i < sizes.size(); ++i) last += (sizes[i] - 1) * strides[i];
  return last + 1;
}

TensorShape shape_of(const Descriptor& d) {
  return {d.one<cudnnDataType_t>(CUDNN_ATTR_TENSOR_DATA_TYPE),
          d.all<int64_t>(CUDNN_ATTR_TENSOR_DIMENSIONS),
          d.all<int64_t>(CUDNN_ATTR_TENSOR_STRIDES),
          d.one<int64_t>(CUDNN_ATTR_TENSOR_UNIQUE_ID),
          d.one<int64_t>(CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT),
          d.one<bool>(CUDNN_ATTR_TENSOR_IS_VIRTUAL)};
}

bool is_convolution(const Descriptor& d) {
  return d.type == CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR ||
         d.type ==
             CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR ||
         d.type ==
             CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR;
}

Convolution convolution_of(const Descriptor& d) {
  cudnnBackendAttributeName_t conv, x, w, y, alpha, beta;
  switch (d.type) {
    case CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR:
      conv = CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC;
      x = CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX;
      w = CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W;
      y = CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY;
      alpha = CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA;
      beta = CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA;
      break;
    case CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR:
      conv = CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC;
      x = CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_X;
      w = CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DW;
      y = CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DY;
      alpha = CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA;
      beta = CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA;
      break;
    default:
      conv = CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC;
      x = CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X;
      w = CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W;
      y = CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y;
      alpha = CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA;
      beta = CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA;
  }
  Convolution c{d.type,
                shape_of(*d.part(x)),
                shape_of(*d.part(w)),
                shape_of(*d.part(y)),
                {1, 1, 1},
                {0, 0, 0},
                {1, 1, 1},
                0,
                0};
  const Descriptor& geometry = *d.part(conv);
  const auto fill = [&](cudnnBackendAttributeName_t name, int64_t(&to)[3]) {
    const std::vector<int64_t> values = geometry.all<int64_t>(name);
    for (size_t i = 0; i < values.size(); ++i) {
      to[3 - values.size() + i] = values[i];
    }
  };
  fill(CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, c.stride);
  fill(CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, c.padding);
  fill(CUDNN_ATTR_CONVOLUTION_DILATIONS, c.dilation);
  const auto factor = [&](cudnnBackendAttributeName_t name) {
    return d.attributes.at(name).type == CUDNN_TYPE_DOUBLE
               ? d.one<double>(name)
               : static_cast<double>(d.one<float>(name));
  };
  c.alpha = factor(alpha);
  c.beta = factor(beta);
  return c;
}

}  // namespace cuda_sim::dnn
