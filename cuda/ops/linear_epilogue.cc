// Asking cublasLt for an algorithm costs more than a small product, so each
// thread keeps the answers, also that there is none.

#include "cresset/cuda/ops/linear_epilogue.h"

#include <cublasLt.h>

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <type_traits>

#include "cresset/cuda/ops/gemm.h"
#include "cresset/cuda/runtime/check.h"
#include "cresset/cuda/runtime/handles.h"
#include "cresset/cuda/runtime/scratch.h"
#include "cresset/cuda/runtime/stream.h"

namespace cresset::internal::cuda {
namespace {

constexpr size_t kMostWorkspace = size_t{32} << 20;
constexpr size_t kMostAnswers = 4096;

template <auto destroy>
struct Destroy {
  template <class T>
  void operator()(T* x) const {
    destroy(x);
  }
};
template <class Handle, auto destroy>
using Owned = std::unique_ptr<std::remove_pointer_t<Handle>, Destroy<destroy>>;
using OwnedDesc = Owned<cublasLtMatmulDesc_t, cublasLtMatmulDescDestroy>;
using OwnedLayout = Owned<cublasLtMatrixLayout_t, cublasLtMatrixLayoutDestroy>;
using OwnedPreference =
    Owned<cublasLtMatmulPreference_t, cublasLtMatmulPreferenceDestroy>;

// The largest power of two, up to 16, that divides an address.
uint32_t alignment_of(const void* data) {
  const auto address = reinterpret_cast<uintptr_t>(data);
  uint32_t alignment = 16;
  while (address % alignment != 0) alignment /= 2;
  return alignment;
}

// One product as cublasLt sees it, by columns: y^T = w^T x^T.
struct Product {
  OwnedDesc desc;
  OwnedLayout a, b, c;
};

template <class T>
void set(const OwnedDesc& desc, cublasLtMatmulDescAttributes_t attribute,
         const T& value) {
  CRESSET_CUDA_CHECK(cublasLtMatmulDescSetAttribute(desc.get(), attribute,
                                                    &value, sizeof(value)),
                     "attribute ", static_cast<int>(attribute));
}

OwnedLayout layout_of(cudaDataType_t type, bool transposed, int64_t rows,
                      int64_t columns, int64_t leading) {
  cublasLtMatrixLayout_t layout = nullptr;
  CRESSET_CUDA_CHECK(
      cublasLtMatrixLayoutCreate(
          &layout, type, static_cast<uint64_t>(transposed ? columns : rows),
          static_cast<uint64_t>(transposed ? rows : columns), leading),
      rows, " x ", columns, ", leading dimension ", leading);
  return OwnedLayout(layout);
}

Product describe(const Gemm& call, const void* bias) {
  const cudaDataType_t type = cuda_type(call.dtype);
  cublasLtMatmulDesc_t desc = nullptr;
  CRESSET_CUDA_CHECK(cublasLtMatmulDescCreate(
      &desc,
      call.allow_tf32 ? CUBLAS_COMPUTE_32F_FAST_TF32 : CUBLAS_COMPUTE_32F,
      CUDA_R_32F));
  Product p{OwnedDesc(desc),
            layout_of(type, call.b.transposed, call.n, call.k, call.b.leading),
            layout_of(type, call.a.transposed, call.k, call.m, call.a.leading),
            layout_of(type, false, call.n, call.m, call.leading_c)};
  set(p.desc, CUBLASLT_MATMUL_DESC_TRANSA,
      call.b.transposed ? CUBLAS_OP_T : CUBLAS_OP_N);
  set(p.desc, CUBLASLT_MATMUL_DESC_TRANSB,
      call.a.transposed ? CUBLAS_OP_T : CUBLAS_OP_N);
  set(p.desc, CUBLASLT_MATMUL_DESC_EPILOGUE, CUBLASLT_EPILOGUE_BIAS);
  set(p.desc, CUBLASLT_MATMUL_DESC_BIAS_POINTER, bias);
  return p;
}

struct Answer {
  cublasLtMatmulAlgo_t algorithm;
  size_t workspace;
};

// nothing if cublasLt has no algorithm.
std::optional<Answer> ask(cublasLtHandle_t handle, const Product& p,
                          const Gemm& call) {
  cublasLtMatmulPreference_t raw = nullptr;
  CRESSET_CUDA_CHECK(cublasLtMatmulPreferenceCreate(&raw));
  const OwnedPreference preference(raw);
  const auto prefer = [&](cublasLtMatmulPreferenceAttributes_t attribute,
                          const auto& value) {
    CRESSET_CUDA_CHECK(cublasLtMatmulPreferenceSetAttribute(
        preference.get(), attribute, &value, sizeof(value)));
  };
  prefer(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, uint64_t{kMostWorkspace});
  prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, alignment_of(call.b.data));
  prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, alignment_of(call.a.data));
  prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, alignment_of(call.c));
  prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, alignment_of(call.c));
  cublasLtMatmulHeuristicResult_t result = {};
  int found = 0;
  const cublasStatus_t status = cublasLtMatmulAlgoGetHeuristic(
      handle, p.desc.get(), p.a.get(), p.b.get(), p.c.get(), p.c.get(),
      preference.get(), 1, &result, &found);
  if (status == CUBLAS_STATUS_NOT_SUPPORTED || found == 0 ||
      result.state != CUBLAS_STATUS_SUCCESS) {
    return std::nullopt;
  }
  CRESSET_CUDA_CHECK(status, "a product of [", call.m, ", ", call.k, "] and [",
                     call.k, ", ", call.n, "]");
  return Answer{result.algo, result.workspaceSize};
}

const std::optional<Answer>& answer_for(Device device, cublasLtHandle_t handle,
                                        const Product& p, const Gemm& call) {
  using Key = std::array<int64_t, 10>;
  static thread_local std::map<Key, std::optional<Answer>> answers;
  const Key key{
      device.index,
      static_cast<int64_t>(call.dtype),
      call.m,
      call.n,
      call.k,
      call.a.leading,
      call.b.leading,
      static_cast<int64_t>(alignment_of(call.a.data)) * 64 +
          alignment_of(call.b.data),
      alignment_of(call.c),
      call.a.transposed + 2 * call.b.transposed + 4 * call.allow_tf32};
  if (const auto found = answers.find(key); found != answers.end()) {
    return found->second;
  }
  if (answers.size() >= kMostAnswers) answers.clear();
  return answers.emplace(key, ask(handle, p, call)).first->second;
}

}  // namespace

bool linear_with_epilogue(const Tensor& x, const Tensor& w, const Tensor& bias,
                          const Tensor& y) {
  if (!gemm_takes(y.dtype()) || y.dtype() == float64 || x.size(2) == 0 ||
      !bias.is_contiguous() || alignment_of(bias.raw_data()) != 16) {
    return false;
  }
  Tensor kept_x, kept_w;
  const Gemm call{.dtype = y.dtype(),
                  .m = y.size(1),
                  .n = y.size(2),
                  .k = x.size(2),
                  .a = gemm_operand(x, kept_x),
                  .b = gemm_operand(w, kept_w),
                  .c = y.raw_data(),
                  .leading_c = y.size(2),
                  .batch_c = 0,
                  .allow_tf32 = y.dtype() == float32 && matmul_allows_tf32()};
  const Device device = y.device();
  // cuBLAS documents that its handle serves as one of cublasLt.
  const auto handle = reinterpret_cast<cublasLtHandle_t>(blas_handle(device));
  const Product p = describe(call, bias.raw_data());
  const std::optional<Answer>& answer = answer_for(device, handle, p, call);
  if (!answer) return false;
  const Scratch workspace(device, answer->workspace);
  const float one = 1, zero = 0;
  CRESSET_CUDA_CHECK(
      cublasLtMatmul(handle, p.desc.get(), &one, call.b.data, p.a.get(),
                     call.a.data, p.b.get(), &zero, call.c, p.c.get(), call.c,
                     p.c.get(), &answer->algorithm, workspace.as<void>(),
                     answer->workspace, current_stream(device)),
      "a product with a bias of [", call.m, ", ", call.k, "] and [", call.k,
      ", ", call.n, "] of ", call.dtype, " on ", device);
  return true;
}

}  // namespace cresset::internal::cuda
