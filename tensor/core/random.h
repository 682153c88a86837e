// Random numbers into raw memory: for each kind PyTorch's algorithm on the CPU,
// number for number and draw for draw, so that a seed gives the same tensors
// and leaves the generator in the same state. Ops check their arguments, these
// functions do not; `n` elements lie side by side.
//
// Each locks the generator while it runs. The types each is there for are
// listed at the end of random.cc and random_normal.cc.

#ifndef CRESSET_TENSOR_CORE_RANDOM_H_
#define CRESSET_TENSOR_CORE_RANDOM_H_

#include <cstdint>

#include "cresset/tensor/core/generator.h"

namespace cresset::internal {

// [from, to). Floating types.
template <class T>
void fill_uniform(Generator& generator, T* out, int64_t n, double from,
                  double to);

// For memory that is contiguous: 16 numbers and more come in groups of 16, and
// the last 16 are drawn anew if n is no multiple of 16. Floating types.
template <class T>
void fill_normal(Generator& generator, T* out, int64_t n, double mean,
                 double std);

// The same distribution drawn one by one, as PyTorch does for tensors with
// fewer than 16 elements and for those that are not contiguous.
template <class T>
void fill_normal_serial(Generator& generator, T* out, int64_t n, double mean,
                        double std);

// Floating types; geometric takes integers too.
template <class T>
void fill_log_normal(Generator& generator, T* out, int64_t n, double mean,
                     double std);
template <class T>
void fill_exponential(Generator& generator, T* out, int64_t n, double lambda);
template <class T>
void fill_cauchy(Generator& generator, T* out, int64_t n, double median,
                 double sigma);
template <class T>
void fill_geometric(Generator& generator, T* out, int64_t n, double p);

// The integers of the whole range of a type: [0, max] for an integer type,
// [0, 2^digits] for a floating one. All types.
template <class T>
void fill_random(Generator& generator, T* out, int64_t n);

// The integers of [low, high). All types; torch.randint and random_(low, high).
template <class T>
void fill_random(Generator& generator, T* out, int64_t n, int64_t low,
                 int64_t high);

// 1 with probability p, else 0. All types. Dropout of probability q draws
// its mask as fill_bernoulli(..., 1 - q) of the input's type.
template <class T>
void fill_bernoulli(Generator& generator, T* out, int64_t n, double p);

// The same with a probability for each element; P is float or double.
template <class T, class P>
void fill_bernoulli(Generator& generator, T* out, int64_t n, const P* p);

// 0, ..., n - 1 in random order. Number types.
template <class T>
void fill_randperm(Generator& generator, T* out, int64_t n);

// `n` draws, with replacement, from `categories` whose weights are not all
// zero. T is float or double. (One draw, and draws without replacement, are the
// largest of weight / exponential instead.)
template <class T>
void fill_multinomial(Generator& generator, int64_t* out, int64_t n,
                      const T* weights, int64_t categories);

}  // namespace cresset::internal

#endif  // CRESSET_TENSOR_CORE_RANDOM_H_
