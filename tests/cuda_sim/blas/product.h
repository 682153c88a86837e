// Products of matrices by columns: their checks and their computation.

#ifndef CRESSET_TESTS_CUDA_SIM_BLAS_PRODUCT_H_
#define CRESSET_TESTS_CUDA_SIM_BLAS_PRODUCT_H_

#include <cublas_v2.h>

#include <cstdint>
#include <string>

namespace cuda_sim::blas {

// `batch` matrices of stored size rows x columns.
struct Matrices {
  const void* data;
  cudaDataType type;
  int64_t rows, columns, leading, stride;
};

struct Product {
  cublasOperation_t op_a, op_b;
  int64_t m, n, k;
  double alpha, beta;
  Matrices a, b, c;  // beta c is added
  void* d;           // where the result goes, laid out as c; c.data or not
  int64_t batch;
  const void* bias = nullptr;  // of m elements of c's type, added to columns
};

// Bytes of an element; 0 for types that are not known here.
int64_t size_of(cudaDataType type);

// Reads one element as double, writes one rounded.
double read(const void* data, cudaDataType type, int64_t at);
void write(void* data, cudaDataType type, int64_t at, double value);

// Why the library, or the GPU, would not take this; empty if it would.
std::string problem_of(int device, const Product& product);

// On the device's memory, so only inside queued work.
void compute(const Product& product);

}  // namespace cuda_sim::blas

#endif  // CRESSET_TESTS_CUDA_SIM_BLAS_PRODUCT_H_
