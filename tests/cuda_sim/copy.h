// Copies and fills, of rows or of one piece.

#ifndef CRESSET_TESTS_CUDA_SIM_COPY_H_
#define CRESSET_TESTS_CUDA_SIM_COPY_H_

#include <cuda_runtime_api.h>

#include <cstddef>

#include "cresset/tests/cuda_sim/stream.h"

namespace cuda_sim {

struct Copy {
  const char* call;  // its name, for messages
  char* to;
  size_t to_pitch;
  const char* from;
  size_t from_pitch;
  size_t width;
  size_t height;
};

// Which returns when the host may use its memory again.
enum class Waits { kAsync, kSync };

// With the rules of CUDA for which copies wait for what.
cudaError_t copy(CUstream_st& stream, const Copy& rows, cudaMemcpyKind kind,
                 Waits waits);

struct Fill {
  const char* call;
  char* to;
  size_t pitch;
  size_t width;
  size_t height;
  int value;
};

cudaError_t fill(CUstream_st& stream, const Fill& rows);

}  // namespace cuda_sim

#endif  // CRESSET_TESTS_CUDA_SIM_COPY_H_
