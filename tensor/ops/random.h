// Random tensors. With equal seeds the numbers are PyTorch's on the CPU.
//
// Tensors of another device are filled there, by its generator, unless one is
// given: generators are the CPU's, which then draws the same numbers as ever.
//
// Unless an op says otherwise
//   Shape:    the given one, or that of `x`.
//   Dtype:    floating; of new tensors the options' or the default dtype.
//   Gradient: none; what x held before gets zeros.
//   Errors:   kValue for parameters outside their domain; kDtype for a dtype
//             that the distribution does not have; kState where x may not be
//             changed in place.
// and `generator` is the default one of the device if it is null. Ops whose
// name ends with _ fill x and return it.

#ifndef CRESSET_TENSOR_OPS_RANDOM_H_
#define CRESSET_TENSOR_OPS_RANDOM_H_

#include <optional>

#include "cresset/tensor/core/generator.h"
#include "cresset/tensor/core/kernel.h"
#include "cresset/tensor/core/tensor.h"

namespace cresset {

/// Uniform on [0, 1).
/// Torch: torch.rand(shape), torch.rand_like(x)
Tensor rand(IntSpan shape, const TensorOptions& options = {},
            Generator* generator = nullptr);
Tensor rand_like(const Tensor& x, std::optional<Dtype> dtype = std::nullopt,
                 Generator* generator = nullptr);

/// Normal with mean 0 and standard deviation 1.
/// Torch: torch.randn(shape), torch.randn_like(x)
Tensor randn(IntSpan shape, const TensorOptions& options = {},
             Generator* generator = nullptr);
Tensor randn_like(const Tensor& x, std::optional<Dtype> dtype = std::nullopt,
                  Generator* generator = nullptr);

/// Integers of [low, high), equally likely.
/// Dtype: any number type; int64 by default, that of x for randint_like.
/// Torch: torch.randint(low, high, shape), torch.randint_like(x, low, high)
Tensor randint(int64_t high, IntSpan shape, const TensorOptions& options = {},
               Generator* generator = nullptr);
Tensor randint(int64_t low, int64_t high, IntSpan shape,
               const TensorOptions& options = {},
               Generator* generator = nullptr);
Tensor randint_like(const Tensor& x, int64_t low, int64_t high,
                    std::optional<Dtype> dtype = std::nullopt,
                    Generator* generator = nullptr);

/// 0 to n - 1 in random order.
/// Shape: [n]. Dtype: any number type; int64 by default.
/// Torch: torch.randperm(n)
Tensor randperm(int64_t n, const TensorOptions& options = {},
                Generator* generator = nullptr);

/// Torch: torch.normal(mean, std, shape)
Tensor normal(double mean, double std, IntSpan shape,
              const TensorOptions& options = {},
              Generator* generator = nullptr);

/// 1 with the probability that x holds at each place, else 0. On a GPU, where
/// the host does not see them, probabilities outside [0, 1] count as the
/// nearest within; on the CPU they are an error. Torch: torch.bernoulli(x)
Tensor bernoulli(const Tensor& x, Generator* generator = nullptr);
/// The same with one probability for all places of a tensor like x.
/// Torch: torch.bernoulli(x, p)
Tensor bernoulli(const Tensor& x, double p, Generator* generator = nullptr);

/// Positions drawn by the weights in the rows of x, which need not sum to 1.
/// Shape: x [n] or [rows, n] -> [count] or [rows, count]. Dtype: int64.
/// Torch: torch.multinomial(x, count, replacement)
Tensor multinomial(const Tensor& x, int64_t count, bool replacement = false,
                   Generator* generator = nullptr);

/// Torch: x.uniform_(from, to)
const Tensor& uniform_(const Tensor& x, double from = 0, double to = 1,
                       Generator* generator = nullptr);
/// Torch: x.normal_(mean, std)
const Tensor& normal_(const Tensor& x, double mean = 0, double std = 1,
                      Generator* generator = nullptr);
/// Torch: x.log_normal_(mean, std)
const Tensor& log_normal_(const Tensor& x, double mean = 1, double std = 2,
                          Generator* generator = nullptr);
/// Torch: x.exponential_(lambda)
const Tensor& exponential_(const Tensor& x, double lambda = 1,
                           Generator* generator = nullptr);
/// Torch: x.cauchy_(median, sigma)
const Tensor& cauchy_(const Tensor& x, double median = 0, double sigma = 1,
                      Generator* generator = nullptr);
/// Dtype: any number type. Torch: x.geometric_(p)
const Tensor& geometric_(const Tensor& x, double p,
                         Generator* generator = nullptr);
/// Dtype: any but complex and 8-bit floats.
/// Torch: x.bernoulli_(p)
const Tensor& bernoulli_(const Tensor& x, double p = 0.5,
                         Generator* generator = nullptr);
const Tensor& bernoulli_(const Tensor& x, const Tensor& p,
                         Generator* generator = nullptr);
/// Integers: of the whole range of the dtype, of [0, to) or of [from, to).
/// Dtype: any but complex and 8-bit floats.
/// Torch: x.random_(from, to)
const Tensor& random_(const Tensor& x, Generator* generator = nullptr);
const Tensor& random_(const Tensor& x, int64_t to,
                      Generator* generator = nullptr);
const Tensor& random_(const Tensor& x, int64_t from, int64_t to,
                      Generator* generator = nullptr);

namespace internal {

enum class Distribution : uint8_t {
  kUniform,      // from a to below b
  kNormal,       // mean a, standard deviation b
  kLogNormal,    // the same of the logarithm
  kExponential,  // rate a
  kCauchy,       // median a, scale b
  kGeometric,    // probability a
  kBernoulli,    // probability a, or `chances`
  kWholeRange,   // integers from 0 to the most of y's dtype (fill_random)
  kIntegers,     // low to high - 1
  kPermutation,  // 0 to n - 1 in random order; y is int64
};

struct RandomCall {
  Distribution distribution;
  double a = 0;
  double b = 0;
  int64_t low = 0;
  int64_t high = 0;
  Tensor chances = {};  // row-major float32 or float64 in y's shape, or none
  bool one_by_one = false;         // for kNormal on the CPU: fill_normal_serial
  Generator* generator = nullptr;  // null: the default one of the device
};

// Fills y, which is row-major and not empty, with numbers that the parameters
// and the dtype allow.
using RandomKernel = Kernel<void(const RandomCall& call, const Tensor& y)>;
extern RandomKernel random_kernel;

void random_cpu(const RandomCall& call, const Tensor& y);

// multinomial of weights that are row-major float32 or float64, not empty, and
// on the CPU if there is a generator.
using MultinomialKernel =
    Kernel<Tensor(const Tensor& weights, int64_t count, bool replacement,
                  Generator* generator)>;
extern MultinomialKernel multinomial_kernel;

}  // namespace internal
}  // namespace cresset

#endif  // CRESSET_TENSOR_OPS_RANDOM_H_
