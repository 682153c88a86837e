#include "cresset/tests/cuda_sim/blas/product.h"

#include <algorithm>
#include <vector>

#include "cresset/tensor/base/half.h"
#include "cresset/tests/cuda_sim/blas/handle.h"

namespace cuda_sim::blas {
namespace {

using cresset::BFloat16;
using cresset::Half;

// Elements from the first to behind the last.
int64_t extent(const Matrices& x, int64_t batch) {
  if (x.rows == 0 || x.columns == 0 || batch == 0) return 0;
  return (batch - 1) * x.stride + (x.columns - 1) * x.leading + x.rows;
}

std::string matrix_problem(int device, const char* name, const Matrices& x,
                           int64_t batch) {
  const int64_t size = size_of(x.type);
  if (size == 0) return text(name, " has a type without products");
  if (x.leading < std::max<int64_t>(1, x.rows)) {
    return text("the leading dimension of ", name, " is ", x.leading,
                ", below its ", x.rows, " rows");
  }
  if (batch > 1 && x.stride < 0) return text(name, " has a negative stride");
  if (extent(x, batch) == 0) return "";
  if (x.data == nullptr) return text(name, " is null");
  if (reinterpret_cast<uintptr_t>(x.data) % static_cast<uintptr_t>(size) != 0) {
    return text(name, " is not aligned to its elements");
  }
  const std::string problem = range_problem(
      device, x.data, static_cast<size_t>(extent(x, batch) * size));
  return problem.empty() ? "" : text(name, ": ", problem);
}

bool overlap(const Matrices& x, const Matrices& y, int64_t batch) {
  const auto begin = [](const Matrices& z) {
    return static_cast<const char*>(z.data);
  };
  const auto end = [&](const Matrices& z) {
    return begin(z) + extent(z, batch) * size_of(z.type);
  };
  return begin(x) < end(y) && begin(y) < end(x);
}

// op(x) of one batch by columns, in the type that sums are made in.
template <class T>
std::vector<T> loaded(const Matrices& x, cublasOperation_t op, int64_t batch) {
  const bool turn = op != CUBLAS_OP_N;
  const int64_t rows = turn ? x.columns : x.rows;
  std::vector<T> y(static_cast<size_t>(x.rows * x.columns));
  for (int64_t c = 0; c < x.columns; ++c) {
    for (int64_t r = 0; r < x.rows; ++r) {
      const int64_t to = turn ? r * rows + c : c * rows + r;
      y[static_cast<size_t>(to)] = static_cast<T>(
          read(x.data, x.type, batch * x.stride + c * x.leading + r));
    }
  }
  return y;
}

template <class T>
void compute_as(const Product& p) {
  std::vector<T> sums(static_cast<size_t>(p.m));
  for (int64_t i = 0; i < p.batch; ++i) {
    const std::vector<T> a = loaded<T>(p.a, p.op_a, i);
    const std::vector<T> b = loaded<T>(p.b, p.op_b, i);
    for (int64_t column = 0; column < p.n; ++column) {
      std::fill(sums.begin(), sums.end(), T(0));
      for (int64_t l = 0; l < p.k; ++l) {
        const T factor = b[static_cast<size_t>(column * p.k + l)];
        const T* from = a.data() + l * p.m;
        T* to = sums.data();
        for (int64_t row = 0; row < p.m; ++row) to[row] += factor * from[row];
      }
      for (int64_t row = 0; row < p.m; ++row) {
        const int64_t at = i * p.c.stride + column * p.c.leading + row;
        double y =
            p.alpha * static_cast<double>(sums[static_cast<size_t>(row)]);
        if (p.beta != 0) y += p.beta * read(p.c.data, p.c.type, at);
        if (p.bias != nullptr) y += read(p.bias, p.c.type, row);
        write(p.d, p.c.type, at, y);
      }
    }
  }
}

}  // namespace

int64_t size_of(cudaDataType type) {
  switch (type) {
    case CUDA_R_16F:
    case CUDA_R_16BF:
      return 2;
    case CUDA_R_32F:
      return 4;
    case CUDA_R_64F:
      return 8;
    default:
      return 0;
  }
}

double read(const void* data, cudaDataType type, int64_t at) {
  switch (type) {
    case CUDA_R_16F:
      return static_cast<const Half*>(data)[at];
    case CUDA_R_16BF:
      return static_cast<const BFloat16*>(data)[at];
    case CUDA_R_32F:
      return static_cast<const float*>(data)[at];
    default:
      return static_cast<const double*>(data)[at];
  }
}

void write(void* data, cudaDataType type, int64_t at, double value) {
  switch (type) {
    case CUDA_R_16F:
      static_cast<Half*>(data)[at] = Half(static_cast<float>(value));
      return;
    case CUDA_R_16BF:
      static_cast<BFloat16*>(data)[at] = BFloat16(static_cast<float>(value));
      return;
    case CUDA_R_32F:
      static_cast<float*>(data)[at] = static_cast<float>(value);
      return;
    default:
      static_cast<double*>(data)[at] = value;
  }
}

std::string problem_of(int device, const Product& p) {
  if (p.m < 0 || p.n < 0 || p.k < 0 || p.batch < 0) {
    return text("negative sizes: ", p.m, ", ", p.n, ", ", p.k, ", batch ",
                p.batch);
  }
  const auto has_op = [](cublasOperation_t op) {
    return op == CUBLAS_OP_N || op == CUBLAS_OP_T || op == CUBLAS_OP_C;
  };
  if (!has_op(p.op_a) || !has_op(p.op_b)) return "an unknown operation";
  std::string problem = matrix_problem(device, "A", p.a, p.batch);
  if (problem.empty()) problem = matrix_problem(device, "B", p.b, p.batch);
  if (problem.empty()) problem = matrix_problem(device, "C", p.c, p.batch);
  if (!problem.empty() || p.m == 0 || p.n == 0 || p.batch == 0) return problem;
  Matrices d = p.c;
  d.data = p.d;
  problem = matrix_problem(device, "D", d, p.batch);
  if (!problem.empty()) return problem;
  if (p.batch > 1 && d.stride < (p.n - 1) * d.leading + p.m) {
    return text("the results of a batch overlap: their stride is ", d.stride);
  }
  if (p.k > 0 && (overlap(d, p.a, p.batch) || overlap(d, p.b, p.batch))) {
    return "the result overlaps a factor";
  }
  if (p.d != p.c.data && p.beta != 0 && overlap(d, p.c, p.batch)) {
    return "D overlaps C without being it";
  }
  if (p.bias != nullptr) {
    problem = range_problem(device, p.bias,
                            static_cast<size_t>(p.m * size_of(p.c.type)));
    if (!problem.empty()) return "the bias: " + problem;
  }
  return "";
}

void compute(const Product& product) {
  if (product.c.type == CUDA_R_64F) {
    compute_as<double>(product);
  } else {
    compute_as<float>(product);
  }
}

}  // namespace cuda_sim::blas
