// What the stand-in's engines can do, and their runs.

#ifndef CRESSET_TESTS_CUDA_SIM_DNN_ENGINES_H_
#define CRESSET_TESTS_CUDA_SIM_DNN_ENGINES_H_

#include "cresset/tests/cuda_sim/dnn/descriptor.h"

namespace cuda_sim::dnn {

// The part of finalising that a correct program may see refused.
cudnnStatus_t on_finalize(Descriptor& descriptor);

// Attributes that descriptors have only when they are final.
cudnnStatus_t get_attribute(const DescriptorPtr& from,
                            cudnnBackendAttributeName_t name,
                            cudnnBackendAttributeType_t type, int64_t room,
                            int64_t* count, void* values,
                            const std::vector<DescriptorPtr>& targets);

cudnnStatus_t execute(cudnnContext& handle, const Descriptor& plan,
                      const Descriptor& pack);

// The convolution of dense loops; `bias` of the output's type may be null.
void convolve(const Convolution& convolution, void* x, void* w, void* y,
              const void* bias, cudnnDataType_t output_type);

}  // namespace cuda_sim::dnn

#endif  // CRESSET_TESTS_CUDA_SIM_DNN_ENGINES_H_
