#include "cresset/tensor/ops/matmul.h"

#include <algorithm>

#include "cresset/cuda/ops/gemm.h"
#include "cresset/cuda/ops/linear_epilogue.h"
#include "cresset/cuda/ops/matmul_integers.h"
#include "cresset/cuda/runtime/handles.h"
#include "cresset/tensor/core/copy.h"

namespace cresset::internal::cuda {
namespace {

// A batch that shares b and whose a follow each other is one taller product.
void merge_batch(Gemm& call) {
  if (call.batch > 1 && call.b.batch == 0 && !call.a.transposed &&
      call.a.batch == call.m * call.a.leading) {
    call.m *= call.batch;
    call.batch = 1;
  }
}

void matmul_cuda(const Tensor& a, const Tensor& b, const Tensor& y, int beta) {
  CRESSET_CHECK(gemm_takes(y.dtype()) || is_integral(y.dtype()), kDtype,
                "matmul: ", y.dtype(), " has no product");
  if (a.size(2) == 0) {
    if (beta == 0) y.zero_();
    return;
  }
  if (!gemm_takes(y.dtype())) return matmul_integers(a, b, y, beta);
  Tensor kept_a, kept_b;
  Gemm call{.dtype = y.dtype(),
            .m = y.size(1),
            .n = y.size(2),
            .k = a.size(2),
            .a = gemm_operand(a, kept_a),
            .b = gemm_operand(b, kept_b),
            .c = y.raw_data(),
            .leading_c = y.size(2),
            .batch_c = y.size(1) * y.size(2),
            .batch = y.size(0),
            .beta = beta,
            .allow_tf32 = matmul_allows_tf32()};
  merge_batch(call);
  gemm(y.device(), call);
}

void linear_cuda(const Tensor& x, const Tensor& w, const Tensor& bias,
                 const Tensor& y) {
  if (linear_with_epilogue(x, w, bias, y)) return;
  copy_elements(broadcast_alias(bias, y.sizes(), "linear"), y);
  matmul_cuda(x, w, y, 1);
}

const MatmulKernel::Entry on_cuda{matmul_kernel, DeviceType::kCuda,
                                  matmul_cuda};
const LinearKernel::Entry linear_on_cuda{linear_kernel, DeviceType::kCuda,
                                         linear_cuda};

}  // namespace
}  // namespace cresset::internal::cuda
