// The attributes of each kind of descriptor.

#include "cresset/tests/cuda_sim/dnn/descriptor.h"

namespace cuda_sim::dnn {
namespace {

constexpr auto kNoPart = CUDNN_BACKEND_TENSOR_DESCRIPTOR;
constexpr int64_t kMostDims = 8, kMostSpatial = 3, kMany = 1000;

Rule one(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type,
         bool is_required = true) {
  return {name, type, 1, 1, is_required, kNoPart};
}

Rule part(cudnnBackendAttributeName_t name, cudnnBackendDescriptorType_t type,
          int64_t most = 1) {
  return {name, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, most, true, type};
}

Rule list(cudnnBackendAttributeName_t name, int64_t most) {
  return {name, CUDNN_TYPE_INT64, 1, most, true, kNoPart};
}

std::vector<Rule> convolution_rules(cudnnBackendAttributeName_t alpha,
                                    cudnnBackendAttributeName_t beta,
                                    cudnnBackendAttributeName_t conv,
                                    cudnnBackendAttributeName_t w,
                                    cudnnBackendAttributeName_t x,
                                    cudnnBackendAttributeName_t y) {
  // The factors are float or double; set_attribute() knows.
  return {one(alpha, CUDNN_TYPE_FLOAT),
          one(beta, CUDNN_TYPE_FLOAT),
          part(conv, CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR),
          part(w, CUDNN_BACKEND_TENSOR_DESCRIPTOR),
          part(x, CUDNN_BACKEND_TENSOR_DESCRIPTOR),
          part(y, CUDNN_BACKEND_TENSOR_DESCRIPTOR)};
}

std::map<cudnnBackendDescriptorType_t, std::vector<Rule>> make_rules() {
  std::map<cudnnBackendDescriptorType_t, std::vector<Rule>> rules;
  rules[CUDNN_BACKEND_TENSOR_DESCRIPTOR] = {
      one(CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, CUDNN_TYPE_INT64),
      one(CUDNN_ATTR_TENSOR_DATA_TYPE, CUDNN_TYPE_DATA_TYPE),
      list(CUDNN_ATTR_TENSOR_DIMENSIONS, kMostDims),
      list(CUDNN_ATTR_TENSOR_STRIDES, kMostDims),
      one(CUDNN_ATTR_TENSOR_UNIQUE_ID, CUDNN_TYPE_INT64),
      one(CUDNN_ATTR_TENSOR_IS_VIRTUAL, CUDNN_TYPE_BOOLEAN, false)};
  rules[CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR] = {
      one(CUDNN_ATTR_CONVOLUTION_COMP_TYPE, CUDNN_TYPE_DATA_TYPE),
      one(CUDNN_ATTR_CONVOLUTION_CONV_MODE, CUDNN_TYPE_CONVOLUTION_MODE),
      list(CUDNN_ATTR_CONVOLUTION_DILATIONS, kMostSpatial),
      list(CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, kMostSpatial),
      list(CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, kMostSpatial),
      list(CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, kMostSpatial),
      one(CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, CUDNN_TYPE_INT64)};
  rules[CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR] =
      convolution_rules(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA,
                        CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA,
                        CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC,
                        CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W,
                        CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X,
                        CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y);
  rules[CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR] =
      convolution_rules(CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA,
                        CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA,
                        CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC,
                        CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W,
                        CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX,
                        CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY);
  rules[CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR] =
      convolution_rules(CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA,
                        CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA,
                        CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC,
                        CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DW,
                        CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_X,
                        CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DY);
  rules[CUDNN_BACKEND_POINTWISE_DESCRIPTOR] = {
      one(CUDNN_ATTR_POINTWISE_MODE, CUDNN_TYPE_POINTWISE_MODE),
      one(CUDNN_ATTR_POINTWISE_MATH_PREC, CUDNN_TYPE_DATA_TYPE)};
  rules[CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR] = {
      part(CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR,
           CUDNN_BACKEND_POINTWISE_DESCRIPTOR),
      part(CUDNN_ATTR_OPERATION_POINTWISE_XDESC,
           CUDNN_BACKEND_TENSOR_DESCRIPTOR),
      part(CUDNN_ATTR_OPERATION_POINTWISE_BDESC,
           CUDNN_BACKEND_TENSOR_DESCRIPTOR),
      part(CUDNN_ATTR_OPERATION_POINTWISE_YDESC,
           CUDNN_BACKEND_TENSOR_DESCRIPTOR)};
  rules[CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR] = {
      one(CUDNN_ATTR_OPERATIONGRAPH_HANDLE, CUDNN_TYPE_HANDLE),
      // Of several kinds of operations; flaw_of() looks at them.
      part(CUDNN_ATTR_OPERATIONGRAPH_OPS,
           CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR, kMany)};
  rules[CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR] = {
      part(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH,
           CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR),
      one(CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_TYPE_HEUR_MODE)};
  rules[CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR] = {
      one(CUDNN_ATTR_EXECUTION_PLAN_HANDLE, CUDNN_TYPE_HANDLE),
      part(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG,
           CUDNN_BACKEND_ENGINECFG_DESCRIPTOR)};
  rules[CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR] = {
      {CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, CUDNN_TYPE_VOID_PTR, 1, kMany,
       true, kNoPart},
      list(CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, kMany),
      one(CUDNN_ATTR_VARIANT_PACK_WORKSPACE, CUDNN_TYPE_VOID_PTR)};
  // Made by heuristics only.
  rules[CUDNN_BACKEND_ENGINE_DESCRIPTOR] = {};
  rules[CUDNN_BACKEND_ENGINECFG_DESCRIPTOR] = {};
  return rules;
}

}  // namespace

const std::vector<Rule>& rules_of(cudnnBackendDescriptorType_t type) {
  static const auto* const rules =
      new std::map<cudnnBackendDescriptorType_t, std::vector<Rule>>(
          make_rules());
  static const auto* const none = new std::vector<Rule>;
  const auto at = rules->find(type);
  return at == rules->end() ? *none : at->second;
}

size_t size_of(cudnnBackendAttributeType_t type) {
  switch (type) {
    case CUDNN_TYPE_BOOLEAN:
      return sizeof(bool);
    case CUDNN_TYPE_INT64:
    case CUDNN_TYPE_DOUBLE:
    case CUDNN_TYPE_VOID_PTR:
    case CUDNN_TYPE_HANDLE:
    case CUDNN_TYPE_BACKEND_DESCRIPTOR:
      return 8;
    default:  // enumerations and float
      return 4;
  }
}

}  // namespace cuda_sim::dnn
