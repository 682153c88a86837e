// The stand-in refuses what cuBLAS refuses, or what a GPU would fault on.

#include <cublasLt.h>
#include <cublas_v2.h>
#include <cuda_runtime_api.h>

#include <vector>

#include "cresset/tests/catch.h"
#include "cresset/tests/cuda_sim/device.h"

namespace {

struct Setup {
  cublasHandle_t handle = nullptr;
  float *a = nullptr, *b = nullptr, *c = nullptr;

  Setup() {
    REQUIRE(cublasCreate(&handle) == CUBLAS_STATUS_SUCCESS);
    for (float** x : {&a, &b, &c}) {
      REQUIRE(cudaMalloc(reinterpret_cast<void**>(x), 64 * sizeof(float)) ==
              cudaSuccess);
    }
  }
  ~Setup() {
    for (float* x : {a, b, c}) cudaFree(x);
    cublasDestroy(handle);
  }

  cublasStatus_t product(int64_t m, int64_t n, int64_t k, const float* x,
                         int64_t ldx, float* y, int64_t ldy, int64_t batch = 1,
                         int64_t stride_y = 0) {
    const float one = 1, zero = 0;
    return cublasGemmStridedBatchedEx_64(
        handle, CUBLAS_OP_N, CUBLAS_OP_N, m, n, k, &one, x, CUDA_R_32F, ldx, 0,
        b, CUDA_R_32F, k > 0 ? k : 1, 0, &zero, y, CUDA_R_32F, ldy, stride_y,
        batch, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT);
  }
};

void put(float* to, const std::vector<float>& values) {
  REQUIRE(cudaMemcpy(to, values.data(), values.size() * sizeof(float),
                     cudaMemcpyDefault) == cudaSuccess);
}

}  // namespace

TEST_CASE("cublas stand-in: a product by columns", "[cuda_sim]") {
  Setup s;
  put(s.a, {1, 2, 3, 4});  // columns (1, 2), (3, 4)
  put(s.b, {5, 6, 7, 8});
  REQUIRE(s.product(2, 2, 2, s.a, 2, s.c, 3) == CUBLAS_STATUS_SUCCESS);
  float y[5];
  REQUIRE(cudaMemcpy(y, s.c, sizeof(y), cudaMemcpyDefault) == cudaSuccess);
  CHECK(y[0] == 1 * 5 + 3 * 6);
  CHECK(y[1] == 2 * 5 + 4 * 6);
  CHECK(y[3] == 1 * 7 + 3 * 8);
  CHECK(y[4] == 2 * 7 + 4 * 8);
}

TEST_CASE("cublas stand-in: wrong arguments are refused", "[cuda_sim]") {
  Setup s;
  CHECK(s.product(2, 2, 2, s.a, 1, s.c, 2) == CUBLAS_STATUS_INVALID_VALUE);
  CHECK(s.product(2, 2, 2, s.a, 2, s.c, 1) == CUBLAS_STATUS_INVALID_VALUE);
  CHECK(s.product(-1, 2, 2, s.a, 2, s.c, 2) == CUBLAS_STATUS_INVALID_VALUE);
  CHECK(s.product(2, 2, 2, nullptr, 2, s.c, 2) == CUBLAS_STATUS_INVALID_VALUE);
  CHECK(s.product(9, 8, 2, s.a, 9, s.c, 9) == CUBLAS_STATUS_INVALID_VALUE);
  CHECK_THAT(cuda_sim::last_complaint(), Catch::Contains("C: "));
  CHECK(s.product(2, 2, 2, s.a, 2, s.a, 2) == CUBLAS_STATUS_INVALID_VALUE);
  CHECK_THAT(cuda_sim::last_complaint(), Catch::Contains("overlaps"));
  CHECK(s.product(2, 2, 2, s.a, 2, s.c, 2, 2, 3) ==
        CUBLAS_STATUS_INVALID_VALUE);
  float host[4];
  CHECK(s.product(2, 2, 2, host, 2, s.c, 2) == CUBLAS_STATUS_INVALID_VALUE);
  CHECK(cublasSetWorkspace(s.handle, s.a + 1, 16) ==
        CUBLAS_STATUS_INVALID_VALUE);
  CHECK(cublasSetWorkspace(s.handle, s.a, 1 << 20) ==
        CUBLAS_STATUS_INVALID_VALUE);
  cublasContext* const nobody = nullptr;
  CHECK(cublasSetPointerMode(nobody, CUBLAS_POINTER_MODE_HOST) ==
        CUBLAS_STATUS_NOT_INITIALIZED);
  CHECK(cublasDotEx_64(s.handle, 4, s.a, CUDA_R_32F, 1, s.b, CUDA_R_32F, 1, s.c,
                       CUDA_R_32F, CUDA_R_32F) == CUBLAS_STATUS_NOT_SUPPORTED);
}

TEST_CASE("cublasLt stand-in: descriptions are checked", "[cuda_sim]") {
  Setup s;
  cublasLtMatmulDesc_t desc = nullptr;
  REQUIRE(cublasLtMatmulDescCreate(&desc, CUBLAS_COMPUTE_32F, CUDA_R_32F) ==
          CUBLAS_STATUS_SUCCESS);
  const int64_t wide = CUBLAS_OP_T;
  CHECK(cublasLtMatmulDescSetAttribute(desc, CUBLASLT_MATMUL_DESC_TRANSA, &wide,
                                       sizeof(wide)) ==
        CUBLAS_STATUS_INVALID_VALUE);
  cublasLtMatrixLayout_t x = nullptr, y = nullptr;
  cublasLtMatrixLayoutCreate(&x, CUDA_R_32F, 4, 4, 4);
  cublasLtMatrixLayoutCreate(&y, CUDA_R_32F, 4, 3, 4);
  cublasLtMatmulPreference_t preference = nullptr;
  cublasLtMatmulPreferenceCreate(&preference);
  cublasLtMatmulHeuristicResult_t result;
  int found = 0;
  const auto handle = reinterpret_cast<cublasLtHandle_t>(s.handle);
  const auto ask = [&](cublasLtMatrixLayout_t c) {
    return cublasLtMatmulAlgoGetHeuristic(handle, desc, x, x, c, c, preference,
                                          1, &result, &found);
  };
  CHECK(ask(y) == CUBLAS_STATUS_INVALID_VALUE);
  REQUIRE(ask(x) == CUBLAS_STATUS_SUCCESS);
  CHECK(found == 1);
  const float one = 1, zero = 0;
  const auto run = [&](float* to, const cublasLtMatmulAlgo_t* algo) {
    return cublasLtMatmul(handle, desc, &one, s.a, x, s.b, x, &zero, to, x, to,
                          x, algo, nullptr, 0, nullptr);
  };
  put(s.a, std::vector<float>(16, 1));
  put(s.b, std::vector<float>(16, 1));
  CHECK(run(s.c, &result.algo) == CUBLAS_STATUS_SUCCESS);
  CHECK(run(s.c + 1, &result.algo) == CUBLAS_STATUS_INVALID_VALUE);
  CHECK_THAT(cuda_sim::last_complaint(), Catch::Contains("not aligned"));
  const cublasLtMatmulAlgo_t other = {};
  CHECK(run(s.c, &other) == CUBLAS_STATUS_INVALID_VALUE);
  CHECK(cudaDeviceSynchronize() == cudaSuccess);
  cublasLtMatrixLayoutDestroy(x);
  cublasLtMatrixLayoutDestroy(y);
  cublasLtMatmulPreferenceDestroy(preference);
  cublasLtMatmulDescDestroy(desc);
}
