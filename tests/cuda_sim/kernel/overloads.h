// The C++ spellings that <cuda_runtime.h> adds to the C interface.

#ifndef CRESSET_TESTS_CUDA_SIM_KERNEL_OVERLOADS_H_
#define CRESSET_TESTS_CUDA_SIM_KERNEL_OVERLOADS_H_

#include <cuda_runtime_api.h>

template <class T>
cudaError_t cudaMalloc(T** data, size_t bytes) {
  return ::cudaMalloc(reinterpret_cast<void**>(data), bytes);
}
template <class T>
cudaError_t cudaMallocAsync(T** data, size_t bytes, cudaStream_t stream) {
  return ::cudaMallocAsync(reinterpret_cast<void**>(data), bytes, stream);
}
template <class T>
cudaError_t cudaHostAlloc(T** data, size_t bytes, unsigned flags) {
  return ::cudaHostAlloc(reinterpret_cast<void**>(data), bytes, flags);
}
template <class T>
cudaError_t cudaMallocHost(T** data, size_t bytes, unsigned flags = 0) {
  return ::cudaHostAlloc(reinterpret_cast<void**>(data), bytes, flags);
}
inline cudaError_t cudaEventCreate(cudaEvent_t* event, unsigned flags) {
  return ::cudaEventCreateWithFlags(event, flags);
}

template <class... Params>
cudaError_t cudaFuncSetAttribute(void (*kernel)(Params...),
                                 cudaFuncAttribute attribute, int value) {
  return ::cudaFuncSetAttribute(reinterpret_cast<const void*>(kernel),
                                attribute, value);
}
template <class... Params>
cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes,
                                  void (*kernel)(Params...)) {
  return ::cudaFuncGetAttributes(attributes,
                                 reinterpret_cast<const void*>(kernel));
}
template <class... Params>
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(
    int* blocks, void (*kernel)(Params...), int block, size_t shared) {
  return ::cudaOccupancyMaxActiveBlocksPerMultiprocessor(
      blocks, reinterpret_cast<const void*>(kernel), block, shared);
}

#endif  // CRESSET_TESTS_CUDA_SIM_KERNEL_OVERLOADS_H_
